"""The eyeball, painted by distance from the axis of sight: the asset's sclera includes the cornea."""

import math

from enface.rendering.arrays import Floats
from enface.rendering.kernels.compiler import compiled
from enface.rendering.kernels.noise import value_noise

AXIS_X = 3.2375
AXIS_Y = 3.611
BACK_OF_IRIS = 8.2
"""Canonical place of the axis of sight, centimetres; behind the last value there is no iris."""


@compiled
def eye_colour(
    x: float,
    y: float,
    z: float,
    left: bool,
    radius: float,
    pupil: float,
    colour: Floats,
    sclera: Floats,
    seed: int,
) -> tuple[float, float, float]:
    """Linear colour at a canonical point of an eyeball: pupil, warm ring, fibres, limbus, white."""
    dx = x - AXIS_X if left else x + AXIS_X
    dy = y - AXIS_Y
    distance = math.sqrt(dx * dx + dy * dy)
    if z < BACK_OF_IRIS:
        distance = 9.0
    if distance >= radius:
        redness = min(1.0, (distance - radius) / 0.9)
        veins = value_noise(x * 9.0, y * 14.0, seed + 31)
        redness = redness * (0.85 + 0.3 * veins)
        limbus = min(1.0, 0.45 + 0.55 * (distance - radius) / (radius * 0.12))
        return (
            sclera[0] * (1.0 - 0.17 * redness) * limbus,
            sclera[1] * (1.0 - 0.37 * redness) * limbus,
            sclera[2] * (1.0 - 0.40 * redness) * limbus,
        )
    share = distance / radius
    if share < pupil:
        return 0.004, 0.004, 0.004
    angle = math.atan2(dy, dx)
    fibres = 0.5 * value_noise(angle * 9.0, share * 2.0, seed + 11)
    fibres += 0.5 * value_noise(angle * 22.0, share * 3.0, seed + 12)
    level = 0.55 + 0.9 * fibres * (1.0 - 0.3 * share)
    level *= 1.0 - 0.75 * max(0.0, (share - 0.78) / 0.22)
    red = colour[0] * level
    green = colour[1] * level
    blue = colour[2] * level
    ring = (share - pupil) / 0.16
    if ring < 1.0:
        warm = (1.0 - ring) * colour[3]
        red = red * ring + 0.35 * warm
        green = green * ring + 0.20 * warm
        blue = blue * ring + 0.08 * warm
    return red, green, blue
