"""Writes an image atomically, marked where it was synthesised."""

from pathlib import Path
from typing import Any

import numpy as np
from jaxtyping import UInt8
from PIL import Image

from enface.errors import ImageError
from enface.images import mark
from enface.resources.atomic import atomic_write

FORMATS = {".png": "PNG", ".jpg": "JPEG", ".jpeg": "JPEG"}
_COMPRESSION = 4
"""Of PNG files: faces are 3 % larger than at zlib's default and written 2.6 times as fast."""


def write_image(
    path: Path | str,
    image: UInt8[np.ndarray, "height width 3"],
    *,
    synthesised: dict[str, str] | None = None,
    quality: int = 95,
) -> None:
    """Writes PNG or JPEG, by the suffix; an existing file is replaced only when all is written.

    Args:
        path: ends in .png, .jpg or .jpeg; its folder must exist.
        image: RGB.
        synthesised: details of the mark (model, input, ...) when the image, or a part of it, was synthesised.
        quality: of a JPEG, 1 to 95.

    Raises:
        ImageError: another suffix, an array that is no RGB image, a mark too long for a JPEG, or the file
            cannot be written (the message says why).
    """
    path = Path(path)
    kind = FORMATS.get(path.suffix.lower())
    if kind is None:
        raise ImageError(f"{path}: suffix {path.suffix!r} is not one of {', '.join(FORMATS)}")
    if image.dtype != np.uint8 or image.ndim != 3 or image.shape[2] != 3 or image.size == 0:
        raise ImageError(f"{path}: {image.dtype} of shape {image.shape} is no uint8 (height, width, 3) image")
    options: dict[str, Any] = {}
    if kind == "JPEG":
        options |= {"quality": quality, "subsampling": 0}
        if synthesised is not None:
            options |= mark.jpeg_options(synthesised)
    else:
        options |= {"compress_level": _COMPRESSION}
        if synthesised is not None:
            options |= mark.png_options(synthesised)
    try:
        with atomic_write(path) as temporary:
            Image.fromarray(image).save(temporary, format=kind, **options)
    except OSError as error:
        raise ImageError(f"{path}: cannot be written ({error.strerror or error})") from error
