"""Reads a photograph into upright RGB, or says what is wrong with the file."""

import warnings
from pathlib import Path

import numpy as np
from jaxtyping import UInt8
from PIL import Image, ImageOps, UnidentifiedImageError

from enface.errors import ImageError

MAX_PIXELS = 200_000_000
"""Larger images are refused: 600 MB as RGB. A 30,000 x 6,000 panorama still fits."""


def read_image(path: Path | str) -> UInt8[np.ndarray, "height width 3"]:
    """Decodes any still image that Pillow knows.

    The EXIF orientation is applied. Grey, palette and CMYK images become RGB, transparency is laid over
    white, 16-bit grey is scaled to 8 bits.

    Raises:
        ImageError: missing, unreadable, empty, truncated, of a size beyond `MAX_PIXELS`.
    """
    path = Path(path)
    if not path.is_file():
        raise ImageError(f"{path}: {'is a folder' if path.is_dir() else 'no such file'}")
    if path.stat().st_size == 0:
        raise ImageError(f"{path}: the file is empty")
    try:
        # Pillow's own limit only warns between one and two times its bound; ours is stated and exact.
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", Image.DecompressionBombWarning)
            with Image.open(path) as image:
                if image.width * image.height > MAX_PIXELS:
                    raise ImageError(
                        f"{path}: {image.width} x {image.height} pixels; at most {MAX_PIXELS:,} are read. "
                        "Shrink it first."
                    )
                image.load()
                return np.asarray(_to_rgb(ImageOps.exif_transpose(image)))
    except UnidentifiedImageError as error:
        raise ImageError(f"{path}: not an image, or of a format that cannot be read") from error
    except Image.DecompressionBombError as error:
        raise ImageError(f"{path}: {error}") from error
    except (OSError, SyntaxError, ValueError, EOFError) as error:
        # Pillow reports broken files as any of these, depending on the format.
        raise ImageError(f"{path}: cannot be read ({error}); the file may be truncated") from error


def _to_rgb(image: Image.Image) -> Image.Image:
    if image.mode in {"I;16", "I;16B", "I;16L", "I", "F"}:
        values = np.asarray(image, dtype=np.float64)
        # Pillow's own conversion clips; 16-bit pictures use the whole range.
        scale = 255.0 / 65535.0 if image.mode != "F" and values.max(initial=0) > 255 else 1.0
        image = Image.fromarray(np.clip(np.rint(values * scale), 0, 255).astype(np.uint8))
    if image.has_transparency_data:
        image = image.convert("RGBA")
        white = Image.new("RGBA", image.size, (255, 255, 255, 255))
        image = Image.alpha_composite(white, image)
    return image.convert("RGB")
