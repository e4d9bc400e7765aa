"""Reads a photograph into upright RGB, or says what is wrong with the file."""

import contextlib
import struct
import warnings
from collections.abc import Iterator
from pathlib import Path

import numpy as np
from jaxtyping import UInt8
from PIL import Image, ImageOps, UnidentifiedImageError

from enface.errors import ImageError

MAX_PIXELS = 178_956_970
"""Larger images are refused, because a small file can claim any size: 0.5 GB as RGB, about 30,000 x 5,900.
It is the bound at which Pillow itself refuses; Pillow's warning, at half of it, is silenced."""

FORMATS = ("JPEG", "PNG", "WEBP", "BMP", "TIFF", "GIF", "PPM", "AVIF")
"""What Pillow may try; a multi-picture JPEG is a JPEG. A closed list, because some of Pillow's other readers
start external programs."""

SUFFIXES = (
    ".jpg",
    ".jpeg",
    ".mpo",
    ".png",
    ".webp",
    ".bmp",
    ".tif",
    ".tiff",
    ".gif",
    ".ppm",
    ".pgm",
    ".avif",
)
"""Endings, in lower case, by which the pictures of a folder are recognised."""

# Pillow reports broken files as any of these, depending on the format.
_BROKEN = (OSError, SyntaxError, ValueError, TypeError, LookupError, EOFError, OverflowError, struct.error)


def read_image(path: Path | str) -> UInt8[np.ndarray, "height width 3"]:
    """Decodes a still image; of an animation, the first frame.

    The EXIF orientation is applied. Grey, palette and CMYK images become RGB, transparency is laid over
    white, 16-bit grey is rounded to 8 bits. Colour profiles are not applied.

    Returns:
        A writable array.

    Raises:
        ImageError: missing, unreadable, empty, truncated, not one of `FORMATS`, beyond `MAX_PIXELS`.
    """
    path = Path(path)
    with opened(path) as image:
        try:
            image.load()
            return np.array(_to_rgb(_upright(image)))
        except (*_BROKEN, MemoryError) as error:
            raise ImageError(f"{path}: cannot be decoded ({_reason(error)}); is it truncated?") from error


@contextlib.contextmanager
def opened(path: Path) -> Iterator[Image.Image]:
    """Opens an image without decoding it; raises ImageError as `read_image` does."""
    with warnings.catch_warnings():
        # About sizes (see MAX_PIXELS), odd palettes and broken EXIF, none of which stops the pixels.
        warnings.simplefilter("ignore")
        image = _open(path)
        with image:
            if image.width * image.height > MAX_PIXELS:
                size = f"{image.width} x {image.height}"
                raise ImageError(f"{path}: {size} pixels; at most {MAX_PIXELS:,} are read. Shrink it first.")
            yield image


def _open(path: Path) -> Image.Image:
    try:
        if path.is_dir():
            raise ImageError(f"{path}: is a folder")
        if path.stat().st_size == 0:
            raise ImageError(f"{path}: the file is empty")
        return Image.open(path, formats=FORMATS)
    except FileNotFoundError as error:
        raise ImageError(f"{path}: no such file") from error
    except UnidentifiedImageError as error:
        raise ImageError(f"{path}: not an image of a readable format ({', '.join(FORMATS)})") from error
    except Image.DecompressionBombError as error:
        raise ImageError(f"{path}: more than {MAX_PIXELS:,} pixels. Shrink it first.") from error
    except _BROKEN as error:
        raise ImageError(f"{path}: cannot be read ({_reason(error)})") from error


def _upright(image: Image.Image) -> Image.Image:
    try:
        return ImageOps.exif_transpose(image)
    except _BROKEN:  # EXIF that cannot be read says nothing about the pixels
        return image


def _to_rgb(image: Image.Image) -> Image.Image:
    if image.mode == "F":
        raise ValueError("floating-point samples; save it with 8 or 16 bits")
    if image.mode.startswith("I"):
        # Pillow's own conversion clips. 16-bit formats without a mode of their own arrive as 32 bits.
        values = np.asarray(image).astype(np.int64)
        if not 0 <= values.min() <= values.max() <= 65535:
            raise ValueError("32-bit samples beyond 0..65535; save it with 8 or 16 bits")
        image = Image.fromarray(((values + 128) // 257).astype(np.uint8))
    if image.has_transparency_data:
        image = image.convert("RGBA")
        white = Image.new("RGBA", image.size, (255, 255, 255, 255))
        image = Image.alpha_composite(white, image)
    return image.convert("RGB")


def _reason(error: BaseException) -> str:
    text = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
    return text or type(error).__name__
