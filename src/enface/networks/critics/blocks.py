"""The convolution stack that every critic starts with (specification A.4)."""

from torch import nn

from enface.networks.convolutions import SameConv2d
from enface.networks.norms import Norm, make_norm
from enface.networks.parameters import scaled

SLOPE = 0.2
"""Of the leaky ReLU after every convolution but the last."""


def stack_channels(count: int, *, width: float) -> list[int]:
    """Output channels of `count` stride-2 convolutions: 32, 64, 128, 256, 256, ... times `width`."""
    return [scaled(min(256, 32 << i), width) for i in range(count)]


def stride_two_stack(channels: list[int], *, kernel: int, norm: Norm) -> list[nn.Module]:
    """Stride-2 "same" convolutions from RGB, each with leaky ReLU; all but the first are normalised."""
    layers: list[nn.Module] = []
    for depth, (before, after) in enumerate(zip([3, *channels], channels, strict=False)):
        layers.append(SameConv2d(before, after, kernel=kernel, stride=2))
        if depth > 0:
            layers.append(make_norm(norm, after, running_statistics=False))
        layers.append(nn.LeakyReLU(SLOPE, inplace=True))
    return layers
