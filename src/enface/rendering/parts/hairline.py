"""Where hair grows: the hairline's height by azimuth about the head, and the distance inside it."""

import numpy as np
from jaxtyping import Float64
from numpy import ndarray
from scipy.interpolate import PchipInterpolator

from enface.rendering.arrays import Floats
from enface.rendering.people.identity import Identity
from enface.rendering.people.look import Look

_AZIMUTHS = (0, 22, 40, 55, 63, 69, 74, 80, 104, 112, 125, 150, 180)
_BEHIND = (7.4, 5.0, None, 3.4, 4.2, 3.6, 0.3, -2.2, -4.2, -4.6)
"""Heights at the azimuths from 55 degrees on: temple, sideburn (drawn by sex), over the ear, nape."""
_SLOPE = 0.8


def hairline_heights(identity: Identity, look: Look) -> Float64[ndarray, " 181"]:
    """Height of the hairline at 0, 1, ... 180 degrees from the front, centimetres on the mean head."""
    top, temples = identity.hairline, identity.temples
    front = [top, top - 0.1 + 0.9 * temples, top - 0.9 + temples]
    if look.style == "fringe":
        front = [7.5, 7.4, 7.0]
    elif look.style == "receding":
        front = [top + 1.6, top + 3.1, top + 1.2]
    elif look.style == "swept":
        front = [top + 0.3, top + 0.2 + temples, top - 0.7 + temples]
    sideburn = 4.0 if identity.female else 2.6
    heights = front + [sideburn if height is None else height for height in _BEHIND]
    return np.asarray(PchipInterpolator(_AZIMUTHS, heights)(np.arange(181.0)))


def inside_hairline(points: Floats, ears: Floats, identity: Identity, look: Look) -> Floats:
    """Signed distance inside the hair, about centimetres.

    Args:
        points: (..., 3) on the mean head.
        ears: (...) flags of points on the ears, where no hair grows.
    """
    x, y, z = points[..., 0], points[..., 1], points[..., 2]
    azimuth = np.degrees(np.arctan2(np.abs(x), z - 0.5))
    line = np.interp(azimuth, np.arange(181.0), hairline_heights(identity, look))
    inside = np.where(ears, -2.0, _SLOPE * (y - line))
    if look.style == "receding" and identity.age > 0.5:
        crown = np.hypot(x, z + 1.5) - 4.2 + 1.2 * (12.5 - y)
        inside = np.minimum(inside, crown)
    return np.asarray(inside)
