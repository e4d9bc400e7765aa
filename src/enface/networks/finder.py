"""A small fully convolutional network that says where faces of one octave of sizes are."""

import math
from typing import NamedTuple

import torch
from jaxtyping import Float
from torch import Tensor, nn

from enface.networks.landmarks import ResidualBlock

STRIDE = 8
"""Pixels of the input from one cell of the map to the next."""
MIDDLE_SIDE = 28.0
"""Pixels; sides leave the last layer as logarithms relative to this one."""
_FARTHEST = 1.5
_PRIOR = 0.01
"""Share of cells with a face that an untrained network expects."""


class FinderOutput(NamedTuple):
    """What the network says of every cell of a batch of pictures, float32."""

    face: Float[Tensor, "batch rows columns"]
    """Logit: the middle of a face lies here."""
    offset: Float[Tensor, "batch 2 rows columns"]
    """From the cell's middle to the face's, x and y, in cells."""
    log_side: Float[Tensor, "batch rows columns"]
    """Logarithm of the longer side of the face's box over `MIDDLE_SIDE`."""


class FinderNetwork(nn.Module):
    """Strided stem and two stages of residual blocks; each cell of stride 8 offers one face.

    A picture is looked at in several sizes, so the network has to know faces of one octave only: about 17 to
    50 px. A cell of the last stage sees more than 100 px around it.

    Args:
        widths: channels of the stem and of the stages at strides 4 and 8.
        blocks: residual blocks of the stages.
    """

    def __init__(
        self, *, widths: tuple[int, int, int] = (16, 32, 64), blocks: tuple[int, int] = (1, 3)
    ) -> None:
        super().__init__()
        first, second, third = widths
        self.stem = nn.Sequential(
            nn.Conv2d(3, first, 3, stride=2, padding=1, bias=False),
            nn.BatchNorm2d(first),
            nn.ReLU(inplace=True),
        )
        self.fine = nn.Sequential(*_stage(first, second, blocks=blocks[0]))
        self.coarse = nn.Sequential(*_stage(second, third, blocks=blocks[1]))
        self.out = nn.Conv2d(third, 4, 1)
        with torch.no_grad():
            self.out.weight.mul_(0.1)
            bias = torch.zeros(4)
            bias[0] = math.log(_PRIOR / (1 - _PRIOR))
            self.out.bias.copy_(bias)  # type: ignore[union-attr]

    def forward(self, images: Float[Tensor, "batch 3 height width"]) -> FinderOutput:
        """Faces of pictures in [-1, 1] RGB; height and width are multiples of `STRIDE`."""
        features = self.coarse(self.fine(self.stem(images)))
        face, x, y, log_side = self.out(features).float().unbind(1)
        offset = torch.stack([x, y], dim=1).clamp(-_FARTHEST, _FARTHEST)
        return FinderOutput(face, offset, log_side.clamp(-_FARTHEST, _FARTHEST))


def cell_middles(count: int, *, device: torch.device | str = "cpu") -> Float[Tensor, " count"]:
    """Middles of a row of cells, pixels of the input; the first pixel's middle is 0."""
    return (torch.arange(count, device=device) + 0.5) * STRIDE - 0.5


def _stage(inputs: int, outputs: int, *, blocks: int) -> list[ResidualBlock]:
    return [ResidualBlock(outputs if k else inputs, outputs, stride=1 if k else 2) for k in range(blocks)]
