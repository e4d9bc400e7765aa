"""For every pixel of the frontal ground truth: where it is seen in a picture, and whether at all."""

from typing import NamedTuple

import numpy as np
from jaxtyping import Float32, UInt8
from numpy import ndarray

from enface.rendering.errors import RenderingError
from enface.rendering.kernels.correspond import ABSENT, HIDDEN, MIRRORED, VISIBLE, follow, mark_mirrored
from enface.rendering.scene.stage import Stage
from enface.rendering.view import View

SLACK = 0.25
"""Centimetres that a point may lie behind the depth buffer about it and still count as seen."""

__all__ = ["ABSENT", "VISIBLE", "MIRRORED", "HIDDEN", "Correspondence", "correspondence"]


class Correspondence(NamedTuple):
    """A map from the frontal picture into another one."""

    field: Float32[ndarray, "size size 2"]
    """x and y in the other picture, pixel centres at integers, for hidden points too; NaN where the frontal
    pixel has no counterpart."""
    classes: UInt8[ndarray, "size size"]
    """`ABSENT` (background, clothes), `VISIBLE`, `MIRRORED` (hidden, but the pixel mirrored in the frontal
    picture is visible) or `HIDDEN`."""


def correspondence(frontal_stage: Stage, frontal: View, stage: Stage, view: View) -> Correspondence:
    """Follows the surface points of a frontal view into another view of the same person with the same look.

    Args:
        frontal_stage: The person, neutral.
        frontal: The frontal view of that stage.
        stage: The person in the other picture: other expression and clothes are allowed.
        view: Of that stage, of any size; both views have one sample per pixel.

    Raises:
        RenderingError: Several samples per pixel.
    """
    if frontal.samples != 1 or view.samples != 1:
        raise RenderingError(
            f"correspondence needs views with 1 sample per pixel, not {frontal.samples} and {view.samples}"
        )
    size = frontal.size
    field = np.full((size, size, 2), np.nan, np.float32)
    classes = np.empty((size, size), np.uint8)
    geometry = stage.geometry
    follow(
        frontal.seen,
        frontal.weights,
        stage.body_triangles,
        geometry.triangles,
        frontal.camera.project(frontal_stage.geometry.positions, frontal.size),
        view.camera.project(geometry.positions, view.size),
        view.nearness,
        SLACK,
        field,
        classes,
    )
    mark_mirrored(classes)
    return Correspondence(field, classes)
