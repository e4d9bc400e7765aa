"""Plane maps as 2 x 3 matrices, and warping photographs with them.

A matrix maps source pixels to target pixels, both with the centre of the upper left pixel at (0, 0).
"""

import math
from typing import Literal

import numpy as np
from jaxtyping import Float, UInt8
from PIL import Image
from skimage.transform import SimilarityTransform

from enface.errors import FaceError

Affine = Float[np.ndarray, "2 3"]
Points = Float[np.ndarray, "n 2"]
Pixels = UInt8[np.ndarray, "height width 3"]

# Bicubic resampling reads two pixels on either side.
_REACH = 3


def fit_similarity(source: Points, target: Points) -> Affine:
    """Rotation, uniform scale and shift that map `source` on `target` in least squares (Umeyama 1991).

    Raises:
        FaceError: the source points coincide.
    """
    fit = SimilarityTransform.from_estimate(source, target)
    matrix = np.asarray(fit.params)[:2] if fit else np.full((2, 3), np.nan)
    if not np.isfinite(matrix).all():
        raise FaceError(f"no similarity fits coinciding points {np.asarray(source).tolist()}")
    return matrix


def apply(matrix: Affine, points: Points) -> Points:
    """Mapped points, pixels of the target."""
    return np.asarray(np.asarray(points, dtype=np.float64) @ matrix[:, :2].T + matrix[:, 2])


def compose(first: Affine, then: Affine) -> Affine:
    """Map that does `first`, then `then`."""
    return np.hstack([then[:, :2] @ first[:, :2], (then[:, :2] @ first[:, 2] + then[:, 2])[:, None]])


def invert(matrix: Affine) -> Affine:
    """Map from the target back to the source."""
    linear = np.linalg.inv(matrix[:, :2])
    return np.hstack([linear, -(linear @ matrix[:, 2])[:, None]])


def rescale(factor: float, *, vertical: float | None = None) -> Affine:
    """Map from pixels of an image to pixels of the same image resized by `factor`."""
    down = factor if vertical is None else vertical
    return np.array([[factor, 0, factor / 2 - 0.5], [0, down, down / 2 - 0.5]])


def shift(x: float, y: float) -> Affine:
    """Translation by (x, y) pixels."""
    return np.array([[1.0, 0, x], [0, 1.0, y]])


def scale_of(matrix: Affine) -> float:
    """Target pixels per source pixel, the geometric mean over directions."""
    return math.sqrt(abs(float(np.linalg.det(matrix[:, :2]))))


def warp(
    image: Pixels,
    matrix: Affine,
    *,
    height: int,
    width: int,
    border: Literal["edge", "black"] = "edge",
) -> Pixels:
    """Image resampled into a `height` x `width` target, antialiased where it shrinks.

    Only the part of the image under the target is touched, so a face in a 30,000 px photograph costs no
    more than its own pixels. Shrinking is an antialiased resize followed by a bicubic warp at scale 1. Pillow
    cuts fractions off, so resampled values are half a grey level low on average.

    Args:
        image: uint8 RGB, 0 to 255.
        matrix: image pixels to target pixels.
        height: of the target, pixels.
        width: of the target, pixels.
        border: what lies outside the image: its nearest pixel, or black.

    Raises:
        FaceError: the target does not touch the image, or the map is singular.
    """
    if not np.isfinite(matrix).all() or scale_of(matrix) < 1e-9:
        raise FaceError(f"a map that cannot be warped: {matrix.tolist()}")
    left, top, right, bottom = _box_under_target(image, matrix, height, width)
    scale = min(1.0, scale_of(matrix))
    columns = max(1, round((right - left) * scale))
    rows = max(1, round((bottom - top) * scale))
    part = Image.fromarray(image[top:bottom, left:right])
    if scale < 1:
        part = part.resize((columns, rows), Image.Resampling.BICUBIC)
    image_to_part = compose(
        shift(-left, -top), rescale(columns / (right - left), vertical=rows / (bottom - top))
    )
    back = compose(invert(matrix), image_to_part)
    padded, offset = _pad(np.asarray(part), back, height, width, border)
    back = compose(back, shift(*offset))
    # Pillow counts from the pixel's corner, enface from its centre.
    corner = compose(compose(shift(-0.5, -0.5), back), shift(0.5, 0.5))
    warped = Image.fromarray(padded).transform(
        (width, height), Image.Transform.AFFINE, tuple(corner.ravel()), Image.Resampling.BICUBIC
    )
    return np.asarray(warped).copy()


def outline(height: int, width: int) -> Points:
    """Corners of an image, at the outer edges of its pixels."""
    right, bottom = width - 0.5, height - 0.5
    return np.array([[-0.5, -0.5], [right, -0.5], [right, bottom], [-0.5, bottom]])


def _box_under_target(image: Pixels, matrix: Affine, height: int, width: int) -> tuple[int, int, int, int]:
    """Image pixels that the target can read: left, top, right, bottom (exclusive)."""
    corners = apply(invert(matrix), outline(height, width)) + 0.5
    reach = _REACH * max(1.0, 1 / scale_of(matrix))
    low = np.floor(corners.min(axis=0) - reach)
    high = np.ceil(corners.max(axis=0) + reach)
    rows, columns = image.shape[:2]
    left, top = np.maximum(low, 0)
    right, bottom = np.minimum(high, [columns, rows])
    if left >= right or top >= bottom:
        raise FaceError(
            f"the face's frame ({low[0]:.0f}, {low[1]:.0f}) to ({high[0]:.0f}, {high[1]:.0f}) "
            f"lies outside the {columns} x {rows} image; check the landmarks"
        )
    return int(left), int(top), int(right), int(bottom)


def _pad(
    part: Pixels, back: Affine, height: int, width: int, border: Literal["edge", "black"]
) -> tuple[Pixels, tuple[int, int]]:
    """Part of the image grown to all that the target reads; returns it and the shift of its origin."""
    corners = apply(back, outline(height, width))
    before = np.maximum(0, np.ceil(_REACH - corners.min(axis=0))).astype(int)
    sides = np.array(part.shape[1::-1])
    after = np.maximum(0, np.ceil(corners.max(axis=0) + _REACH - sides)).astype(int)
    amounts = ((before[1], after[1]), (before[0], after[0]), (0, 0))
    padded = np.pad(part, amounts, mode="edge") if border == "edge" else np.pad(part, amounts)
    return padded, (int(before[0]), int(before[1]))
