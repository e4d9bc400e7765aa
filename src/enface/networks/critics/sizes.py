"""One critic per output size, with independent weights (specification A.4)."""

from typing import Literal

from jaxtyping import Float
from torch import Tensor, nn

from enface.networks.convolutions import SameConv2d
from enface.networks.critics.blocks import stack_channels, stride_two_stack
from enface.networks.interfaces import Critics
from enface.networks.norms import Norm
from enface.networks.parameters import initialise_kernels
from enface.networks.precision import at_least_float32
from enface.networks.sizes import doublings


def patch_critic(size: int, *, norm: Norm, width: float, bias: bool) -> nn.Sequential:
    """Stride-2 convolutions down to 7x7, then conv k4 s2 to one channel: a 4x4 map of scores (A.9-2)."""
    channels = stack_channels(doublings(size, what="critic size"), width=width)
    head = SameConv2d([3, *channels][-1], 1, stride=2, bias=bias)
    stack = stride_two_stack(channels, kernel=4, norm=norm, shape=(size, size), bias=bias)
    return nn.Sequential(*stack, head)


def channel_critic(size: int, *, norm: Norm, width: float, bias: bool) -> nn.Sequential:
    """As the patch critic, with every channel of the last map a score: 256, 256, 128 channels (B1_8)."""
    channels = stack_channels(doublings(size, what="critic size"), width=width)
    last = [3, *channels][-1]
    stack = stride_two_stack(channels, kernel=4, norm=norm, shape=(size, size), bias=bias)
    return nn.Sequential(*stack, SameConv2d(last, last, stride=2, bias=bias))


def global_critic(size: int, *, norm: Norm, width: float, bias: bool) -> nn.Sequential:
    """Stride-2 convolutions down to 4x4, then conv k4 valid to one score (A.4)."""
    channels = stack_channels(doublings(size, what="critic size") + 1, width=width)
    head = nn.Conv2d(channels[-1], 1, 4, bias=bias)
    stack = stride_two_stack(channels, kernel=4, norm=norm, shape=(size, size), bias=bias)
    return nn.Sequential(*stack, head)


HEADS = {"patch": patch_critic, "global": global_critic, "channels": channel_critic}


class SizeCritics(Critics):
    """Critics named after the size of the image they see: "56", "112", "224".

    Args:
        sizes: image sizes in pixels, each 7 times a power of two.
        head: "patch" scores a 4x4 map, "global" one value per image (A.9-2), "channels" a map of many
            scores a place (B1_8).
        only_largest: one critic alone, of the largest size.
        norm: after every convolution but the first and the last (A.4).
        bias: biases in the convolutions.
        width: multiplies every channel count.
        init_std: standard deviation of the kernels before the two-sigma cut (A.7).

    Raises:
        ConfigError: for a size that cannot be built.
    """

    def __init__(
        self,
        sizes: tuple[int, ...],
        *,
        head: Literal["patch", "global", "channels"] = "patch",
        only_largest: bool = False,
        norm: Norm = "pixel",
        bias: bool = False,
        width: float = 1.0,
        init_std: float = 0.02,
    ) -> None:
        super().__init__()
        judged = (max(sizes),) if only_largest else sizes
        self.names = tuple(map(str, judged))
        self.critics = nn.ModuleDict(
            {str(size): HEADS[head](size, norm=norm, width=width, bias=bias) for size in judged}
        )
        initialise_kernels(self, init_std)

    def forward(
        self, images: dict[int, Float[Tensor, "batch 3 size size"]]
    ) -> dict[str, Float[Tensor, "batch scores map map"]]:
        """Scores of images in [-1, 1]: maps of 4x4 (patch) or 1x1 (global), float32 also under autocast."""
        return {name: at_least_float32(critic(images[int(name)])) for name, critic in self.critics.items()}
