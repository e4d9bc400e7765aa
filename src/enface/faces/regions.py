"""The five boxes in which region critics look (specification C)."""

from typing import Literal, NamedTuple

from enface.errors import FaceError
from enface.faces.landmarks import NOSE, FivePoints, eye_centre, five_points, mouth_centre
from enface.faces.templates import DEFAULT_TEMPLATE, TEMPLATES

REGIONS = ("whole", "eyes", "nose", "mouth", "face")
"""Order of the boxes everywhere (specification C.3)."""


class Box(NamedTuple):
    """Pixels of a square crop; bottom and right are exclusive."""

    top: int
    bottom: int
    left: int
    right: int

    @property
    def height(self) -> int:
        """Rows."""
        return self.bottom - self.top

    @property
    def width(self) -> int:
        """Columns."""
        return self.right - self.left


SEED_BOXES = {
    "whole": Box(0, 224, 0, 224),
    "eyes": Box(64, 100, 50, 174),
    "nose": Box(75, 140, 90, 134),
    "mouth": Box(140, 170, 75, 149),
    "face": Box(64, 180, 50, 174),
}
"""Version 1, of the seed (specification C.1), in the 224 crop."""

RELEASE_BOXES = {
    "whole": Box(0, 224, 0, 224),
    "eyes": Box(56, 102, 44, 180),
    "nose": Box(70, 144, 88, 136),
    "mouth": Box(144, 180, 80, 144),
    "face": Box(40, 190, 34, 190),
}
"""Version 2, of the release (specification C.2), in the 224 crop."""

# Where the seed's boxes lie on the seed's face, in units of its distance of eye and mouth line (73 px, C.4):
# distance of the box's middle below the eye, nose or mouth landmark, height, width. Anchoring each box
# at its own landmark lets a template with a longer nose or a lower mouth keep the same framing.
_ON_FACE = {
    "eyes": ("eyes", 0.00, 0.49, 1.70),
    "nose": ("nose", -0.09, 0.89, 0.60),
    "mouth": ("mouth", 0.00, 0.41, 1.01),
    "face": ("eyes", 0.55, 1.59, 1.70),
}


def region_boxes(version: Literal["v1", "v2", "template"], *, size: int = 224) -> dict[str, Box]:
    """Boxes by region name, in the order of `REGIONS`.

    Args:
        version: "v1" seed, "v2" release, "template" derived from enface's own template (C.4).
        size: side of the crop, pixels; boxes of 224 are scaled and rounded.

    Raises:
        FaceError: unknown version.
    """
    if version == "template":
        return boxes_from_landmarks(TEMPLATES[DEFAULT_TEMPLATE].crop_points(size), size=size)
    versions = {"v1": SEED_BOXES, "v2": RELEASE_BOXES}
    if version not in versions:
        raise FaceError(f"unknown region boxes {version!r}; known: v1, v2, template")
    scale = size / 224
    return {name: Box(*(round(edge * scale) for edge in box)) for name, box in versions[version].items()}


def boxes_from_landmarks(points: FivePoints, *, size: int) -> dict[str, Box]:
    """Boxes framed on a face as the seed framed them on its own (specification C.4).

    Args:
        points: mean landmarks of frontal faces, pixels of the crop.
        size: side of the crop, pixels; boxes end there.

    Raises:
        FaceError: landmarks that are not five points, or not upright inside the crop.
    """
    points = five_points(points)
    eyes, mouth = eye_centre(points), mouth_centre(points)
    unit = float(mouth[1] - eyes[1])
    if unit <= 0 or points.min() < 0 or points.max() > size - 1:
        raise FaceError(f"landmarks {points.tolist()} are not those of an upright face in a {size} px crop")
    # The face's middle column serves all boxes, so that mirrored faces see mirrored boxes.
    middle = float(eyes[0] + mouth[0]) / 2
    anchors = {"eyes": float(eyes[1]), "nose": float(points[NOSE, 1]), "mouth": float(mouth[1])}
    boxes = {"whole": Box(0, size, 0, size)}
    for name, (anchor, below, height, width) in _ON_FACE.items():
        row = anchors[anchor] + below * unit
        top, bottom = _edges(row, height * unit, size)
        left, right = _edges(middle, width * unit, size)
        boxes[name] = Box(top, bottom, left, right)
    return boxes


def _edges(centre: float, length: float, size: int) -> tuple[int, int]:
    """Edges of `length` pixels about a pixel centre, inside the crop."""
    return max(0, round(centre + 0.5 - length / 2)), min(size, round(centre + 0.5 + length / 2))
