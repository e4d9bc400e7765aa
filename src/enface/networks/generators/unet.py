"""The generator of D1_6 and D1_7: the recognizer's maps joined to its own of equal size (B.3)."""

from collections.abc import Mapping

import torch
from jaxtyping import Float
from torch import Tensor, nn

from enface.errors import ConfigError
from enface.networks.activations import Activation
from enface.networks.convolutions import Dense, SameConv2d
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

_JOINED = (256, 128, 64)
"""Channels that a 1x1 convolution leaves of the map at 7x7, 14x14 and 28x28."""
_GROWN = (128, 64, 64)
"""Channels after the first doublings; 32 after all later ones."""


class UnetGenerator(Generator):
    """Feature -> 4x4x512 -> 7x7x256, then doublings, each after a join while there are maps to join.

    | step   | operation (width 1, 224 px)                                     | map               |
    |--------|-----------------------------------------------------------------|-------------------|
    | dense  | matrix to 4x4x512, norm, activation                             | 4x4x512           |
    | widen  | transposed conv k4 valid 256, residual                          | 7x7x256           |
    | join 1 | conv k1 of the 7x7 map to 256; double to 128, residual          | 14x14x128         |
    | join 2 | conv k1 of the 14x14 map to 128; double to 64, residual         | 28x28x64          |
    | join 3 | conv k1 of the 28x28 map to 64; double to 64, residual          | 56x56x64          |
    | double | to 32, residual; to 32, residual                                | 224x224x32        |
    | image  | conv k1, tanh                                                   | 224x224x3         |

    Residual blocks have k3 kernels. Whether the 1x1 convolutions were followed by anything is not recorded;
    here they are not.

    Args:
        feature_size: length of the feature.
        layers: maps of the recognizer and their channels, at 7x7, 14x14, 28x28 in this order.
        size: of the output in pixels, 7 times a power of two.
        norm: after every convolution but the joined ones and the last (A.5).
        norm_first: whether the dense layer's map is normalised.
        activation: after every norm.
        dropout: share dropped after each of the first two doublings.
        width: multiplies every channel count.
        init_std: standard deviation of the kernels before the two-sigma cut (A.7).

    Raises:
        ConfigError: a size that cannot be built, or more maps than sizes to join them at.
    """

    def __init__(
        self,
        feature_size: int,
        *,
        layers: Mapping[str, int],
        size: int = 224,
        norm: Norm = "batch",
        norm_first: bool = True,
        activation: Activation = "relu",
        dropout: float = 0.0,
        width: float = 1.0,
        init_std: float = 0.02,
    ) -> None:
        super().__init__()
        steps = doublings(size, what="generator.size")
        if len(layers) > min(steps, len(_JOINED)):
            raise ConfigError(
                f"generator.layers names {len(layers)} maps, but generator.size {size} has room for "
                f"{min(steps, len(_JOINED))}"
            )
        self.feature_size = feature_size
        self.sizes = (size,)
        self.layers = tuple(layers)
        style = Style(norm, activation)
        inner, channels = scaled(512, width), scaled(256, width)
        self.opening = Dense(feature_size, 16 * inner)
        self.start = nn.Sequential(
            *style.after(inner, normalised=norm_first),
            widening(inner, channels, style=style),
            Residual(channels, channels, style=style, kernel=3),
        )
        self.joins = nn.ModuleList()
        self.growth = nn.ModuleList()
        for step in range(steps):
            if step < len(layers):
                joined = scaled(_JOINED[step], width)
                self.joins.append(SameConv2d(layers[self.layers[step]], joined, kernel=1))
                channels += joined
            grown = scaled(_GROWN[step] if step < len(_GROWN) else 32, width)
            self.growth.append(
                nn.Sequential(
                    doubling(channels, grown, style=style, dropout=dropout_of(step, dropout)),
                    Residual(grown, grown, style=style, kernel=3),
                )
            )
            channels = grown
        self.image = ImageHead(channels, kernel=1)
        initialise_kernels(self, init_std)

    def forward(
        self, features: Float[Tensor, "batch feature"], maps: Mapping[str, Tensor]
    ) -> dict[int, Float[Tensor, "batch 3 size size"]]:
        """The image in [-1, 1] under its size; float32 also under autocast.

        Args:
            features: of the recognizer.
            maps: by the names of `layers`, at 7x7, 14x14, 28x28.
        """
        opened: Tensor = self.opening(features)
        x = self.start(opened.view(features.shape[0], -1, 4, 4))
        for step, grow in enumerate(self.growth):
            if step < len(self.joins):
                x = torch.cat([x, self.joins[step](maps[self.layers[step]]).to(x.dtype)], dim=1)
            x = grow(x)
        return {self.sizes[0]: self.image(x)}
