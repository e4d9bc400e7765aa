"""Faces of templates: the one that a box names, or the largest, aligned; what is not found is listed."""

from collections.abc import Sequence
from itertools import groupby
from pathlib import Path

from enface.errors import FaceError, ImageError
from enface.evaluation.photographs import Crop, cut_face
from enface.evaluation.protocols import Sighting
from enface.evaluation.verification_results import Failure
from enface.faces.detectors.protocol import Detection, Detector, FaceBox
from enface.images import read_image

LEAST_OVERLAP = 0.1
"""Intersection over union from which a detected face is the one that a box names; boxes of different
detectors differ much, and another person's face does not overlap at all."""


def cut_sightings(
    sightings: Sequence[Sighting], *, root: Path, detector: Detector, size: int, whole: bool = False
) -> tuple[dict[Sighting, Crop], tuple[Failure, ...]]:
    """One aligned face for each sighting; every photograph is read once.

    Args:
        sightings: sorted by photograph, as `TemplatesProtocol.sightings`.
        root: folder that their paths start from.
        detector: finds faces and landmarks.
        size: side of the crops, pixels.
        whole: the whole frames around those crops instead.

    Returns:
        Crops by sighting, and the photographs that cannot be read or lack the face.
    """
    crops, failures = {}, []
    for photo, group in groupby(sightings, key=lambda sighting: sighting.photo):
        try:
            image = read_image(root / photo)
            found = detector.detect(image, path=root / photo)
        except (FaceError, ImageError) as error:
            failures.append(Failure(photo, str(error)))
            continue
        for sighting in group:
            try:
                crops[sighting] = cut_face(image, _choose(found, sighting.box), size, whole=whole)
            except FaceError as error:
                failures.append(Failure(photo, str(error)))
    return crops, tuple(failures)


def _choose(found: list[Detection], box: FaceBox | None) -> Detection:
    if not found:
        raise FaceError("no face found")
    if box is None:
        return found[0]
    best = max(found, key=lambda detection: overlap(detection.box, box))
    if overlap(best.box, box) < LEAST_OVERLAP:
        raise FaceError(f"no face found at {box.x:g}, {box.y:g}, {box.width:g} x {box.height:g}")
    return best


def overlap(first: FaceBox, second: FaceBox) -> float:
    """Intersection over union of two boxes, 0 to 1."""
    width = min(first.x + first.width, second.x + second.width) - max(first.x, second.x)
    height = min(first.y + first.height, second.y + second.height) - max(first.y, second.y)
    both = max(0.0, width) * max(0.0, height)
    whole = first.width * first.height + second.width * second.height - both
    return both / whole if whole > 0 else 0.0
