"""How far a person's crop moves and changes size from camera to camera, by whose landmarks align it.

    python benchmarks/alignment_repeatability.py MANIFEST [--network landmarks_v1]

MANIFEST is of a rendered set whose sessions show one person by many cameras (`enface render --preset
session-looks`). Each picture is aligned by YuNet's five points, by the network's (yaw estimated from them, or
the network's own) and by the exact ones (yaw estimated). The crop that the exact points and the known yaw
give is the reference: scale is the size of the face against it, position the distance of its middle, in per
cent of the crop's side. Spread is the standard deviation over a session's cameras, then the mean over
sessions.
"""

import argparse
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from jaxtyping import Float

from enface.data.manifest import read_manifest
from enface.data.records import FaceRecord
from enface.errors import FaceError
from enface.faces import geometry
from enface.faces.align import alignment_matrix
from enface.faces.detectors.protocol import Detection
from enface.faces.detectors.yunet import YuNet
from enface.faces.landmarks import FivePoints
from enface.faces.landmarks68 import Landmarks68
from enface.faces.templates import CROP_FRACTION
from enface.images import read_image
from enface.models.landmarker import Landmarker

FRAME = 250
CROP = FRAME * CROP_FRACTION


@dataclass(frozen=True, eq=False)
class Seen:
    """One picture, as found."""

    session: tuple[str, str]
    yaw: float
    exact: FivePoints
    face: Detection
    marks: Landmarks68


FITS: dict[str, Callable[[Seen], tuple[FivePoints, float | None]]] = {
    "YuNet's points, estimated yaw": lambda s: (s.face.points, None),
    "network's points, estimated yaw": lambda s: (s.marks.five, None),
    "network's points and yaw": lambda s: (s.marks.five, s.marks.yaw),
    "exact points, estimated yaw": lambda s: (s.exact, None),
}


def look(records: list[FaceRecord], root: Path, landmarker: Landmarker) -> list[Seen]:
    """Finds every level picture's face; those that YuNet does not find count for nobody."""
    detector = YuNet()
    seen = []
    for record in records:
        image = read_image(root / record.path)
        points = np.asarray(record.points)
        over = [face for face in detector.detect(image) if covers(face, points)]
        if over:
            marks = landmarker.landmarks(image, over[0].box)
            seen.append(
                Seen((record.subject, record.session), float(record.yaw or 0), points, over[0], marks)
            )
    return seen


def covers(face: Detection, points: FivePoints) -> bool:
    """Whether a detection is of this face."""
    x, y, width, height = face.box
    middle = points.mean(axis=0)
    return bool(x < middle[0] < x + width and y < middle[1] < y + height)


def misplacement(seen: Seen, points: FivePoints, yaw: float | None) -> Float[np.ndarray, "4"]:
    """Scale, shift right, shift down (per cent of the crop), turn (degrees) against the exact crop."""
    exact = alignment_matrix(seen.exact, yaw=seen.yaw).matrix
    change = geometry.compose(geometry.invert(exact), alignment_matrix(points, yaw=yaw).matrix)
    middle = np.full((1, 2), (FRAME - 1) / 2)
    shift = (geometry.apply(change, middle) - middle)[0] * (100 / CROP)
    turn = np.degrees(np.arctan2(change[1, 0], change[0, 0]))
    return np.array([100 * (geometry.scale_of(change) - 1), *shift, turn])


def rows(seen: list[Seen]) -> None:
    """Prints mean absolute errors and spreads, all cameras and the profiles."""
    print("| alignment | cameras | faces | scale | right | down | turn | spread: scale | right | down |")
    print("| --- | --- | --- | --- | --- | --- | --- | --- | --- | --- |")
    ranges = {"up to 45": (0, 45), "60 and 75": (60, 75), "90": (90, 90), "all": (0, 90)}
    for name, fit in FITS.items():
        for label, (low, high) in ranges.items():
            chosen = [s for s in seen if low <= abs(s.yaw) <= high]
            found: dict[tuple[str, str], list[np.ndarray]] = defaultdict(list)
            for one in chosen:
                try:
                    found[one.session].append(misplacement(one, *fit(one)))
                except FaceError:
                    continue
            errors = np.abs(np.concatenate([np.stack(v) for v in found.values()]))
            spreads = np.mean([np.std(v, axis=0) for v in found.values() if len(v) > 1], axis=0)
            numbers = " | ".join(f"{value:.1f}" for value in (*errors.mean(axis=0), *spreads[:3]))
            print(f"| {name} | {label} | {len(errors)} | {numbers} |")


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("manifest", type=Path)
    parser.add_argument("--network", default="landmarks_v1")
    arguments = parser.parse_args()
    torch.set_num_threads(1)
    manifest = read_manifest(arguments.manifest)
    level = [r for r in manifest.records if not r.pitch and r.role == "probe" and r.points is not None]
    seen = look(level, manifest.root, Landmarker.load(arguments.network))
    print(f"{len(seen)} of {len(level)} faces found, {len({s.session for s in seen})} sessions\n")
    rows(seen)


if __name__ == "__main__":
    main()
