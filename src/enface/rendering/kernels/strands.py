"""Where hair, lashes and cloth are solid: cut-outs that turn shells into strands."""

import math
from typing import NamedTuple

from enface.rendering.arrays import Floats
from enface.rendering.kernels.compiler import compiled
from enface.rendering.kernels.noise import value_noise
from enface.rendering.materials import CLOTH, COVERING, LASHES

ROUNDING = 1e-5
"""More than sums of a few numbers near 1 lose."""

BARE, FULL = -0.9, 1.4
"""Centimetres inside the hairline up to which, and from which, a sample of hair needs no noise."""


class Strands(NamedTuple):
    """How fine a person's hair is."""

    seed: int
    frequency: float
    """Locks per radian about the crown axis."""


@compiled
def edges_of(material: int) -> tuple[float, float]:
    """Centimetres inside the edge below which no sample of a cut-out is solid, above which every one is."""
    if material == LASHES:
        return -math.inf, math.inf
    if material in (CLOTH, COVERING):
        return -ROUNDING, ROUNDING
    return BARE - ROUNDING, FULL + ROUNDING


@compiled
def is_solid(
    material: int, a: int, b: int, c: int, w0: float, w1: float, w2: float, hair: Floats, strands: Strands
) -> bool:
    """Whether a sample of a cut-out material is there.

    Args:
        hair: (vertices, 4): cm inside the hairline; cosine and sine of the angle about the crown; distance
            from the crown along the strand. Lashes: 1 at the lid to 0 at the tip; last, cm along the lid.
            Coverings: cm inside the edge; last, width of the trim along it.
    """
    inside = w0 * hair[a, 0] + w1 * hair[b, 0] + w2 * hair[c, 0]
    along = w0 * hair[a, 3] + w1 * hair[b, 3] + w2 * hair[c, 3]
    if material == LASHES:
        # Single lashes that thin out to their tips; the outer part of the asset's ribbons stays empty.
        return bool(inside > 0.35 and value_noise(along * 16.0, 0.5, 7) < 1.15 * inside - 0.28)
    if material in (CLOTH, COVERING):
        return bool(inside > 0.0)
    if inside < BARE:
        return False
    if inside > FULL:
        return True
    cosine = w0 * hair[a, 1] + w1 * hair[b, 1] + w2 * hair[c, 1]
    sine = w0 * hair[a, 2] + w1 * hair[b, 2] + w2 * hair[c, 2]
    locks = math.atan2(sine, cosine) * strands.frequency
    # The four noises weigh 1 together; what is left of them often cannot change the answer any more.
    needed = (0.1 - inside) / 1.7 + 0.5
    noise = 0.25 * value_noise(locks * 7.0, along * 1.8, strands.seed + 7)
    noise += 0.30 * value_noise(locks * 2.6, along * 1.2, strands.seed)
    if noise > needed + ROUNDING:
        return True
    if noise + 0.45 < needed - ROUNDING:
        return False
    noise += 0.25 * value_noise(locks * 0.9 + along, along * 0.5, strands.seed + 5)
    noise += 0.20 * value_noise(locks * 0.2 + along * 0.7, along * 0.25, strands.seed + 6)
    return bool(inside + 1.7 * (noise - 0.5) - 0.1 > 0.0)
