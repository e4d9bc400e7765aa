"""Landmarks and a photograph in, an aligned face and the map between the two out."""

from dataclasses import dataclass

import numpy as np
from jaxtyping import UInt8

from enface.faces import geometry
from enface.faces.geometry import Affine, Pixels, Points
from enface.faces.landmarks import FivePoints, eye_centre, five_points, mouth_centre
from enface.faces.pose import estimate_yaw
from enface.faces.templates import DEFAULT_TEMPLATE, get_template


@dataclass(frozen=True, eq=False)
class Alignment:
    """Map between a photograph and an aligned square image."""

    template: str
    size: int
    """Side of the aligned image, pixels."""
    matrix: Affine
    """Photograph pixels to aligned pixels: rotation, one scale, shift."""
    yaw: float
    """Degrees, known or estimated; it decided the horizontal position."""

    def apply(self, points: Points) -> Points:
        """Points of the photograph in the aligned image, pixels."""
        return geometry.apply(self.matrix, points)

    def inverse(self, points: Points) -> Points:
        """Points of the aligned image in the photograph, pixels."""
        return geometry.apply(geometry.invert(self.matrix), points)


@dataclass(frozen=True, eq=False)
class AlignedFace:
    """A face at the template's place, with the map that brought it there."""

    image: UInt8[np.ndarray, "size size 3"]
    alignment: Alignment


def alignment_matrix(
    points: FivePoints, *, size: int = 250, yaw: float | None = None, template: str = DEFAULT_TEMPLATE
) -> Alignment:
    """Similarity that maps a face to the template, without touching pixels.

    The middle of the eyes and the middle of the mouth corners go where the template's mean face has them
    when it is turned to the same yaw. Their distance hardly depends on yaw, unlike that of the eyes, so
    scale and roll hold up to profile, and the eye and mouth rows are met exactly in every pose. The yaw
    decides the column: the head turns in place instead of leaving the frame nose first.

    Args:
        points: five landmarks, pixels of the photograph.
        size: side of the aligned image, pixels.
        yaw: degrees when known; estimated from the landmarks otherwise.
        template: name in `TEMPLATES`.

    Raises:
        FaceError: landmarks that cannot be aligned, or an unknown template.
    """
    points = five_points(points)
    frame = get_template(template)
    yaw = estimate_yaw(points) if yaw is None else float(yaw)
    target = frame.turned(yaw)
    in_frame = geometry.fit_similarity(
        np.stack([eye_centre(points), mouth_centre(points)]),
        np.stack([eye_centre(target), mouth_centre(target)]),
    )
    matrix = geometry.compose(in_frame, geometry.rescale(size / frame.size))
    return Alignment(template=template, size=size, matrix=matrix, yaw=yaw)


def align(
    image: Pixels,
    points: FivePoints,
    *,
    size: int = 250,
    yaw: float | None = None,
    template: str = DEFAULT_TEMPLATE,
) -> AlignedFace:
    """Face cut out at the template's place; where the photograph ends, its edge goes on.

    Args:
        image: photograph, uint8 RGB.
        points: five landmarks, pixels of the photograph.
        size: side of the aligned image, pixels.
        yaw: degrees when known; estimated from the landmarks otherwise.
        template: name in `TEMPLATES`.

    Raises:
        FaceError: landmarks that cannot be aligned or lie outside the photograph, or an unknown template.
    """
    alignment = alignment_matrix(points, size=size, yaw=yaw, template=template)
    warped = geometry.warp(image, alignment.matrix, height=size, width=size)
    return AlignedFace(image=warped, alignment=alignment)
