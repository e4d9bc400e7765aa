"""Colours of skin, hair and eyes, in linear RGB."""

import numpy as np

from enface.rendering.arrays import Floats

BARE_SKIN = np.array([0.74, 0.53, 0.42])
"""Skin without pigment."""
MELANIN = np.array([1.05, 1.50, 1.90])
DEEP_MELANIN = np.array([1.35, 1.45, 1.55])
"""Absorption per unit of melanin; beyond `DEEP_FROM` the channels darken more evenly."""
DEEP_FROM = 0.7
HAEMOGLOBIN = np.array([0.03, 0.32, 0.22])
HIDDEN_BY_MELANIN = 0.35
"""Share of the haemoglobin's effect that a unit of melanin above it hides, up to 1.2 units."""
UNDERTONE = np.array([0.0, 0.30, -0.55])
"""Logarithmic change of bare skin per unit of undertone: yellow to olive above 0, pink below."""

HAIR_COLOURS = (
    (0.012, 0.009, 0.008),
    (0.030, 0.018, 0.011),
    (0.065, 0.036, 0.019),
    (0.120, 0.065, 0.030),
    (0.270, 0.160, 0.070),
    (0.420, 0.290, 0.140),
    (0.220, 0.065, 0.020),
    (0.200, 0.194, 0.188),
    (0.290, 0.280, 0.270),
)
"""Black, dark brown, brown, light brown, dark blond, blond, red, grey, white."""
GREY = 7

EYE_COLOURS = (
    (0.045, 0.020, 0.009, 0.22),
    (0.090, 0.042, 0.015, 0.35),
    (0.140, 0.100, 0.035, 0.50),
    (0.100, 0.140, 0.090, 0.80),
    (0.100, 0.170, 0.260, 0.40),
    (0.160, 0.200, 0.230, 0.30),
)
"""Dark brown, brown, hazel, green, blue, grey; the last number warms the ring about the pupil."""


def bare_skin(undertone: float) -> Floats:
    """(3,) linear colour of skin without pigment."""
    return np.asarray(BARE_SKIN * np.exp(undertone * UNDERTONE))


def skin_colour(melanin: Floats | float, haemoglobin: Floats | float, *, undertone: float = 0.0) -> Floats:
    """Beer-Lambert absorption by two pigments; (..., 3) linear."""
    melanin = np.asarray(melanin, np.float64)[..., None]
    haemoglobin = np.asarray(haemoglobin, np.float64)[..., None]
    shallow = np.minimum(melanin, DEEP_FROM)
    deep = np.maximum(melanin - DEEP_FROM, 0.0)
    haemoglobin = haemoglobin * (1.0 - HIDDEN_BY_MELANIN * np.minimum(melanin, 1.2))
    return np.asarray(
        bare_skin(undertone) * np.exp(-shallow * MELANIN - deep * DEEP_MELANIN - haemoglobin * HAEMOGLOBIN)
    )
