"""The convolution stacks that critics start with (specification A.4, B.4)."""

from collections.abc import Sequence

from torch import nn

from enface.errors import ConfigError
from enface.networks.activations import SLOPE
from enface.networks.convolutions import SameConv2d
from enface.networks.norms import Norm, make_norm
from enface.networks.parameters import scaled
from enface.networks.steps import Step


def stack_channels(count: int, *, width: float) -> list[int]:
    """Output channels of `count` stride-2 convolutions: 32, 64, 128, 256, 256, ... times `width`."""
    return [scaled(min(256, 32 << i), width) for i in range(count)]


def stride_two_stack(
    channels: list[int], *, kernel: int, norm: Norm, shape: tuple[int, int], bias: bool = False
) -> list[nn.Module]:
    """Stride-2 "same" convolutions from RGB, each with leaky ReLU; all but the first are normalised.

    Args:
        channels: of every convolution's output.
        kernel: side of the kernels.
        norm: normalisation.
        shape: height and width of the image.
        bias: biases in the convolutions.
    """
    steps = [Step(kernel, 2, count, valid=False) for count in channels]
    return convolution_stack(3, steps, norm=norm, shape=shape, bias=bias)


def convolution_stack(
    in_channels: int, steps: Sequence[Step], *, norm: Norm, shape: tuple[int, int], bias: bool = False
) -> list[nn.Module]:
    """Convolutions, each with leaky ReLU; all but the first are normalised.

    Raises:
        ConfigError: instance norm on a map of one pixel, which it would turn into zeros.
    """
    layers: list[nn.Module] = []
    rows, columns = shape
    for depth, step in enumerate(steps):
        layers.append(
            SameConv2d(in_channels, step.channels, kernel=step.kernel, stride=step.stride, bias=bias)
        )
        rows, columns = step.shrunk(rows), step.shrunk(columns)
        if depth > 0:
            if norm == "instance" and rows * columns == 1:
                raise ConfigError(
                    f"critics.norm instance cannot work on the 1x1 map that critics.kind and the generator's "
                    f"size give after {depth + 1} convolutions of a {shape[0]}x{shape[1]} input: it would "
                    "subtract every value from itself; choose critics.norm layer or pixel"
                )
            layers.append(make_norm(norm, step.channels, running_statistics=False))
        layers.append(nn.LeakyReLU(SLOPE, inplace=True))
        in_channels = step.channels
    return layers
