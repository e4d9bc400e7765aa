"""Rooms, flashes and environments."""

import math
from dataclasses import dataclass

import numpy as np
from jaxtyping import Float32
from numpy import ndarray

from enface.rendering.errors import RenderingError

Rows = tuple[tuple[float, ...], ...]

FLASHES: tuple[tuple[float, float], ...] = (
    *((-90.0 + 15.0 * k, 0.0) for k in range(13)),
    (-45.0, 40.0),
    (-15.0, 35.0),
    (0.0, 55.0),
    (15.0, 35.0),
    (45.0, 40.0),
)
"""Yaw and elevation, degrees, of illuminations 1 to 18."""
FRONTAL_FLASH = 7
ILLUMINATIONS = 20

_OVERHEAD = ((-0.45, 0.85, 0.35), (0.45, 0.85, 0.35))
_ROOM_AMBIENT = ((0.34, 0.34, 0.35), (0.10, 0.10, 0.11), (0.05, 0.05, 0.05))
"""Constant, upward and forward terms."""
_FLASH_COLOUR = (1.55, 1.52, 1.48)


@dataclass(frozen=True)
class Lighting:
    """Far lights, of which the first may cast shadows, over an environment."""

    directions: Rows
    """Unit vectors to the lights."""
    colours: Rows
    casts_shadows: bool
    environment: Rows
    """(9, 3), see `enface.rendering.kernels.inputs.Light.environment`."""


def direction(yaw: float, elevation: float) -> tuple[float, float, float]:
    """Unit vector from the head to a light; yaw > 0 is the subject's left, degrees."""
    a, b = math.radians(yaw), math.radians(elevation)
    return math.sin(a) * math.cos(b), math.sin(b), math.cos(a) * math.cos(b)


def multipie_light(illumination: int) -> Lighting:
    """Illumination 0 and 19: the room only; 1 to 18: one flash over a weak room.

    Raises:
        RenderingError: Not 0 to 19.
    """
    if not 0 <= illumination < ILLUMINATIONS:
        raise RenderingError(f"illumination {illumination} is outside 0 to {ILLUMINATIONS - 1}")
    overhead = tuple(tuple(float(x) / math.hypot(*d) for x in d) for d in _OVERHEAD)
    if illumination in (0, ILLUMINATIONS - 1):
        level = 1.0 if illumination == 0 else 1.12
        return Lighting(overhead, ((0.62 * level,) * 3,) * 2, False, _environment(1.5 * level))
    flash = direction(*FLASHES[illumination - 1])
    return Lighting((flash, *overhead), (_FLASH_COLOUR, (0.2,) * 3, (0.2,) * 3), True, _environment(0.62))


def _environment(level: float) -> Rows:
    rows = [tuple(level * x for x in row) for row in _ROOM_AMBIENT]
    return (*rows, *((0.0, 0.0, 0.0),) * (9 - len(rows)))


def shadow_axes(towards: tuple[float, ...]) -> Float32[ndarray, "3 3"]:
    """Right, up and direction to the light: the frame of a shadow map."""
    forward = np.array(towards, np.float64)
    reference = [0.0, 1.0, 0.0] if abs(forward[1]) < 0.95 else [0.0, 0.0, 1.0]
    right = np.cross(reference, forward)
    right /= np.linalg.norm(right)
    return np.stack([right, np.cross(forward, right), forward]).astype(np.float32)
