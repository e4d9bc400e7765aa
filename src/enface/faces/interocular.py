"""The inter-ocular distance a turned face would have from the front: the yardstick of landmark errors."""

import numpy as np
from jaxtyping import Float
from numpy import ndarray

from enface.faces.landmarks68 import OUTER_CORNERS
from enface.faces.loose_crop import rotation

_RIDGE = 1e-3


def frontal_interocular(
    points: Float[ndarray, "68 2"],
    frontal: Float[ndarray, "68 2"],
    *,
    yaw: float,
    pitch: float,
    roll: float,
) -> float:
    """Distance of the outer eye corners of the frontal face, in the scale of the turned picture, pixels.

    A picture and a frontal picture of the same face, expression included, differ by the camera. Seen from far
    away, and with the roll undone,

        x = s (X cos yaw - Z sin yaw) + t
        y = s (X sin yaw sin pitch + Y cos pitch + Z cos yaw sin pitch) + u

    with the frontal X and Y known. The scale s and the unknown depths Z are those of least squares, which has
    twice as many equations as landmarks.

    Args:
        points: landmarks of the turned picture, pixels.
        frontal: the same face's from the front, in any unit.
        yaw: degrees, as are the others; see `enface.faces.landmarks68.Landmarks68`.
        pitch: degrees.
        roll: degrees.
    """
    upright = np.asarray(points, dtype=np.float64) @ rotation(roll)
    front = np.asarray(frontal, dtype=np.float64)
    unit = np.ptp(front, axis=0).max()
    front = (front - front.mean(axis=0)) / unit
    size = np.ptp(upright, axis=0).max()
    seen = (upright - upright.mean(axis=0)) / size
    sin_yaw, cos_yaw = np.sin(np.radians(yaw)), np.cos(np.radians(yaw))
    sin_pitch, cos_pitch = np.sin(np.radians(pitch)), np.cos(np.radians(pitch))
    count = len(front)
    across = front[:, 0] * cos_yaw
    down = front[:, 0] * sin_yaw * sin_pitch + front[:, 1] * cos_pitch
    # Unknowns: s, t, u, then s Z of every landmark.
    each = np.eye(count)
    nothing, one = np.zeros(count), np.ones(count)
    rows = [
        np.column_stack([across, one, nothing, -sin_yaw * each]),
        np.column_stack([down, nothing, one, cos_yaw * sin_pitch * each]),
        np.column_stack([np.zeros((count, 3)), _RIDGE * each]),
    ]
    wanted = np.concatenate([seen[:, 0], seen[:, 1], nothing])
    solution, *_ = np.linalg.lstsq(np.vstack(rows), wanted, rcond=None)
    right, left = front[list(OUTER_CORNERS)]
    return float(solution[0] * np.hypot(*(left - right)) * size)
