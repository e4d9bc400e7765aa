"""Sample photographs through the shipped model: what a new user sees before anything is trained."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from jaxtyping import UInt8

from enface.app.photograph import sample_photograph
from enface.data.embedded import embedded_manifest
from enface.data.records import FaceRecord
from enface.faces.detectors.protocol import Detection, box_around
from enface.images import grid, read_image, resize, write_image
from enface.inference.frontalizer import FrontalFace, Frontalizer

MODEL = "photo"
_YAWS = (-60, -45, -30, 30, 45, 60)
_SIDE = 224


@dataclass(frozen=True, eq=False)
class Samples:
    """Rows of pictures, and where they lie."""

    picture: UInt8[np.ndarray, "height width 3"]
    """One column a face: input, frontal face, where its pixels come from."""
    path: Path
    faces: tuple[FrontalFace, ...]


def turn_samples(folder: Path) -> Samples:
    """Turns the sample photograph and rendered test people to the front, with the shipped model.

    Args:
        folder: existing folder for `samples.png` and the photograph's own outputs.
    """
    photo, path, detector = sample_photograph(folder)
    frontalizer = Frontalizer.load(MODEL, detector=detector)
    face = frontalizer(photo, path=path)
    mark = {"model": MODEL}
    write_image(folder / "astronaut_photo_frontal.png", face.frontal, synthesised=mark)
    faces = (face, *_rendered(frontalizer))
    columns = [[_sized(f.input) for f in faces], [_sized(f.frontal) for f in faces]]
    columns.append([_sized(f.origin.picture) for f in faces if f.origin is not None])
    labels = ["photograph", *(f"yaw {f.yaw:+.0f}" for f in faces[1:])]
    picture = grid(columns, column_labels=labels, row_labels=["input", "frontal", "evidence"])
    target = folder / "samples.png"
    write_image(target, picture, synthesised={**mark, "input": "rendered people and a photograph by NASA"})
    return Samples(picture, target, faces)


def _rendered(frontalizer: Frontalizer) -> list[FrontalFace]:
    """One test person of the embedded set for every angle, the first ones, not chosen by result."""
    test = embedded_manifest().select(split="test")
    people = sorted({record.subject for record in test.records})[: len(_YAWS)]
    cut = []
    for subject, yaw in zip(people, _YAWS, strict=True):
        record = next(
            r
            for r in test.records
            if r.subject == subject and r.yaw == yaw and r.pitch == 0 and r.role == "probe"
        )
        cut.append(frontalizer.cut(read_image(test.file(record)), _known(record)))
    return frontalizer.turn(cut)


def _known(record: FaceRecord) -> Detection:
    points = np.asarray(record.points)
    return Detection(box=box_around(points), points=points, score=1.0, yaw=record.yaw)


def _sized(image: UInt8[np.ndarray, "h h 3"]) -> UInt8[np.ndarray, "side side 3"]:
    return resize(image, height=_SIDE, width=_SIDE)
