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


def patch_critic(size: int, *, norm: Norm, width: float) -> nn.Sequential:
    """Stride-2 convolutions down to 7x7, then conv k4 s2 to one channel: a 4x4 map of scores (A.9-2)."""
    channels = stack_channels(doublings(size, what="critic size"), width=width)
    head = SameConv2d([3, *channels][-1], 1, stride=2)
    return nn.Sequential(*stride_two_stack(channels, kernel=4, norm=norm), head)


def global_critic(size: int, *, norm: Norm, width: float) -> nn.Sequential:
    """Stride-2 convolutions down to 4x4, then conv k4 valid to one score (A.4)."""
    channels = stack_channels(doublings(size, what="critic size") + 1, width=width)
    head = nn.Conv2d(channels[-1], 1, 4, bias=False)
    return nn.Sequential(*stride_two_stack(channels, kernel=4, norm=norm), head)


HEADS = {"patch": patch_critic, "global": global_critic}


class SizeCritics(Critics):
    """Critics named after the size of the image they see: "56", "112", "224".

    Args:
        sizes: image sizes in pixels, each 7 times a power of two.
        head: "patch" scores a 4x4 map, "global" one value per image (A.9-2).
        norm: after every convolution but the first and the last (A.4).
        width: multiplies every channel count.
        init_std: standard deviation of the kernels before the two-sigma cut (A.7).

    Raises:
        ConfigError: for a size that cannot be built.
    """

    def __init__(
        self,
        sizes: tuple[int, ...],
        *,
        head: Literal["patch", "global"] = "patch",
        norm: Norm = "pixel",
        width: float = 1.0,
        init_std: float = 0.02,
    ) -> None:
        super().__init__()
        self.names = tuple(map(str, sizes))
        self.critics = nn.ModuleDict({str(size): HEADS[head](size, norm=norm, width=width) for size in sizes})
        initialise_kernels(self, init_std)

    def forward(
        self, images: dict[int, Float[Tensor, "batch 3 size size"]]
    ) -> dict[str, Float[Tensor, "batch 1 map map"]]:
        """Scores of images in [-1, 1]: maps of 4x4 (patch) or 1x1 (global), float32 also under autocast."""
        return {name: at_least_float32(critic(images[int(name)])) for name, critic in self.critics.items()}
