"""How far a picture is from the truth; uint8 pictures count as 0..1, floats must be in 0..1 already."""

import numpy as np
from jaxtyping import Float, Num, UInt8
from skimage.metrics import structural_similarity

PSNR_LIMIT = 100.0
"""dB at which `psnr` stops, so that means stay finite: a mean squared difference of 1e-10."""

Picture = UInt8[np.ndarray, "height width 3"] | Float[np.ndarray, "height width 3"]


def l1(image: Picture, *, truth: Picture) -> float:
    """Mean absolute difference over pixels and channels, 0 .. 1."""
    a, b = _pair(image, truth)
    return float(np.abs(a - b).mean())


def psnr(image: Picture, *, truth: Picture) -> float:
    """Peak signal-to-noise ratio in dB, -10 log10 of the mean squared difference, at most `PSNR_LIMIT`."""
    a, b = _pair(image, truth)
    error = float(((a - b) ** 2).mean())
    return PSNR_LIMIT if error == 0 else min(PSNR_LIMIT, float(-10 * np.log10(error)))


def ssim(image: Picture, *, truth: Picture) -> float:
    """Structural similarity (Wang et al. 2004), mean of the colour channels, at most 1.

    Gaussian window with sigma 1.5, as in the paper; the picture must be at least 11 px wide and high.

    Raises:
        ValueError: shapes that differ, or pictures smaller than the window.
    """
    a, b = _pair(image, truth)
    value = structural_similarity(  # type: ignore[no-untyped-call]
        a,
        b,
        channel_axis=2,
        data_range=1.0,
        gaussian_weights=True,
        sigma=1.5,
        use_sample_covariance=False,
    )
    return float(value)


def unit(image: Num[np.ndarray, "*shape"]) -> Float[np.ndarray, "*shape"]:
    """uint8 0..255 or float 0..1 -> float64 0..1.

    Raises:
        ValueError: another type, or a float outside 0..1.
    """
    image = np.asarray(image)
    if image.dtype == np.uint8:
        return image.astype(np.float64) / 255.0
    if not np.issubdtype(image.dtype, np.floating):
        raise ValueError(f"pictures are uint8 or float, not {image.dtype}")
    if image.size and not (image.min() >= 0.0 and image.max() <= 1.0):
        raise ValueError(f"float pictures are in 0..1, not {image.min():g}..{image.max():g}")
    return image.astype(np.float64)


def _pair(image: Picture, truth: Picture) -> tuple[Float[np.ndarray, "h w 3"], Float[np.ndarray, "h w 3"]]:
    if image.shape != truth.shape:
        raise ValueError(f"picture {image.shape} and truth {truth.shape} differ in shape")
    return unit(image), unit(truth)
