"""Drawn pictures without a face, kept in memory, and pieces of them at any scale and turn."""

import math

import numpy as np
import torch
import torch.nn.functional as F
from jaxtyping import Float
from torch import Tensor

from enface.training.finder.clutter import draw_clutter

_SIDE = 256


class ClutterPool:
    """A collection of drawn pictures.

    Args:
        count: how many.
        seed: of the drawing.
    """

    def __init__(self, count: int, *, seed: int) -> None:
        pictures = np.stack([draw_clutter(seed, number, size=_SIDE) for number in range(count)])
        self._pictures = torch.from_numpy(pictures).permute(0, 3, 1, 2).contiguous()

    def sample(
        self, count: int, *, size: int, generator: torch.Generator
    ) -> Float[Tensor, "count 3 size size"]:
        """Pieces in [-1, 1], turned, mirrored, and between half and twice as large as drawn."""
        number = torch.randint(len(self._pictures), (count,), generator=generator)
        draws = torch.rand(count, 5, generator=generator)
        angle = 2 * math.pi * draws[:, 0]
        scale = size / _SIDE * torch.exp2(2 * draws[:, 1] - 1)
        cosine, sine = scale * angle.cos(), scale * angle.sin()
        mirror = torch.where(draws[:, 2] < 0.5, -1.0, 1.0)
        maps = torch.stack(
            [
                torch.stack([cosine * mirror, -sine, 2 * draws[:, 3] - 1], 1),
                torch.stack([sine * mirror, cosine, 2 * draws[:, 4] - 1], 1),
            ],
            1,
        )
        grid = F.affine_grid(maps, [count, 3, size, size], align_corners=False)
        pictures = self._pictures[number].float() / 127.5 - 1
        return F.grid_sample(pictures, grid, padding_mode="reflection", align_corners=False)
