"""The z-buffer rasterizer: which triangle is seen by each sample, and where on it."""

import math

import numpy as np

from enface.rendering.arrays import Floats, Ints
from enface.rendering.kernels.compiler import compiled
from enface.rendering.kernels.strands import Strands, edges_of, is_solid
from enface.rendering.materials import GLASSES, HAIR, HAND, LASHES, LOOSE_HAIR

NOTHING = -1
"""Triangle number of a sample that sees no surface."""


@compiled
def rasterize(
    screen: Floats,
    triangles: Ints,
    materials: Ints,
    hair: Floats,
    strands: Strands,
    nearness: Floats,
    seen: Ints,
    weights: Floats,
) -> None:
    """Fills the buffers of one view.

    Args:
        screen: (vertices, 3): x, y in samples (centres at .5) and 1 / depth.
        triangles: (triangles, 3), counter-clockwise from outside.
        materials: (triangles,).
        hair: (vertices, 4), see `is_solid`.
        strands: Fineness of the cut-outs.
        nearness: (height, width), out: 1 / depth, 0 where nothing is seen.
        seen: (height, width), out: triangle numbers, or `NOTHING`.
        weights: (height, width, 2), out: perspective-correct weights of the first two corners.
    """
    height, width = seen.shape
    nearness[:] = 0.0
    seen[:] = NOTHING
    for i in range(triangles.shape[0]):
        a, b, c = triangles[i, 0], triangles[i, 1], triangles[i, 2]
        material = materials[i]
        x0, y0, n0 = screen[a, 0], screen[a, 1], screen[a, 2]
        x1, y1, n1 = screen[b, 0], screen[b, 1], screen[b, 2]
        x2, y2, n2 = screen[c, 0], screen[c, 1], screen[c, 2]
        area = (x1 - x0) * (y2 - y0) - (x2 - x0) * (y1 - y0)
        if area >= 0.0 and material != LASHES and material != LOOSE_HAIR and material != HAIR:
            continue
        if abs(area) < 1e-9:
            continue
        left = max(0, math.ceil(min(x0, x1, x2) - 0.5))
        right = min(width - 1, math.floor(max(x0, x1, x2) - 0.5))
        if left > right:
            continue
        top = max(0, math.ceil(min(y0, y1, y2) - 0.5))
        bottom = min(height - 1, math.floor(max(y0, y1, y2) - 0.5))
        if top > bottom:
            continue
        cut_out = LASHES <= material < HAND and material != GLASSES
        if cut_out:
            inside = hair[a, 0], hair[b, 0], hair[c, 0]
            bare, full = edges_of(material)
            if max(inside) < bare:
                continue
            cut_out = min(inside) <= full
        inverse = 1.0 / area
        step0 = (y1 - y2) * inverse
        step1 = (y2 - y0) * inverse
        for y in range(top, bottom + 1):
            py = y + 0.5
            px = left + 0.5
            row = np.uintp(y)  # unsigned: no test for numbers counted from the end
            w0 = ((x1 - px) * (y2 - py) - (x2 - px) * (y1 - py)) * inverse
            w1 = ((x2 - px) * (y0 - py) - (x0 - px) * (y2 - py)) * inverse
            for x in range(left, right + 1):
                column = np.uintp(x)
                w2 = 1.0 - w0 - w1
                if w0 >= 0.0 and w1 >= 0.0 and w2 >= 0.0:
                    near = w0 * n0 + w1 * n1 + w2 * n2
                    if near > nearness[row, column]:
                        p0 = w0 * n0 / near
                        p1 = w1 * n1 / near
                        if not cut_out or is_solid(material, a, b, c, p0, p1, 1.0 - p0 - p1, hair, strands):
                            nearness[row, column] = near
                            seen[row, column] = i
                            weights[row, column, 0] = p0
                            weights[row, column, 1] = p1
                w0 += step0
                w1 += step1


@compiled
def project(
    positions: Floats,
    camera: Floats,
    axes: Floats,
    focal: float,
    centre_x: float,
    centre_y: float,
    screen: Floats,
) -> None:
    """Pinhole projection; writes x, y in samples and 1 / depth.

    Args:
        positions: (vertices, 3), centimetres.
        camera: (3,) camera position.
        axes: (3, 3): rows are right, up and forward.
        focal: Focal length in samples.
        centre_x: Column of the principal point.
        centre_y: Row of the principal point.
        screen: (vertices, 3), out.
    """
    for i in range(positions.shape[0]):
        x = positions[i, 0] - camera[0]
        y = positions[i, 1] - camera[1]
        z = positions[i, 2] - camera[2]
        near = 1.0 / (axes[2, 0] * x + axes[2, 1] * y + axes[2, 2] * z)
        screen[i, 0] = centre_x + focal * near * (axes[0, 0] * x + axes[0, 1] * y + axes[0, 2] * z)
        screen[i, 1] = centre_y - focal * near * (axes[1, 0] * x + axes[1, 1] * y + axes[1, 2] * z)
        screen[i, 2] = near
