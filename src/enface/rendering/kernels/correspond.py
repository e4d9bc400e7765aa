"""Where the surface point behind each pixel of one view lies in another view of the same person."""

from enface.rendering.arrays import Bytes, Floats, Ints
from enface.rendering.kernels.compiler import compiled

ABSENT = 0
VISIBLE = 1
MIRRORED = 2
HIDDEN = 3


@compiled
def follow(
    seen: Ints,
    weights: Floats,
    body_triangles: int,
    triangles: Ints,
    frontal: Floats,
    screen: Floats,
    nearness: Floats,
    slack: float,
    field: Floats,
    classes: Bytes,
) -> None:
    """Projects the points seen in a frontal view into another one and tests them against its depth.

    Args:
        seen: (size, size) triangle numbers of the frontal view, one sample per pixel.
        weights: (size, size, 2).
        body_triangles: Triangles from this number on (clothes) have no counterpart.
        triangles: (triangles, 3) of the other view's stage.
        frontal: (vertices, 3) projection of the frontal stage, in pixels.
        screen: (vertices, 3) projection of the other stage, in pixels.
        nearness: (width, width) of the other view, one sample per pixel.
        slack: Centimetres that a point may lie behind the surface seen about it.
        field: (size, size, 2), out: x and y in the other picture, pixel centres at integers.
        classes: (size, size), out: `ABSENT`, `VISIBLE` or `HIDDEN`.
    """
    size = seen.shape[0]
    width = nearness.shape[0]
    for y in range(size):
        for x in range(size):
            triangle = seen[y, x]
            if triangle < 0 or triangle >= body_triangles:
                classes[y, x] = ABSENT
                continue
            a = triangles[triangle, 0]
            b = triangles[triangle, 1]
            c = triangles[triangle, 2]
            # Weights are those of space; on the screen they count in proportion to the corners' nearness.
            w0 = weights[y, x, 0] / screen[a, 2]
            w1 = weights[y, x, 1] / screen[b, 2]
            w2 = (1.0 - weights[y, x, 0] - weights[y, x, 1]) / screen[c, 2]
            depth = w0 + w1 + w2
            px = (w0 * screen[a, 0] + w1 * screen[b, 0] + w2 * screen[c, 0]) / depth - 0.5
            py = (w0 * screen[a, 1] + w1 * screen[b, 1] + w2 * screen[c, 1]) / depth - 0.5
            field[y, x, 0] = px
            field[y, x, 1] = py
            classes[y, x] = HIDDEN
            if px < 0.0 or py < 0.0 or px > width - 1.0 or py > width - 1.0:
                continue
            left = min(int(px), width - 2)
            top = min(int(py), width - 2)
            farthest = 0.0
            for row in range(top, top + 2):
                for column in range(left, left + 2):
                    near = nearness[row, column]
                    if near > 0.0:
                        farthest = max(farthest, 1.0 / near)
            if depth <= farthest + slack and _side(screen, a, b, c) == _side(frontal, a, b, c):
                classes[y, x] = VISIBLE


@compiled
def _side(screen: Floats, a: int, b: int, c: int) -> bool:
    """Which side of a triangle is seen."""
    bx, by = screen[b, 0] - screen[a, 0], screen[b, 1] - screen[a, 1]
    cx, cy = screen[c, 0] - screen[a, 0], screen[c, 1] - screen[a, 1]
    return bool(bx * cy < cx * by)


@compiled
def mark_mirrored(classes: Bytes) -> None:
    """Turns `HIDDEN` into `MIRRORED` where the pixel mirrored in the picture's middle is `VISIBLE`."""
    size = classes.shape[1]
    for y in range(classes.shape[0]):
        for x in range(size):
            if classes[y, x] == HIDDEN and classes[y, size - 1 - x] == VISIBLE:
                classes[y, x] = MIRRORED
