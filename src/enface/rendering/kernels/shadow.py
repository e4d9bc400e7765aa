"""The shadow map: how near each surface is to a far light, and who stands in its way."""

import math

from enface.rendering.arrays import Floats, Ints
from enface.rendering.kernels.compiler import compiled
from enface.rendering.materials import (
    CLOTH,
    COVERING,
    EYE_SOCKET,
    GUMS,
    HAIR,
    LASHES,
    LOOSE_HAIR,
    MOUTH_SOCKET,
)

EMPTY = -1e30
"""Height of a map cell that no surface covers."""


@compiled
def cast_shadows(
    positions: Floats,
    triangles: Ints,
    materials: Ints,
    hair: Floats,
    axes: Floats,
    scale: float,
    heights: Floats,
    placed: Floats,
) -> None:
    """Fills a square orthographic map with the greatest height towards the light.

    Args:
        axes: (3, 3): rows are the map's right, its up, and the direction to the light.
        scale: Cells per centimetre.
        heights: (size, size), out.
        placed: (vertices, 3), scratch.
    """
    size = heights.shape[0]
    heights[:] = EMPTY
    for i in range(positions.shape[0]):
        x, y, z = positions[i, 0], positions[i, 1], positions[i, 2]
        placed[i, 0] = size * 0.5 + scale * (axes[0, 0] * x + axes[0, 1] * y + axes[0, 2] * z)
        placed[i, 1] = size * 0.5 - scale * (axes[1, 0] * x + axes[1, 1] * y + axes[1, 2] * z)
        placed[i, 2] = axes[2, 0] * x + axes[2, 1] * y + axes[2, 2] * z
    for i in range(triangles.shape[0]):
        a, b, c = triangles[i, 0], triangles[i, 1], triangles[i, 2]
        material = materials[i]
        if material in (LASHES, EYE_SOCKET, MOUTH_SOCKET, GUMS):
            continue
        if (material in (HAIR, LOOSE_HAIR, CLOTH, COVERING)) and (hair[a, 0] + hair[b, 0] + hair[c, 0] < 0.6):
            continue
        x0, y0, z0 = placed[a, 0], placed[a, 1], placed[a, 2]
        x1, y1, z1 = placed[b, 0], placed[b, 1], placed[b, 2]
        x2, y2, z2 = placed[c, 0], placed[c, 1], placed[c, 2]
        area = (x1 - x0) * (y2 - y0) - (x2 - x0) * (y1 - y0)
        if abs(area) < 1e-9:
            continue
        left = max(0, math.ceil(min(x0, x1, x2) - 0.5))
        right = min(size - 1, math.floor(max(x0, x1, x2) - 0.5))
        if left > right:
            continue
        top = max(0, math.ceil(min(y0, y1, y2) - 0.5))
        bottom = min(size - 1, math.floor(max(y0, y1, y2) - 0.5))
        inverse = 1.0 / area
        step0 = (y1 - y2) * inverse
        step1 = (y2 - y0) * inverse
        rise = step0 * (z0 - z2) + step1 * (z1 - z2)
        for y in range(top, bottom + 1):
            py = y + 0.5
            px = left + 0.5
            w0 = ((x1 - px) * (y2 - py) - (x2 - px) * (y1 - py)) * inverse
            w1 = ((x2 - px) * (y0 - py) - (x0 - px) * (y2 - py)) * inverse
            z = w0 * z0 + w1 * z1 + (1.0 - w0 - w1) * z2
            for x in range(left, right + 1):
                if w0 >= 0.0 and w1 >= 0.0 and w0 + w1 <= 1.0 and z > heights[y, x]:
                    heights[y, x] = z
                w0 += step0
                w1 += step1
                z += rise


@compiled
def lit_fraction(
    x: float, y: float, z: float, slack: float, heights: Floats, axes: Floats, scale: float
) -> float:
    """Share of a soft 4 x 4 cell neighbourhood that does not stand between a point and the light.

    Surfaces up to `slack` centimetres nearer to the light than the point cast no shadow on it.
    """
    size = heights.shape[0]
    u = (axes[0, 0] * x + axes[0, 1] * y + axes[0, 2] * z) * scale + size * 0.5
    v = size * 0.5 - (axes[1, 0] * x + axes[1, 1] * y + axes[1, 2] * z) * scale
    level = axes[2, 0] * x + axes[2, 1] * y + axes[2, 2] * z + slack
    left = int(u) - 1
    top = int(v) - 1
    if left < 0 or top < 0 or left + 3 >= size or top + 3 >= size:
        return 1.0
    s = u - int(u)
    t = v - int(v)
    lit = 0.0
    for row in range(4):
        across = 0.0
        if heights[top + row, left] <= level:
            across += 1.0 - s
        if heights[top + row, left + 1] <= level:
            across += 1.0
        if heights[top + row, left + 2] <= level:
            across += 1.0
        if heights[top + row, left + 3] <= level:
            across += s
        if row == 0:
            across *= 1.0 - t
        elif row == 3:
            across *= t
        lit += across
    return lit / 9.0
