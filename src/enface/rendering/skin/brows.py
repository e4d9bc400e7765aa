"""Eyebrows: a few hundred tapered strokes along the brow's landmarks, drawn in the face texture."""

import numpy as np
from jaxtyping import Float32
from numpy import ndarray

from enface.rendering.arrays import Floats
from enface.rendering.asset import FaceAsset
from enface.rendering.curves import spline
from enface.rendering.kernels.strokes import draw_strokes
from enface.rendering.people.identity import Brows
from enface.rendering.randomness import Stream, stream
from enface.rendering.skin.atlas import texture_points

_SIDES = ((1.0, (22, 23, 24, 25, 26)), (-1.0, (21, 20, 19, 18, 17)))
"""Direction of the outer end in the texture, and landmarks from the inner to the outer end."""
_STROKES = 430


def brow_coverage(asset: FaceAsset, brows: Brows, *, size: int, seed: int) -> Float32[ndarray, "size size"]:
    """How much of each texel the brows cover, 0 to 0.97."""
    rng = stream(seed, Stream.BROWS)
    texels = texture_points(asset, size)[asset.landmarks]
    marks = asset.landmark_points
    coverage = np.zeros((size, size), np.float32)
    for outwards, order in _SIDES:
        points = texels[list(order)].copy()
        width = np.linalg.norm(marks[order[0]] - marks[order[4]])
        centimetre = float(np.linalg.norm(points[0] - points[4]) / width)
        rise = brows.arch * np.array([-0.6, 0.0, 1.0, 1.0, 0.0]) + brows.slant * np.linspace(-0.5, 1.0, 5)
        points[:, 1] -= (0.7 * (rise + brows.height) + 0.15) * centimetre
        points[0, 0] -= outwards * brows.gap * centimetre
        curve = spline(points, count=100, closed=False)
        curve = curve[0] + (curve - curve[0]) * brows.length
        draw_strokes(_strokes(curve, outwards, brows, centimetre, rng), coverage)
    return np.minimum(coverage, 0.97, dtype=np.float32)


def _strokes(
    curve: Floats, outwards: float, brows: Brows, centimetre: float, rng: np.random.Generator
) -> Floats:
    """Strokes as `draw_strokes` reads them: upright at the inner end, along the brow at the outer end."""
    along = np.gradient(curve, axis=0)
    along /= np.linalg.norm(along, axis=1, keepdims=True)
    up = np.stack([along[:, 1], -along[:, 0]], axis=1) * outwards
    count = int(_STROKES * brows.density)
    place = rng.random(count) ** 0.9
    index = np.minimum(99, (place * 99).astype(int))
    thickness = brows.thickness * centimetre * np.interp(place, [0, 0.12, 0.55, 1], [0.55, 1, 0.85, 0.18])
    offset = np.clip(rng.normal(0, 0.32, count), -0.6, 0.6)
    root = curve[index] + up[index] * (offset * thickness)[:, None]
    angle = np.interp(place, [0, 0.25, 0.6, 1], [1.15, 0.65, 0.25, 0.05]) + 0.18 * rng.standard_normal(count)
    angle -= 0.6 * offset * (place > 0.2)
    length = np.interp(place, [0, 0.3, 1], [0.34, 0.42, 0.30]) * centimetre * rng.uniform(0.7, 1.2, count)
    direction = along[index] * np.cos(angle)[:, None] + up[index] * np.sin(angle)[:, None]
    tip = root + direction * length[:, None]
    width = 0.055 * centimetre * rng.uniform(0.8, 1.3, count)
    opacity = rng.uniform(0.45, 0.9, count)
    return np.column_stack([root, tip, width, 0.35 * width, opacity])
