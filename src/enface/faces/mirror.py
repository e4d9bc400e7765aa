"""Left-right mirroring of images, landmarks and yaw; the three must go together."""

import numpy as np

from enface.faces.geometry import Pixels
from enface.faces.landmarks import FivePoints

_SWAPPED = [1, 0, 2, 4, 3]


def mirror_image(image: Pixels) -> Pixels:
    """Image with its columns in reverse order."""
    return np.ascontiguousarray(image[:, ::-1])


def mirror_points(points: FivePoints, width: int) -> FivePoints:
    """Landmarks in the mirrored image of `width` pixels; left and right swap, so names stay anatomical."""
    mirrored = np.array(points, dtype=np.float64)[_SWAPPED]
    mirrored[:, 0] = width - 1 - mirrored[:, 0]
    return mirrored


def mirror_yaw(yaw: float) -> float:
    """Yaw of the mirrored face, degrees."""
    return -yaw
