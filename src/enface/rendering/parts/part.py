"""A mesh beside the head's own."""

from typing import NamedTuple

import numpy as np
from jaxtyping import Float32, Int32
from numpy import ndarray

from enface.rendering.arrays import Floats, Ints


class Part(NamedTuple):
    """Vertices (n, ...) and triangles (t, 3) that number them from 0."""

    positions: Float32[ndarray, "vertices 3"]
    canonical: Float32[ndarray, "vertices 3"]
    hair: Float32[ndarray, "vertices 4"]
    tangents: Float32[ndarray, "vertices 3"]
    occlusion: Float32[ndarray, " vertices"]
    triangles: Int32[ndarray, "triangles 3"]
    material: int
    colours: Float32[ndarray, "vertices 3"] | None = None
    """Linear, of what has neither texture nor colours of its own."""


def grid_triangles(rows: int, columns: int) -> Int32[ndarray, "triangles 3"]:
    """Two triangles for each cell of a grid whose vertex (row, column) has number row * columns + column."""
    index = np.arange(rows * columns).reshape(rows, columns)
    quads = np.stack([index[:-1, :-1], index[1:, :-1], index[1:, 1:], index[:-1, 1:]], axis=-1).reshape(-1, 4)
    return np.concatenate([quads[:, [0, 1, 2]], quads[:, [0, 2, 3]]]).astype(np.int32)


def part_of(
    positions: Floats,
    triangles: Ints,
    material: int,
    *,
    canonical: Floats | None = None,
    hair: Floats | None = None,
    tangents: Floats | None = None,
    occlusion: Floats | float = 1.0,
    colours: Floats | None = None,
) -> Part:
    """A part from arrays of any leading shape and precision."""
    points = np.ascontiguousarray(positions, np.float32).reshape(-1, 3)
    count = len(points)

    def rows(values: Floats | None, width: int, absent: Floats) -> Float32[ndarray, "vertices width"]:
        return absent if values is None else np.ascontiguousarray(values, np.float32).reshape(count, width)

    return Part(
        positions=points,
        canonical=rows(canonical, 3, points),
        hair=rows(hair, 4, np.zeros((count, 4), np.float32)),
        tangents=rows(tangents, 3, np.zeros((count, 3), np.float32)),
        occlusion=np.broadcast_to(np.asarray(occlusion, np.float32).ravel(), (count,)).copy(),
        triangles=np.ascontiguousarray(triangles, np.int32),
        material=material,
        colours=None
        if colours is None
        else np.broadcast_to(np.asarray(colours, np.float32), points.shape).copy(),
    )
