"""The face mask of `enface face-mask` as weights of the pixel term (to-do 2)."""

from pathlib import Path

import torch
from jaxtyping import Float
from torch import Tensor

from enface.errors import ImageError
from enface.images import read_image, resize


def read_masks(
    path: Path, *, sizes: tuple[int, ...], device: torch.device
) -> dict[int, Float[Tensor, "size size"]]:
    """How much each pixel counts, by size: 0 for black, 1 for white.

    Args:
        path: a square grey picture of the centre crop.
        sizes: of the images it is for.
        device: where the weights go.

    Raises:
        ImageError: it cannot be read, or is not square.
    """
    picture = read_image(path)
    height, width = picture.shape[:2]
    if height != width:
        raise ImageError(f"{path} is {width} x {height} px; a face mask is square, see `enface face-mask`")
    shrunk = {size: resize(picture, height=size, width=size)[:, :, 0] for size in sizes}
    return {size: torch.from_numpy(grey).to(device).float() / 255 for size, grey in shrunk.items()}
