"""The neutral geometry of a person."""

from functools import cache

import numpy as np
from jaxtyping import Float32, Float64
from numpy import ndarray
from scipy.spatial import cKDTree

from enface.rendering.arrays import Flags, Floats
from enface.rendering.asset import FaceAsset
from enface.rendering.materials import FACE, GUMS, LEFT_EYE, RIGHT_EYE, TEETH
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
    _keep_inside(asset, positions)
    return _asymmetric(positions, asset.neutral, identity.asymmetry)


_UNDER_LIPS = 0.30
"""Centimetres that gums and teeth stay behind the lips and the chin."""
_UNDER_LIDS = 0.16
"""Centimetres that the covered part of an eyeball stays behind the lids; on the mean head it is as much."""
_EYE = (3.24, 3.61)
"""Place of an eye's axis on the mean head, to the side and upwards."""


def _keep_inside(asset: FaceAsset, positions: Float32[ndarray, "vertices 3"]) -> None:
    """Moves gums, teeth and eyeballs back where thin lips, a receding chin or flat lids would let them
    come through the skin."""
    x, y, z = asset.neutral.T
    skin = asset.regions == FACE
    jaws = (asset.regions == GUMS) | (asset.regions == TEETH)
    mouth = skin & (np.abs(x) < 3.0) & (y > -8.0) & (y < -1.5) & (z > 8.5)
    positions[jaws, 2] -= max(0.0, _ahead(positions, jaws & (z > 8.5), mouth) + _UNDER_LIPS)
    away = np.hypot(np.abs(x) - _EYE[0], y - _EYE[1])
    for eye in (LEFT_EYE, RIGHT_EYE):
        ball = asset.regions == eye
        side = np.sign(x[ball].mean())
        covered = ball & (z > 8.0) & (np.abs(y - _EYE[1]) > 0.62) & (away < 1.15)
        lids = skin & (away < 2.4) & (z > 7.0) & (x * side > 0.0)
        positions[ball, 2] -= max(0.0, _ahead(positions, covered, lids) + _UNDER_LIDS)


def _ahead(positions: Float32[ndarray, "vertices 3"], inner: Flags, skin: Flags) -> float:
    """How far the most protruding of some inner vertices lies before the skin about it, centimetres."""
    points, surface = positions[inner], positions[skin]
    _, nearest = cKDTree(surface[:, :2]).query(points[:, :2], k=4)
    return float((points[:, 2] - surface[nearest, 2].max(axis=1)).max())


def _asymmetric(
    positions: Float32[ndarray, "vertices 3"], canonical: Floats, asymmetry: tuple[float, float]
) -> Float32[ndarray, "vertices 3"]:
    x, y, z = canonical.T
    slope, offset = asymmetry
    positions[:, 1] += 0.025 * slope * x * np.exp(-(((y + 3.4) / 3.5) ** 2)) * (z > 4.0)
    positions[:, 0] += 0.10 * offset * np.exp(-((y / 2.5) ** 2)) * (z > 9.0)
    return positions
