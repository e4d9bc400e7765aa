"""Five facial landmarks: their order, their checks and the two lines that carry a face's position."""

from typing import Any

import numpy as np
from jaxtyping import Float

from enface.errors import FaceError

FivePoints = Float[np.ndarray, "5 2"]
"""Pixels (x right, y down, centre of the upper left pixel at 0, 0) in the order of `LANDMARKS`."""

LANDMARKS = ("right_eye", "left_eye", "nose", "right_mouth", "left_mouth")
"""Anatomical names: the right eye is the subject's, on the image's left in a frontal view, in every pose."""

EYES = slice(0, 2)
NOSE = 2
MOUTH = slice(3, 5)


def five_points(points: Any) -> FivePoints:
    """Checked landmarks as float64.

    Args:
        points: anything numpy reads as five (x, y) pairs.

    Raises:
        FaceError: not five finite pairs, or the eyes and the mouth fall on one spot.
    """
    array = np.asarray(points, dtype=np.float64)
    if array.shape != (5, 2):
        raise FaceError(
            f"landmarks of shape {array.shape}: give five (x, y) pairs in the order {', '.join(LANDMARKS)}"
        )
    if not np.isfinite(array).all():
        raise FaceError(f"landmarks that are not finite: {array.tolist()}; leave this face out")
    if np.hypot(*(mouth_centre(array) - eye_centre(array))) < 1e-6:
        raise FaceError(f"the eyes and the mouth fall on one spot: {array.tolist()}; leave this face out")
    return array


def eye_centre(points: FivePoints) -> Float[np.ndarray, "2"]:
    """Middle between the eyes, pixels."""
    return np.asarray(points[EYES].mean(axis=0))


def mouth_centre(points: FivePoints) -> Float[np.ndarray, "2"]:
    """Middle between the mouth corners, pixels."""
    return np.asarray(points[MOUTH].mean(axis=0))
