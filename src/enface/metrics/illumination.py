"""How evenly a face is lit, from its low frequencies."""

from dataclasses import dataclass

import numpy as np
from jaxtyping import Bool, Float
from scipy.ndimage import gaussian_filter
from skimage.draw import ellipse

from enface.metrics.image_quality import Picture, unit

_LUMINANCE = np.array([0.2126, 0.7152, 0.0722])
"""Rec. 709; of the coded values, as they are seen."""
_BLUR = 1 / 12
"""Standard deviation of the blur, share of the width: coarser than eyes and brows."""


@dataclass(frozen=True)
class Evenness:
    """Both are 0 for a face of one brightness."""

    variation: float
    """Standard deviation of the blurred luminance inside the face, over its mean."""
    side_difference: float
    """|left - right| / (left + right) of the mean luminance of both halves of the face."""


def face_ellipse(size: int) -> Bool[np.ndarray, "size size"]:
    """Where a frontal face is in the centre crop of the template: half the width, two thirds high."""
    mask = np.zeros((size, size), dtype=np.bool_)
    middle = (size - 1) / 2
    rows, columns = ellipse(  # type: ignore[no-untyped-call]
        middle, middle, size / 3, size / 4, shape=mask.shape
    )
    mask[rows, columns] = True
    return mask


def evenness(image: Picture) -> Evenness:
    """Evenness of the light on a frontal, aligned, square crop; it counts skin and shape too, so compare it
    with that of true frontal pictures of the same people.

    Raises:
        ValueError: a picture that is not square, or all black.
    """
    values = unit(image)
    if values.ndim != 3 or values.shape[0] != values.shape[1]:
        raise ValueError(f"need a square colour picture, not {values.shape}")
    luminance: Float[np.ndarray, "size size"] = values @ _LUMINANCE
    size = len(luminance)
    face = face_ellipse(size)
    # Only the face itself is blurred together: hair and background do not shine into it.
    weight = gaussian_filter(face.astype(np.float64), _BLUR * size)
    blurred = gaussian_filter(np.where(face, luminance, 0.0), _BLUR * size)[face] / weight[face]
    if blurred.mean() <= 0:
        raise ValueError("the face is all black")
    half = size // 2
    left, right = luminance[:, :half][face[:, :half]], luminance[:, -half:][face[:, -half:]]
    return Evenness(
        variation=float(blurred.std() / blurred.mean()),
        side_difference=float(abs(left.mean() - right.mean()) / (left.mean() + right.mean())),
    )
