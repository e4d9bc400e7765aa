"""Residual blocks at 7x7, then doublings: the later Net2 and the release's decoder (B.3, B.4)."""

from collections.abc import Mapping

from jaxtyping import Float
from torch import Tensor, nn

from enface.networks.activations import Activation
from enface.networks.convolutions import SameConv2d
from enface.networks.generators.blocks import (
    ImageHead,
    Residual,
    Style,
    doubling,
    dropout_of,
    widening,
)
from enface.networks.interfaces import Generator
from enface.networks.norms import Norm
from enface.networks.parameters import initialise_kernels, scaled
from enface.networks.sizes import doublings

INNER = 512
"""Channels of the 7x7 map."""


def growth_channels(steps: int, *, width: float) -> list[int]:
    """Channels after each doubling from 7x7: 256, 128, 64, 32, 32, ... times `width`."""
    return [scaled(max(32, 256 >> step), width) for step in range(steps)]


class ResidualGenerator(Generator):
    """A 7x7 map of 512 channels, residual blocks on it, then doublings to the image.

    | start          | first layers                                                                 |
    |----------------|------------------------------------------------------------------------------|
    | recognizer map | conv k1 to 512, activation (D1_8); with norm in the release                  |
    | feature        | widening transposed convolutions k4 valid to 4x4x512 and 7x7x512 (B1_6)      |

    From the 2048 channels of conv5_3 at 224 px: 24,309,856 kernel parameters (H.1).

    Args:
        feature_size: length of the feature; a generator that starts from a map does not read it.
        layer: the recognizer's map to start from, 7x7; None starts from the feature.
        channels: of that map.
        size: of the output in pixels, 7 times a power of two, at least 14.
        blocks: residual blocks at 7x7.
        block_kernel: side of the residual blocks' kernels.
        residual_steps: a residual block after every doubling as well.
        head_kernel: side of the last convolution's kernel.
        norm: after every convolution but the last (A.5).
        norm_first: whether the first one is normalised.
        activation: after every norm.
        dropout: share dropped after each of the first two doublings.
        bias: biases in all convolutions.
        width: multiplies every channel count.
        init_std: standard deviation of the kernels before the two-sigma cut (A.7).

    Raises:
        ConfigError: when the size cannot be built.
    """

    def __init__(
        self,
        feature_size: int,
        *,
        layer: str | None,
        channels: int | None,
        size: int = 224,
        blocks: int = 4,
        block_kernel: int = 3,
        residual_steps: bool = True,
        head_kernel: int = 1,
        norm: Norm = "batch",
        norm_first: bool = False,
        activation: Activation = "relu",
        dropout: float = 0.0,
        bias: bool = False,
        width: float = 1.0,
        init_std: float = 0.02,
    ) -> None:
        super().__init__()
        self.feature_size = feature_size
        self.sizes = (size,)
        self.layers = () if layer is None else (layer,)
        style, inner = Style(norm, activation, bias), scaled(INNER, width)
        if channels is None:
            self.opening = nn.Sequential(
                widening(feature_size, inner, style=style, normalised=norm_first),
                widening(inner, inner, style=style),
            )
        else:
            self.opening = nn.Sequential(
                SameConv2d(channels, inner, kernel=1, bias=bias), *style.after(inner, normalised=norm_first)
            )
        self.body = nn.Sequential(
            *(Residual(inner, inner, style=style, kernel=block_kernel) for _ in range(blocks))
        )
        grown = growth_channels(doublings(size, what="generator.size"), width=width)
        self.growth = nn.Sequential()
        for step, (before, after) in enumerate(zip([inner, *grown], grown, strict=False)):
            self.growth.append(doubling(before, after, style=style, dropout=dropout_of(step, dropout)))
            if residual_steps:
                self.growth.append(Residual(after, after, style=style, kernel=block_kernel))
        self.image = ImageHead([inner, *grown][-1], kernel=head_kernel, bias=bias)
        initialise_kernels(self, init_std)

    def forward(
        self, features: Float[Tensor, "batch feature"], maps: Mapping[str, Tensor] | None = None
    ) -> dict[int, Float[Tensor, "batch 3 size size"]]:
        """The image in [-1, 1] under its size; float32 also under autocast.

        Args:
            features: read where there is no `layer`.
            maps: the recognizer's map "batch channels 7 7" under `layer`, where there is one.
        """
        start = maps[self.layers[0]] if self.layers and maps is not None else features[:, :, None, None]
        return {self.sizes[0]: self.image(self.growth(self.body(self.opening(start))))}
