"""How much of the sky every vertex of the mean head sees."""

import numpy as np
from jaxtyping import Float32
from numpy import ndarray

from enface.rendering.arrays import Ints
from enface.rendering.kernels.mesh import vertex_normals
from enface.rendering.kernels.shadow import cast_shadows
from enface.rendering.scene.lights import shadow_axes

_DIRECTIONS = 160
_CELLS = 512
_WIDTH = 42.0
"""Centimetres that the shadow map spans."""


def sky_seen(
    positions: Float32[ndarray, "vertices 3"], triangles: Ints, materials: Ints
) -> Float32[ndarray, " vertices"]:
    """Cosine-weighted share of open sky, 0 to 1; the upper half counts more, for light comes from above."""
    normals = np.empty_like(positions)
    vertex_normals(positions, triangles, normals)
    index = np.arange(_DIRECTIONS) + 0.5
    polar, turn = np.arccos(1.0 - 2.0 * index / _DIRECTIONS), np.pi * (1.0 + 5.0**0.5) * index
    directions = np.stack([np.cos(turn) * np.sin(polar), np.cos(polar), np.sin(turn) * np.sin(polar)], axis=1)
    heights = np.empty((_CELLS, _CELLS), np.float32)
    scratch = np.empty_like(positions)
    hair = np.zeros((len(positions), 4), np.float32)
    scale = _CELLS / _WIDTH
    seen, total = np.zeros(len(positions)), np.zeros(len(positions))
    for direction in directions:
        axes = shadow_axes(tuple(direction))
        cast_shadows(positions, triangles, materials, hair, axes, scale, heights, scratch)
        placed = (positions + 0.12 * normals) @ axes.T
        column = np.clip((placed[:, 0] * scale + _CELLS / 2).astype(int), 0, _CELLS - 1)
        row = np.clip((_CELLS / 2 - placed[:, 1] * scale).astype(int), 0, _CELLS - 1)
        weight = np.clip(normals @ direction, 0.0, None) * (0.55 + 0.45 * direction[1])
        seen += weight * (heights[row, column] <= placed[:, 2] + 0.08)
        total += weight
    return np.clip(seen / np.maximum(total, 1e-6), 0.0, 1.0).astype(np.float32)
