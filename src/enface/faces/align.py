"""Landmarks and a photograph in, an aligned face and the map between the two out."""

from dataclasses import dataclass

import numpy as np
from jaxtyping import UInt8

from enface.faces import geometry
from enface.faces.geometry import Affine, Pixels, Points
from enface.faces.landmarks import EYES, MOUTH, FivePoints, five_points
from enface.faces.pose import estimate_yaw
from enface.faces.templates import DEFAULT_TEMPLATE, get_template

# Eyes and mouth corners.
_FITTED = np.r_[EYES, MOUTH]


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

    Eyes and mouth corners go, in least squares, where the template's mean face has them when it is turned
    to the same yaw. Fitting a profile to the frontal template instead would shrink it; the turned one keeps
    scale, rows and the place of the head through all poses. The nose takes part only in the estimate of the
    yaw: in the fit it would drag the rows along when the camera looks from above or below
    (docs/decisions/0002-alignment-fit.md).

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
    in_frame = geometry.fit_similarity(points[_FITTED], frame.turned(yaw)[_FITTED])
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
