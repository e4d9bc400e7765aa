"""The frontal camera that puts a head where the alignment template has it."""

import numpy as np
from jaxtyping import Float
from numpy import ndarray

from enface.faces.landmarks import EYES, MOUTH
from enface.faces.landmarks68 import five_points_of
from enface.faces.mirror import mirror_points
from enface.faces.templates import DEFAULT_TEMPLATE, get_template
from enface.rendering.scene.camera import Camera
from enface.rendering.scene.stage import Stage

_FITTED = np.r_[EYES, MOUTH]


def frontal_camera(stage: Stage, *, template: str = DEFAULT_TEMPLATE) -> Camera:
    """Level camera before the head whose picture is the template's frame.

    Scale and height put eyes and mouth corners, made symmetric, where the template has them in least squares.
    The head's plane of symmetry is the picture's middle column, so that mirroring the picture mirrors the
    head.

    Args:
        stage: The head with its expression.
        template: Name in `enface.faces.templates.TEMPLATES`.
    """
    frame = get_template(template)
    camera = Camera()
    points = five_points_of(camera.project(stage.landmarks, frame.size)[:, :2] - 0.5)
    points = (points + mirror_points(points, width=frame.size)) / 2
    scale, down = _scale_and_shift(points[_FITTED], frame.points[_FITTED], centre=(frame.size - 1) / 2)
    return Camera(half_extent=camera.half_extent / scale, shift=(0.0, down / frame.size))


def _scale_and_shift(
    source: Float[ndarray, "n 2"], target: Float[ndarray, "n 2"], *, centre: float
) -> tuple[float, float]:
    """Least-squares scale about the centre and vertical shift, pixels."""
    # Unknowns s, d:  s (x - c) = X - c  and  s (y - c) + d = Y - c.
    away, wanted = source - centre, target - centre
    columns = np.stack([away.ravel(order="F"), np.repeat([0.0, 1.0], len(away))], axis=1)
    (scale, down), *_ = np.linalg.lstsq(columns, wanted.ravel(order="F"), rcond=None)
    return float(scale), float(down)
