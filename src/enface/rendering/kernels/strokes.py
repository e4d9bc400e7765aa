"""Tapered strokes: brows, stubble, the first hairs of a hairline."""

import math

from enface.rendering.arrays import Floats
from enface.rendering.kernels.compiler import compiled


@compiled
def draw_strokes(strokes: Floats, coverage: Floats) -> None:
    """Lays strokes over a coverage map, antialiased: c becomes 1 - (1 - c)(1 - stroke).

    Args:
        strokes: (n, 7): column and row of root and tip, width at the root, width at the tip, opacity.
        coverage: (height, width), in and out, 0 to 1.
    """
    height, width = coverage.shape
    for i in range(strokes.shape[0]):
        x0, y0, x1, y1 = strokes[i, 0], strokes[i, 1], strokes[i, 2], strokes[i, 3]
        root = strokes[i, 4]
        tip = strokes[i, 5]
        dx = x1 - x0
        dy = y1 - y0
        inverse = 1.0 / max(dx * dx + dy * dy, 1e-9)
        reach = 0.5 * max(root, tip) + 1.0
        left = max(0, int(min(x0, x1) - reach))
        right = min(width - 1, int(max(x0, x1) + reach) + 1)
        top = max(0, int(min(y0, y1) - reach))
        bottom = min(height - 1, int(max(y0, y1) + reach) + 1)
        for y in range(top, bottom + 1):
            for x in range(left, right + 1):
                t = min(1.0, max(0.0, ((x - x0) * dx + (y - y0) * dy) * inverse))
                distance = math.sqrt((x - x0 - t * dx) ** 2 + (y - y0 - t * dy) ** 2)
                half = 0.5 * (root + (tip - root) * t)
                # A stroke thinner than a texel covers a texel in part.
                edge = min(1.0, max(0.0, half - distance + 0.5)) * min(1.0, 2.0 * half)
                if edge > 0.0:
                    coverage[y, x] = 1.0 - (1.0 - coverage[y, x]) * (1.0 - edge * strokes[i, 6])
