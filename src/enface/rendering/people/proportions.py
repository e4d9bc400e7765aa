"""Local proportions that widen the spread of faces beyond the asset's modes.

Each proportion moves the neutral head by a smooth field of displacement, a function of the place on the mean
head: the same on both sides, zero away from its feature. Weights are unit normal; `SPREAD` scales all of
them.
"""

from collections.abc import Callable

import numpy as np
from jaxtyping import Float32
from numpy import ndarray

from enface.rendering.arrays import Floats
from enface.rendering.curves import bell, smoothstep

Displacement = tuple[Floats | float, Floats | float, Floats | float]
Field = Callable[[Floats, Floats, Floats], Displacement]


def _front(z: Floats) -> Floats:
    return smoothstep(z, 2.0, 7.0)


def _eye_spacing(x: Floats, y: Floats, z: Floats) -> Displacement:
    return 0.10 * np.tanh(x / 1.2) * bell(y, 3.6, 2.4) * _front(z), 0.0, 0.0


def _eye_height(x: Floats, y: Floats, z: Floats) -> Displacement:
    return 0.0, 0.12 * bell(y, 4.2, 2.8) * _front(z), 0.0


def _nose_width(x: Floats, y: Floats, z: Floats) -> Displacement:
    return (
        0.10 * np.tanh(x / 0.8) * bell(y, -0.2, 1.6) * bell(np.abs(x), 0.9, 1.5) * smoothstep(z, 7, 9),
        0.0,
        0.0,
    )


def _nose_length(x: Floats, y: Floats, z: Floats) -> Displacement:
    return 0.0, -0.16 * bell(y, -0.6, 1.9) * bell(x, 0.0, 2.2) * smoothstep(z, 7, 9), 0.0


def _nose_depth(x: Floats, y: Floats, z: Floats) -> Displacement:
    return 0.0, 0.0, 0.20 * bell(y, 0.3, 2.0) * bell(x, 0.0, 1.5) * smoothstep(z, 7, 9)


def _nose_bridge(x: Floats, y: Floats, z: Floats) -> Displacement:
    return 0.0, 0.0, 0.12 * bell(y, 2.6, 1.3) * bell(x, 0.0, 1.1) * smoothstep(z, 6, 8)


def _mouth_width(x: Floats, y: Floats, z: Floats) -> Displacement:
    return 0.12 * np.tanh(x / 1.5) * bell(y, -3.4, 1.8) * smoothstep(z, 5, 8), 0.0, 0.0


def _mouth_height(x: Floats, y: Floats, z: Floats) -> Displacement:
    return 0.0, 0.14 * bell(y, -3.6, 2.6) * _front(z), 0.0


def _jaw_width(x: Floats, y: Floats, z: Floats) -> Displacement:
    return 0.22 * np.tanh(x / 2.5) * bell(y, -4.5, 3.2) * smoothstep(np.abs(x), 2, 5), 0.0, 0.0


def _chin_length(x: Floats, y: Floats, z: Floats) -> Displacement:
    return 0.0, -0.20 * smoothstep(-y, 4.2, 6.8) * bell(x, 0.0, 4.0) * smoothstep(z, 3, 6), 0.0


def _chin_depth(x: Floats, y: Floats, z: Floats) -> Displacement:
    return 0.0, 0.0, 0.20 * bell(y, -6.6, 2.0) * bell(x, 0.0, 2.4) * smoothstep(z, 4, 7)


def _cheekbones(x: Floats, y: Floats, z: Floats) -> Displacement:
    return 0.16 * np.tanh(x / 2.5) * bell(y, 1.0, 2.2) * smoothstep(np.abs(x), 3, 6), 0.0, 0.0


def _cheek_fullness(x: Floats, y: Floats, z: Floats) -> Displacement:
    amount = bell(y, -2.4, 2.2) * bell(np.abs(x), 4.8, 2.0) * smoothstep(z, 2, 5)
    return 0.14 * np.tanh(x / 2.5) * amount, 0.0, 0.14 * amount


def _brow_ridge(x: Floats, y: Floats, z: Floats) -> Displacement:
    return 0.0, 0.0, 0.12 * bell(y, 5.5, 1.2) * bell(np.abs(x), 2.6, 2.4) * smoothstep(z, 5, 8)


def _eye_tilt(x: Floats, y: Floats, z: Floats) -> Displacement:
    return 0.0, 0.11 * (np.abs(x) - 3.1) * bell(y, 3.6, 1.4) * bell(np.abs(x), 3.1, 2.2) * _front(z), 0.0


def _brow_height(x: Floats, y: Floats, z: Floats) -> Displacement:
    return 0.0, 0.16 * bell(y, 5.6, 1.1) * smoothstep(y, 4.2, 5.2) * _front(z), 0.0


def _nose_tip(x: Floats, y: Floats, z: Floats) -> Displacement:
    near = bell(y, -0.2, 1.1) * bell(x, 0.0, 1.2) * smoothstep(z, 9, 11)
    return 0.0, 0.20 * near, 0.05 * near


def _upper_lip(x: Floats, y: Floats, z: Floats) -> Displacement:
    near = bell(y, -2.9, 0.7) * bell(x, 0.0, 1.9) * smoothstep(z, 8, 10)
    return 0.0, 0.10 * near, 0.10 * near


def _lower_lip(x: Floats, y: Floats, z: Floats) -> Displacement:
    near = bell(y, -4.0, 0.7) * bell(x, 0.0, 1.9) * smoothstep(z, 8, 10)
    return 0.0, -0.09 * near, 0.11 * near


def _face_width(x: Floats, y: Floats, z: Floats) -> Displacement:
    return 0.025 * x, 0.0, 0.0


def _face_length(x: Floats, y: Floats, z: Floats) -> Displacement:
    return 0.0, 0.03 * (y - 3.5) * smoothstep(y, -12.0, -7.0), 0.0


def _ears(x: Floats, y: Floats, z: Floats) -> Displacement:
    near = smoothstep(np.abs(x), 7.2, 9.0) * bell(y, 2.5, 4.0) * bell(z, 0.0, 3.5)
    return 0.22 * np.sign(x) * near, 0.0, 0.0


def _eye_size(x: Floats, y: Floats, z: Floats) -> Displacement:
    near = bell(np.abs(x), 3.24, 1.9) * bell(y, 3.61, 1.3) * _front(z)
    return 0.06 * np.sign(x) * (np.abs(x) - 3.24) * near, 0.04 * (y - 3.61) * near, 0.0


def _eye_width(x: Floats, y: Floats, z: Floats) -> Displacement:
    near = bell(np.abs(x), 3.24, 2.0) * bell(y, 3.61, 1.0) * _front(z)
    return 0.10 * np.sign(x) * (np.abs(x) - 3.24) * near, 0.0, 0.0


def _lid_fold(x: Floats, y: Floats, z: Floats) -> Displacement:
    near = bell(np.abs(x), 3.2, 1.7) * bell(y, 4.75, 0.5) * _front(z)
    return 0.0, -0.12 * near, 0.14 * near


def _outer_lid(x: Floats, y: Floats, z: Floats) -> Displacement:
    near = bell(np.abs(x), 4.5, 0.8) * bell(y, 4.3, 0.6) * _front(z)
    return 0.0, -0.14 * near, 0.05 * near


def _nostrils(x: Floats, y: Floats, z: Floats) -> Displacement:
    near = bell(np.abs(x), 1.5, 0.7) * bell(y, -0.6, 0.8) * smoothstep(z, 8, 9.5)
    return 0.14 * np.sign(x) * near, 0.10 * near, 0.06 * near


def _tip_width(x: Floats, y: Floats, z: Floats) -> Displacement:
    near = bell(y, -0.2, 1.0) * bell(np.abs(x), 0.7, 0.7) * smoothstep(z, 9.5, 11)
    return 0.10 * np.tanh(x / 0.4) * near, 0.0, 0.0


def _bridge_width(x: Floats, y: Floats, z: Floats) -> Displacement:
    near = bell(y, 2.2, 1.8) * bell(np.abs(x), 0.9, 0.8) * smoothstep(z, 7, 9)
    return 0.12 * np.tanh(x / 0.5) * near, 0.0, 0.05 * near


def _nose_hump(x: Floats, y: Floats, z: Floats) -> Displacement:
    return 0.0, 0.0, 0.12 * bell(y, 1.4, 0.8) * bell(x, 0.0, 0.9) * smoothstep(z, 8, 10)


def _philtrum(x: Floats, y: Floats, z: Floats) -> Displacement:
    return 0.0, 0.0, 0.10 * bell(y, -1.9, 0.9) * bell(x, 0.0, 1.6) * smoothstep(z, 8, 10)


def _mouth_arch(x: Floats, y: Floats, z: Floats) -> Displacement:
    near = bell(y, -3.3, 1.0) * bell(np.abs(x), 1.2, 1.8) * smoothstep(z, 6, 8)
    return 0.0, 0.09 * (np.abs(x) / 1.3 - 1.0) * near, 0.0


def _mouth_depth(x: Floats, y: Floats, z: Floats) -> Displacement:
    return 0.0, 0.0, 0.16 * bell(y, -3.2, 1.5) * bell(x, 0.0, 2.6) * smoothstep(z, 6, 8.5)


def _forehead_depth(x: Floats, y: Floats, z: Floats) -> Displacement:
    return 0.0, 0.0, 0.22 * bell(y, 8.6, 2.2) * smoothstep(z, 2, 7) * bell(x, 0.0, 5.0)


def _forehead_width(x: Floats, y: Floats, z: Floats) -> Displacement:
    return 0.18 * np.tanh(x / 2.5) * bell(y, 7.5, 2.6) * smoothstep(np.abs(x), 2, 5), 0.0, 0.0


def _jaw_angle(x: Floats, y: Floats, z: Floats) -> Displacement:
    near = bell(y, -3.4, 1.8) * smoothstep(np.abs(x), 4.5, 6.5) * bell(z, 2.0, 4.0)
    return 0.28 * np.sign(x) * near, -0.18 * near, 0.0


def _chin_width(x: Floats, y: Floats, z: Floats) -> Displacement:
    near = bell(y, -6.4, 1.6) * bell(np.abs(x), 1.8, 1.6) * smoothstep(z, 4, 7)
    return 0.20 * np.tanh(x / 0.9) * near, 0.0, 0.04 * near


def _cheek_hollow(x: Floats, y: Floats, z: Floats) -> Displacement:
    near = bell(y, -1.4, 1.6) * bell(np.abs(x), 5.2, 1.3) * smoothstep(z, 2, 5)
    return -0.12 * np.sign(x) * near, 0.0, -0.16 * near


SPREAD = 1.8
"""Factor on the fields below, whose numbers are centimetres."""

FIELDS: dict[str, Field] = {
    "eye_spacing": _eye_spacing,
    "eye_height": _eye_height,
    "nose_width": _nose_width,
    "nose_length": _nose_length,
    "nose_depth": _nose_depth,
    "nose_bridge": _nose_bridge,
    "mouth_width": _mouth_width,
    "mouth_height": _mouth_height,
    "jaw_width": _jaw_width,
    "chin_length": _chin_length,
    "chin_depth": _chin_depth,
    "cheekbones": _cheekbones,
    "cheek_fullness": _cheek_fullness,
    "brow_ridge": _brow_ridge,
    "eye_tilt": _eye_tilt,
    "brow_height": _brow_height,
    "nose_tip": _nose_tip,
    "upper_lip": _upper_lip,
    "lower_lip": _lower_lip,
    "face_width": _face_width,
    "face_length": _face_length,
    "ears": _ears,
    "eye_size": _eye_size,
    "eye_width": _eye_width,
    "lid_fold": _lid_fold,
    "outer_lid": _outer_lid,
    "nostrils": _nostrils,
    "tip_width": _tip_width,
    "bridge_width": _bridge_width,
    "nose_hump": _nose_hump,
    "philtrum": _philtrum,
    "mouth_arch": _mouth_arch,
    "mouth_depth": _mouth_depth,
    "forehead_depth": _forehead_depth,
    "forehead_width": _forehead_width,
    "jaw_angle": _jaw_angle,
    "chin_width": _chin_width,
    "cheek_hollow": _cheek_hollow,
}
"""Proportions in the order of `Identity.proportions`."""


def proportion_modes(neutral: Float32[ndarray, "vertices 3"]) -> Float32[ndarray, "proportions vertices 3"]:
    """The displacement of every vertex of the mean head by each proportion at weight 1, centimetres."""
    x, y, z = neutral.astype(np.float64).T
    modes = np.zeros((len(FIELDS), *neutral.shape), np.float32)
    for mode, field in zip(modes, FIELDS.values(), strict=True):
        for axis, amount in enumerate(field(x, y, z)):
            mode[:, axis] = SPREAD * amount
    return modes
