"""Which part of the head a covering hides."""

import numpy as np
from jaxtyping import Float64
from numpy import ndarray
from scipy.interpolate import PchipInterpolator

from enface.rendering.arrays import Floats
from enface.rendering.people.look import Look

_AZIMUTHS = (0, 45, 90, 135, 180)
_LINES = {
    "cap": (9.2, 8.9, 7.2, 5.6, 5.2),
    "beanie": (8.8, 8.3, 6.2, 3.4, 2.4),
    "hat": (9.2, 9.0, 7.6, 6.4, 6.0),
}
"""Height of the edge by azimuth from the front, centimetres on the mean head."""
_NOWHERE = -9.0


def inside_covering(points: Floats, look: Look) -> Float64[ndarray, " points"]:
    """Signed distance inside the covering, about centimetres.

    Args:
        points: (n, 3) on the mean head.
        look: With or without a covering.
    """
    x, y, z = points.T
    if look.covering == "none":
        return np.full(len(points), _NOWHERE)
    if look.covering == "headscarf":  # all but an oval about the face, and the throat
        oval = (np.hypot(x / 6.5, (y - 1.0) / 9.0) - 1.0) * 6.0
        throat = np.minimum(-6.6 - y, 7.5 - z)
        covered = np.maximum(np.maximum(oval, 1.5 - z), throat)
        return np.asarray(np.minimum(covered, y + 15.0), np.float64)
    azimuth = np.degrees(np.arctan2(np.abs(x), z - 0.5))
    return np.asarray(0.9 * (y - PchipInterpolator(_AZIMUTHS, _LINES[look.covering])(azimuth)), np.float64)
