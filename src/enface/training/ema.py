"""Exponential moving average of the generator's weights."""

import copy

import torch
from torch import nn

from enface.networks.interfaces import Generator


class MovingAverage:
    """A second generator that follows the trained one with a half-life counted in images."""

    def __init__(self, module: Generator, *, half_life: float) -> None:
        """Starts as a copy.

        Args:
            module: the trained network.
            half_life: images after which an old weight counts one half; positive.
        """
        self.module = copy.deepcopy(module).requires_grad_(False).eval()
        self._half_life = half_life

    @torch.no_grad()
    def update(self, module: nn.Module, *, images: int) -> None:
        """Moves towards `module` after a step on `images` images; buffers such as statistics are copied."""
        share = 1.0 - 0.5 ** (images / self._half_life)
        torch._foreach_lerp_(
            [p.detach() for p in self.module.parameters()],
            [p.detach() for p in module.parameters()],
            share,
        )
        for mine, theirs in zip(self.module.buffers(), module.buffers(), strict=True):
            mine.copy_(theirs)
