"""What happens to an aligned face before it enters a batch (specification A.1)."""

from typing import Literal

import numpy as np
from jaxtyping import UInt8

from enface.errors import ConfigError
from enface.images import resize

Image = UInt8[np.ndarray, "height width 3"]


def mirror(image: Image) -> Image:
    """Left and right exchanged."""
    return image[:, ::-1]


def random_crop(
    image: Image, *, size: int, generator: np.random.Generator
) -> UInt8[np.ndarray, "size size 3"]:
    """A square window; every whole-pixel place that lies inside the image is equally likely."""
    height, width = image.shape[:2]
    top = int(generator.integers(height - size + 1))
    left = int(generator.integers(width - size + 1))
    return image[top : top + size, left : left + size]


def brighten(image: Image, *, by: float) -> Image:
    """Lighter (or darker, below 0) by so many grey levels; black and white end it."""
    if not by:
        return image
    return np.round(np.clip(image + by, 0, 255)).astype(np.uint8)


def shrink(
    image: Image, *, size: int, method: Literal["antialias", "decimate"] = "antialias"
) -> UInt8[np.ndarray, "size size 3"]:
    """A square image at a smaller size.

    `decimate` takes every k-th pixel, `out[i] = in[k i]`, as the seed's bilinear resize by a whole factor did
    (specification A.9-10); `antialias` averages what each output pixel covers.

    Raises:
        ConfigError: the size is larger than the image, or decimation by a fraction.
    """
    side = image.shape[0]
    if size == side:
        return image
    if size > side:
        raise ConfigError(f"size {size} is larger than the {side} px crop; raise data.crop_size to {size}")
    if method == "antialias":
        return resize(image, height=size, width=size)
    if side % size:
        raise ConfigError(
            f"{side} px cannot be decimated to {size} px, which is no whole fraction;"
            " set data.small_frontals to antialias"
        )
    return image[:: side // size, :: side // size]
