"""Single hairs across the hairline, painted on the skin where the hair shell begins."""

import numpy as np
from jaxtyping import Float32
from numpy import ndarray

from enface.rendering.arrays import Floats
from enface.rendering.asset import FaceAsset
from enface.rendering.kernels.strokes import draw_strokes
from enface.rendering.parts.hairline import inside_hairline
from enface.rendering.parts.strands import strand_coordinates
from enface.rendering.people.identity import Identity
from enface.rendering.people.look import Look
from enface.rendering.randomness import Stream, stream
from enface.rendering.skin.atlas import SkinMaps, skin_maps

_TRIED = 40_000
"""Random texels among which those near the hairline are taken."""
_REACH = (-0.45, 0.9)
"""Where hairs have their roots: distance inside the hairline, as `inside_hairline` has it."""


def edge_hairs(
    asset: FaceAsset, identity: Identity, look: Look, *, size: int
) -> Float32[ndarray, "size size"]:
    """How much of each texel the hairs cover, 0 to 1."""
    coverage = np.zeros((size, size), np.float32)
    if look.style == "bald":
        return coverage
    maps = skin_maps(asset, size)
    rng = stream(look.seed, Stream.HAIRS)
    row, column = (rng.random((2, _TRIED)) * (size - 2)).astype(int) + 1
    points = np.stack([maps.x[row, column], maps.y[row, column], maps.z[row, column]], axis=1).astype(
        np.float64
    )
    inside = inside_hairline(points, maps.ear[row, column] > 0.0, identity, look)
    near = (inside > _REACH[0]) & (inside < _REACH[1]) & maps.painted[row, column]
    row, column, points, inside = row[near], column[near], points[near], inside[near]
    _, growth = strand_coordinates(points, look)
    along, scale = in_texture(maps, row, column, growth)
    count = len(row)
    turn = rng.normal(0.0, 0.30, count)
    c, s = np.cos(turn), np.sin(turn)
    along = np.stack([c * along[:, 0] - s * along[:, 1], s * along[:, 0] + c * along[:, 1]], axis=1)
    length = rng.uniform(0.25, 0.75, count) * scale * (0.35 if look.style == "buzz" else 1.0)
    root = np.stack([column, row], axis=1) + rng.random((count, 2)) - 0.5
    width = 0.030 * scale * rng.uniform(0.7, 1.3, count)
    fading = np.clip((inside - _REACH[0]) / 0.9, 0.0, 1.0)
    opacity = rng.uniform(0.25, 0.8, count) * fading
    strokes = np.column_stack([root, root + along * length[:, None], width, 0.3 * width, opacity])
    draw_strokes(strokes, coverage)
    return coverage


def in_texture(maps: SkinMaps, row: Floats, column: Floats, directions: Floats) -> tuple[Floats, Floats]:
    """Unit directions in the texture, columns and rows, and texels per centimetre along them."""
    places = np.stack([maps.x, maps.y, maps.z], axis=-1).astype(np.float64)
    across = (places[row, column + 1] - places[row, column - 1]) / 2.0
    down = (places[row + 1, column] - places[row - 1, column]) / 2.0
    aa, bb = (across**2).sum(1) + 1e-9, (down**2).sum(1) + 1e-9
    ab = (across * down).sum(1)
    u, v = (across * directions).sum(1), (down * directions).sum(1)
    area = np.maximum(aa * bb - ab**2, 1e-12)
    step = np.stack([(bb * u - ab * v) / area, (aa * v - ab * u) / area], axis=1)
    scale = np.clip(np.linalg.norm(step, axis=1), 1e-6, None)
    return step / scale[:, None], np.minimum(scale, 2.0 / np.sqrt(np.minimum(aa, bb)))
