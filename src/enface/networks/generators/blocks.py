"""What the generators are made of: the trunk from feature to map, residual, join and image head (A.3)."""

from dataclasses import dataclass

import torch
from jaxtyping import Float
from torch import Tensor, nn

from enface.errors import ConfigError
from enface.networks.activations import Activation, make_activation
from enface.networks.convolutions import Dense, DoublingConv2d, SameConv2d, WideningConv2d
from enface.networks.norms import Norm, make_norm
from enface.networks.parameters import scaled
from enface.networks.precision import at_least_float32
from enface.networks.sizes import doublings


@dataclass(frozen=True)
class Style:
    """What all layers of a generator share."""

    norm: Norm = "pixel"
    activation: Activation = "relu"
    bias: bool = False

    def after(self, channels: int, *, normalised: bool = True) -> tuple[nn.Module, nn.Module]:
        """Norm and activation behind a convolution to so many channels."""
        return make_norm(self.norm if normalised else "none", channels), make_activation(self.activation)


def widening(in_channels: int, out_channels: int, *, style: Style, normalised: bool = True) -> nn.Sequential:
    """Transposed convolution k4 s1 valid, norm, activation: three pixels more on each axis."""
    return nn.Sequential(
        WideningConv2d(in_channels, out_channels, bias=style.bias),
        *style.after(out_channels, normalised=normalised),
    )


def doubling(in_channels: int, out_channels: int, *, style: Style, dropout: float = 0.0) -> nn.Sequential:
    """Transposed convolution k4 s2 same, norm, activation, dropout where there is any: twice the size."""
    layers = (DoublingConv2d(in_channels, out_channels, bias=style.bias), *style.after(out_channels))
    return nn.Sequential(*layers, *dropping(dropout))


def dropping(share: float) -> list[nn.Module]:
    """A dropout layer, or none for a share of 0.

    Raises:
        ConfigError: a share outside [0, 1).
    """
    if not 0 <= share < 1:
        raise ConfigError(f"generator.dropout is {share}; allowed: 0 up to, not including, 1")
    return [nn.Dropout(share)] if share else []


def dropout_of(step: int, share: float) -> float:
    """Only the first two upsampling layers drop values (E-10)."""
    return share if step < 2 else 0.0


class Trunk(nn.Module):
    """Feature -> 4x4 -> 7x7 -> ... -> the map of one size: dconv0 to dconv5 of specification A.3.

    At 56 px the channels are 512, 512, 256, 128, 64. Another size keeps 64 channels at its end and doubles
    them towards the 7x7 map, never above 512.
    """

    def __init__(
        self,
        feature_size: int,
        *,
        size: int,
        width: float,
        style: Style,
        norm_first: bool,
        dropout: float = 0.0,
    ) -> None:
        super().__init__()
        steps = doublings(size, what="generator size")
        inner = scaled(512, width)
        grown = [scaled(min(512, 64 << (steps - 1 - step)), width) for step in range(steps)]
        self.opening = nn.Sequential(
            widening(feature_size, inner, style=style, normalised=norm_first),
            widening(inner, inner, style=style),
        )
        self.doublings = nn.Sequential(
            *(
                doubling(a, b, style=style, dropout=dropout_of(step, dropout))
                for step, (a, b) in enumerate(zip([inner, *grown], grown, strict=False))
            )
        )
        self.channels = [inner, *grown][-1]

    def forward(
        self, features: Float[Tensor, "batch feature"]
    ) -> Float[Tensor, "batch channels height width"]:
        x: Tensor = self.doublings(self.opening(features[:, :, None, None]))
        return x


class Residual(nn.Module):
    """conv, norm, activation, conv, norm, plus the input, activation (specification A.3 res1, res2; B.3)."""

    def __init__(self, channels: int, hidden: int, *, style: Style, kernel: int = 4) -> None:
        super().__init__()
        norm, _ = style.after(channels)
        self.branch = nn.Sequential(
            SameConv2d(channels, hidden, kernel=kernel, bias=style.bias),
            *style.after(hidden),
            SameConv2d(hidden, channels, kernel=kernel, bias=style.bias),
            norm,
        )
        self.activation = make_activation(style.activation)

    def forward(
        self, x: Float[Tensor, "batch channels height width"]
    ) -> Float[Tensor, "batch channels height width"]:
        y: Tensor = self.activation(self.branch(x) + x)
        return y


class FeatureJoin(nn.Module):
    """Feature -> dense, ReLU -> one plane, repeated and concatenated to the map (A.3 join1, join2)."""

    def __init__(
        self, feature_size: int, *, size: int, copies: int, activated: bool = True, bias: bool = False
    ) -> None:
        super().__init__()
        self.size = size
        self.copies = copies
        self.activated = activated
        self.plane = Dense(feature_size, size * size, bias=bias)

    def forward(
        self, x: Float[Tensor, "batch channels size size"], features: Float[Tensor, "batch feature"]
    ) -> Float[Tensor, "batch channels+copies size size"]:
        plane: Tensor = self.plane(features)
        if self.activated:
            plane = plane.relu_()
        plane = plane.to(x.dtype).view(-1, 1, self.size, self.size)
        return torch.cat([x, plane.expand(-1, self.copies, -1, -1)], dim=1)


class ImageHead(nn.Module):
    """conv s1 to RGB and tanh (specification A.3 rgb56, rgb112, rgb224)."""

    def __init__(self, channels: int, *, kernel: int = 4, bias: bool = False) -> None:
        super().__init__()
        self.rgb = SameConv2d(channels, 3, kernel=kernel, bias=bias)

    def forward(
        self, x: Float[Tensor, "batch channels height width"]
    ) -> Float[Tensor, "batch 3 height width"]:
        # float32 also under autocast: eight bits of mantissa are coarser than a grey level near +-1.
        return torch.tanh(at_least_float32(self.rgb(x)))
