"""Small curves that the recipes are written in."""

import numpy as np
from scipy.interpolate import splev, splprep

from enface.rendering.arrays import Floats


def smoothstep(x: Floats | float, low: float = 0.0, high: float = 1.0) -> Floats:
    """Rises from 0 at `low` to 1 at `high` with flat ends."""
    t = np.clip((np.asarray(x) - low) / (high - low), 0.0, 1.0)
    return np.asarray(t * t * (3.0 - 2.0 * t))


def bell(x: Floats, centre: float, width: float) -> Floats:
    """exp(-((x - centre) / width)^2)."""
    return np.asarray(np.exp(-(((x - centre) / width) ** 2)))


def spline(points: Floats, *, count: int, closed: bool) -> Floats:
    """Cubic curve through points.

    Args:
        points: (n, d).
        count: How many points to return.
        closed: Whether the curve returns to its first point.

    Returns:
        (count, d) points, evenly spaced in chord length.
    """
    knots = np.concatenate([points, points[:1]]) if closed else points
    curve, _ = splprep(knots.T, s=0, per=closed, k=3)
    return np.array(splev(np.linspace(0.0, 1.0, count), curve)).T
