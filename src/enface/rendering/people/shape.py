"""The neutral geometry of a person."""

from functools import cache

import numpy as np
from jaxtyping import Float32, Float64
from numpy import ndarray

from enface.rendering.arrays import Floats
from enface.rendering.asset import FaceAsset
from enface.rendering.people.identity import Identity
from enface.rendering.people.proportions import proportion_modes

MALE_SHIFT = 1.3
FEMALE_SHIFT = -1.5
"""Place of the two sexes along the unit vector of `sex_direction`."""
SPREAD = 1.3
"""Factor on the modes' weights: recognizers find faces of unit spread more alike than real ones."""


@cache
def sex_direction(asset: FaceAsset) -> Float64[ndarray, " modes"]:
    """Unit vector in the space of mode weights from female to male, found without labels.

    Every mode is measured by the differences that anthropometry knows between the sexes (wider jaw, longer
    chin, deeper brow ridge, wider nose, thinner lips, lower brows, smaller eyes, larger face); each measure
    is normalised over the modes and all count alike.
    """
    moved = asset.identity_modes.reshape(len(asset.identity_modes), -1, 3)[:, asset.landmarks].astype(
        np.float64
    )
    x, y, z = moved[..., 0], moved[..., 1], moved[..., 2]
    eyes = slice(36, 48)
    measures = (
        x[:, 12] - x[:, 4],
        y[:, 57] - y[:, 8],
        z[:, [18, 19, 20, 23, 24, 25]].mean(1) - z[:, eyes].mean(1),
        x[:, 35] - x[:, 31],
        -((y[:, 51] - y[:, 62]) + (y[:, 66] - y[:, 57])),
        -(y[:, [19, 24]].mean(1) - y[:, eyes].mean(1)),
        -(y[:, [37, 38, 43, 44]].mean(1) - y[:, [40, 41, 46, 47]].mean(1)),
        0.5 * ((x[:, 16] - x[:, 0]) - (y[:, 8] - y[:, 27])),
    )
    direction = sum(measure / np.linalg.norm(measure) for measure in measures)
    return np.asarray(direction / np.linalg.norm(direction))


@cache
def _proportions(asset: FaceAsset) -> Float32[ndarray, "proportions vertices_times_3"]:
    modes = proportion_modes(asset.neutral)
    # The teeth, gums and eyeballs are rigid: proportions may shift them only as far as their centre moves.
    for region in range(4, 8):
        inside = asset.regions == region
        if inside.any():
            modes[:, inside] = modes[:, inside].mean(axis=1, keepdims=True)
    return modes.reshape(len(modes), -1)


def neutral_shape(asset: FaceAsset, identity: Identity) -> Float32[ndarray, "vertices 3"]:
    """Positions of a person's vertices without expression, centimetres."""
    direction = sex_direction(asset)
    weights = SPREAD * np.array(identity.shape[: len(direction)])
    weights = weights - 0.5 * (weights @ direction) * direction
    weights = weights + (FEMALE_SHIFT if identity.female else MALE_SHIFT) * direction
    positions = asset.neutral + (weights.astype(np.float32) @ asset.identity_modes).reshape(-1, 3)
    for name, weight in identity.resting:
        positions += np.float32(weight) * asset.expressions[name]
    positions += (np.array(identity.proportions, np.float32) @ _proportions(asset)).reshape(-1, 3)
    return _asymmetric(positions, asset.neutral, identity.asymmetry)


def _asymmetric(
    positions: Float32[ndarray, "vertices 3"], canonical: Floats, asymmetry: tuple[float, float]
) -> Float32[ndarray, "vertices 3"]:
    x, y, z = canonical.T
    slope, offset = asymmetry
    positions[:, 1] += 0.025 * slope * x * np.exp(-(((y + 3.4) / 3.5) ** 2)) * (z > 4.0)
    positions[:, 0] += 0.10 * offset * np.exp(-((y / 2.5) ** 2)) * (z > 9.0)
    return positions
