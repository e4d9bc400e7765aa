"""Strand coordinates: angle and distance about a crown axis, whose place decides how hair flows."""

import numpy as np
from jaxtyping import Float32
from numpy import ndarray

from enface.rendering.arrays import Floats
from enface.rendering.people.look import LOOSE, Look

HEAD_CENTRE = np.array([0.0, 5.5, 0.0])
"""Canonical centre that directions on the skull are measured from, centimetres."""
_UNITS_PER_RADIAN = 2.5


def outwards(points: Floats) -> Floats:
    """Unit directions from the head's centre."""
    away = points - HEAD_CENTRE
    return np.asarray(away / np.linalg.norm(away, axis=-1, keepdims=True))


def crown_axis(look: Look) -> Floats:
    """Where the hair grows from: back of the crown makes a fringe, front sweeps back, side parts it."""
    side = look.part
    if look.style == "swept":
        axis = np.array([0.1 * side, 0.55, 0.85])
    elif look.style == "bun":
        axis = np.array([0.0, 0.35, -0.95])
    elif look.style in ("long", "bob", "shoulder"):
        axis = np.array([0.30 * side, 0.85, 0.6])
    elif look.style == "parted":
        axis = np.array([0.35 * np.copysign(1.0, side), 0.9, 0.35])
    else:
        axis = np.array([0.18 * side, 0.85, -0.45])
    return np.asarray(axis / np.linalg.norm(axis))


def strand_coordinates(
    points: Floats, look: Look
) -> tuple[Float32[ndarray, "points 3"], Float32[ndarray, "points 3"]]:
    """Cosine and sine of the angle about the crown with the distance from it, and the direction of growth."""
    axis = crown_axis(look)
    reference = np.array([0.0, 0.0, 1.0]) if abs(axis[2]) < 0.9 else np.array([0.0, 1.0, 0.0])
    first = np.cross(reference, axis)
    first /= np.linalg.norm(first)
    second = np.cross(axis, first)
    direction = outwards(points)
    height = direction @ axis
    across, upwards = direction @ first, direction @ second
    radius = np.hypot(across, upwards) + 1e-6
    growth = direction * height[..., None] - axis
    growth /= np.linalg.norm(growth, axis=-1, keepdims=True) + 1e-6
    if look.style == "bun":
        growth = -growth
    distance = np.arccos(np.clip(height, -1.0, 1.0)) * _UNITS_PER_RADIAN
    coordinates = np.stack([across / radius, upwards / radius, distance], axis=-1)
    return coordinates.astype(np.float32), growth.astype(np.float32)


def hangs_loose(look: Look) -> bool:
    """Whether the style has hair beside the face."""
    return look.style in LOOSE
