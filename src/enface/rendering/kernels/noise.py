"""Noise from an integer hash: the same value for the same place and seed in every process and version."""

import math

import numpy as np

from enface.rendering.kernels.compiler import compiled


@compiled
def hashed(x: int, y: int, seed: int) -> float:
    """A number in [0, 1) for one lattice point (multiply, xor, shift on 32 bits)."""
    mixed = np.uint32(
        np.uint32(x) * np.uint32(374761393)
        + np.uint32(y) * np.uint32(668265263)
        + np.uint32(seed) * np.uint32(2246822519)
    )
    mixed = np.uint32((mixed ^ (mixed >> np.uint32(13))) * np.uint32(1274126177))
    mixed = np.uint32((mixed ^ (mixed >> np.uint32(15))) * np.uint32(2246822519))
    mixed = np.uint32(mixed ^ (mixed >> np.uint32(16)))
    return float(mixed >> np.uint32(8)) / 16777216.0


@compiled
def value_noise(x: float, y: float, seed: int) -> float:
    """Smooth interpolation of `hashed` between lattice points; in [0, 1), one feature per unit."""
    column = math.floor(x)
    row = math.floor(y)
    left = int(column)
    top = int(row)
    s = x - column
    t = y - row
    s = s * s * (3.0 - 2.0 * s)
    t = t * t * (3.0 - 2.0 * t)
    a = hashed(left, top, seed)
    b = hashed(left + 1, top, seed)
    c = hashed(left, top + 1, seed)
    d = hashed(left + 1, top + 1, seed)
    return (a + (b - a) * s) * (1.0 - t) + (c + (d - c) * s) * t


@compiled
def layered_noise(x: float, y: float, seed: int, octaves: int, persistence: float) -> float:
    """Octaves of `value_noise` with falling weight; mean 0, standard deviation about 1."""
    total = 0.0
    power = 0.0
    weight = 1.0
    for octave in range(octaves):
        total += weight * (value_noise(x, y, seed + 101 * octave) - 0.5)
        power += weight * weight
        weight *= persistence
        x = x * 2.0 + 17.3
        y = y * 2.0 + 5.9
    # Interpolated uniform noise has a standard deviation of about 0.21 per octave.
    return total / (0.21 * math.sqrt(power))


@compiled
def bell_noise(x: int, y: int, seed: int) -> float:
    """Near-normal number, mean 0 and standard deviation 1: the sum of four uniform ones."""
    total = hashed(x, y, seed) + hashed(x, y, seed + 1) + hashed(x, y, seed + 2) + hashed(x, y, seed + 3)
    return (total - 2.0) * 1.7320508
