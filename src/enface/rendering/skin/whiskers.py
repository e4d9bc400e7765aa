"""Single hairs of a shaved or short beard, drawn in the face texture."""

import numpy as np
from jaxtyping import Float32
from numpy import ndarray

from enface.rendering.asset import FaceAsset
from enface.rendering.kernels.strokes import draw_strokes
from enface.rendering.people.look import Look
from enface.rendering.randomness import Stream, stream
from enface.rendering.skin.atlas import skin_maps
from enface.rendering.skin.edge_hairs import in_texture

_LENGTHS = {"shadow": 0.07, "stubble": 0.18, "goatee": 0.40, "moustache": 0.45, "full": 0.45}
"""Centimetres."""
_TRIED = 60_000
"""Random texels among which those where a beard grows are taken."""


def whisker_coverage(asset: FaceAsset, look: Look, *, size: int) -> Float32[ndarray, "size size"]:
    """How much of each texel whiskers would cover where the beard is dense, 0 to 1."""
    coverage = np.zeros((size, size), np.float32)
    if look.beard == "none":
        return coverage
    maps = skin_maps(asset, size)
    rng = stream(look.seed, Stream.WHISKERS)
    row, column = (rng.random((2, _TRIED)) * (size - 2)).astype(int) + 1
    grows = (maps.beard[row, column] > -0.5) & maps.painted[row, column]
    row, column = row[grows], column[grows]
    count = len(row)
    aside = 0.35 * np.sign(maps.x[row, column]) + rng.normal(0.0, 0.35, count)
    growth = np.stack([aside, np.full(count, -1.0), np.zeros(count)], axis=1)
    growth /= np.linalg.norm(growth, axis=1, keepdims=True)
    along, scale = in_texture(maps, row, column, growth)
    length = _LENGTHS[look.beard] * rng.uniform(0.6, 1.3, count) * scale
    root = np.stack([column, row], axis=1) + rng.random((count, 2)) - 0.5
    width = 0.028 * scale * rng.uniform(0.7, 1.4, count)
    opacity = rng.uniform(0.3, 1.0, count)
    strokes = np.column_stack([root, root + along * length[:, None], width, 0.4 * width, opacity])
    draw_strokes(strokes, coverage)
    return coverage
