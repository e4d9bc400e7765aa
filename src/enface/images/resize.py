"""Antialiased resizing."""

import numpy as np
from jaxtyping import UInt8
from PIL import Image


def resize(
    image: UInt8[np.ndarray, "height width 3"], *, height: int, width: int
) -> UInt8[np.ndarray, "new_height new_width 3"]:
    """Bilinear with a filter as wide as the shrinking asks for, so that nothing aliases."""
    return np.array(Image.fromarray(image).resize((width, height), Image.Resampling.BILINEAR))
