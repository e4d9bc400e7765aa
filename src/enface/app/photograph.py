"""A real photograph through the whole program: detect, align, turn to the front, put back."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from jaxtyping import UInt8
from PIL import Image, ImageDraw

from enface.evaluation.report import Picture
from enface.faces.detectors.protocol import Detection, Detector
from enface.images import resize, write_image
from enface.inference.frontalizer import Frontalizer
from enface.models.landmark_detector import default_detector, load_detector

NAME = "astronaut.png"
_SIDE = 512
_NO_LIKENESS = "Frontal: a model that has only seen rendered people draws one; no likeness to expect"


@dataclass(frozen=True, eq=False)
class TurnedPhotograph:
    """The steps as pictures, and which detector found the face."""

    pictures: tuple[Picture, ...]
    detector: str


def turn_photograph(model: Path, *, folder: Path) -> TurnedPhotograph:
    """Runs the sample photograph through a model and keeps the results in `folder`.

    The photograph is scikit-image's `astronaut` (NASA, public domain). Its face is found by YuNet where that
    is fetched, else by the finder that is part of the package.

    Args:
        model: run or model folder.
        folder: existing folder for the photograph, the frontal face and the picture with the face put back.
    """
    photo, path, detector = sample_photograph(folder)
    face = Frontalizer.load(model, detector=detector)(photo, path=path)
    pasted = face.pasted(photo)
    mark = {"model": str(model), "input": NAME}
    write_image(folder / "astronaut_frontal.png", face.frontal, synthesised=mark)
    composite = {**mark, "digital_source_type": "compositeWithTrainedAlgorithmicMedia"}
    write_image(folder / "astronaut_pasted.png", pasted, synthesised=composite)
    name = default_detector()
    found = "YuNet found the face" if name == "yunet" else "the package's own finder found the face"
    pictures = (
        Picture(photo, "The photograph: NASA, public domain", "An astronaut in a space suit, smiling"),
        Picture(_drawn(photo, face.detection), f"Detected: {found}", "The face with its box and five points"),
        Picture(face.input, "Aligned", "The aligned crop of the face"),
        Picture(face.frontal, _NO_LIKENESS, "The frontal face that the model made", synthesised=True),
        Picture(pasted, "Pasted back", "The photograph with the frontal face put back", synthesised=True),
    )
    return TurnedPhotograph(pictures, name)


def sample_photograph(folder: Path) -> tuple[UInt8[np.ndarray, "height width 3"], Path, Detector]:
    """The astronaut, where it was written, and what finds its face.

    Args:
        folder: existing folder for the photograph.
    """
    from skimage.data import astronaut

    photo: UInt8[np.ndarray, "height width 3"] = astronaut()  # type: ignore[no-untyped-call]
    path = folder / NAME
    write_image(path, photo)
    return photo, path, load_detector(default_detector())


def _drawn(photo: UInt8[np.ndarray, "h w 3"], detection: Detection) -> UInt8[np.ndarray, "side side 3"]:
    picture = Image.fromarray(photo)
    draw = ImageDraw.Draw(picture)
    x, y, width, height = detection.box
    draw.rectangle((x, y, x + width, y + height), outline=(60, 220, 120), width=3)
    for px, py in detection.points:
        draw.ellipse((px - 3, py - 3, px + 3, py + 3), fill=(255, 80, 80))
    return resize(np.asarray(picture), height=_SIDE, width=_SIDE)
