"""Lookups in the painted face texture."""

from enface.rendering.arrays import Floats
from enface.rendering.kernels.compiler import inlined


@inlined
def sample_texture(texture: Floats, u: float, v: float) -> tuple[float, float, float, float, int, int]:
    """Bilinear sample; v points up. Returns the four channels and the texel's row and column."""
    size = texture.shape[0]
    column = min(max(u * (size - 1), 0.0), size - 1.001)
    row = min(max((1.0 - v) * (size - 1), 0.0), size - 1.001)
    left = int(column)
    top = int(row)
    s = column - left
    t = row - top
    k00 = (1.0 - s) * (1.0 - t)
    k10 = s * (1.0 - t)
    k01 = (1.0 - s) * t
    k11 = s * t
    right = left + 1
    below = top + 1
    t_ = texture
    return (
        k00 * t_[top, left, 0]
        + k10 * t_[top, right, 0]
        + k01 * t_[below, left, 0]
        + k11 * t_[below, right, 0],
        k00 * t_[top, left, 1]
        + k10 * t_[top, right, 1]
        + k01 * t_[below, left, 1]
        + k11 * t_[below, right, 1],
        k00 * t_[top, left, 2]
        + k10 * t_[top, right, 2]
        + k01 * t_[below, left, 2]
        + k11 * t_[below, right, 2],
        k00 * t_[top, left, 3]
        + k10 * t_[top, right, 3]
        + k01 * t_[below, left, 3]
        + k11 * t_[below, right, 3],
        top,
        left,
    )
