"""What the generators are made of: the trunk from feature to map, residual, join and image head (A.3)."""

import torch
from jaxtyping import Float
from torch import Tensor, nn

from enface.networks.convolutions import Dense, DoublingConv2d, SameConv2d, WideningConv2d
from enface.networks.norms import Norm, make_norm
from enface.networks.parameters import scaled
from enface.networks.precision import at_least_float32
from enface.networks.sizes import doublings


def widening(in_channels: int, out_channels: int, *, norm: Norm) -> nn.Sequential:
    """Transposed convolution k4 s1 valid, norm, ReLU: three pixels more on each axis."""
    return nn.Sequential(
        WideningConv2d(in_channels, out_channels), make_norm(norm, out_channels), nn.ReLU(inplace=True)
    )


def doubling(in_channels: int, out_channels: int, *, norm: Norm) -> nn.Sequential:
    """Transposed convolution k4 s2 same, norm, ReLU: twice the size."""
    return nn.Sequential(
        DoublingConv2d(in_channels, out_channels), make_norm(norm, out_channels), nn.ReLU(inplace=True)
    )


class Trunk(nn.Module):
    """Feature -> 4x4 -> 7x7 -> ... -> the map of one size: dconv0 to dconv5 of specification A.3.

    At 56 px the channels are 512, 512, 256, 128, 64. Another size keeps 64 channels at its end and doubles
    them towards the 7x7 map, never above 512.
    """

    def __init__(self, feature_size: int, *, size: int, width: float, norm: Norm, norm_first: bool) -> None:
        super().__init__()
        steps = doublings(size, what="generator size")
        inner = scaled(512, width)
        grown = [scaled(min(512, 64 << (steps - 1 - step)), width) for step in range(steps)]
        self.opening = nn.Sequential(
            widening(feature_size, inner, norm=norm if norm_first else "none"),
            widening(inner, inner, norm=norm),
        )
        self.doublings = nn.Sequential(
            *(doubling(a, b, norm=norm) for a, b in zip([inner, *grown], grown, strict=False))
        )
        self.channels = [inner, *grown][-1]

    def forward(
        self, features: Float[Tensor, "batch feature"]
    ) -> Float[Tensor, "batch channels height width"]:
        x: Tensor = self.doublings(self.opening(features[:, :, None, None]))
        return x


class Residual(nn.Module):
    """conv k4, norm, ReLU, conv k4, norm, plus the input, ReLU (specification A.3 res1, res2)."""

    def __init__(self, channels: int, hidden: int, *, norm: Norm) -> None:
        super().__init__()
        self.branch = nn.Sequential(
            SameConv2d(channels, hidden),
            make_norm(norm, hidden),
            nn.ReLU(inplace=True),
            SameConv2d(hidden, channels),
            make_norm(norm, channels),
        )

    def forward(
        self, x: Float[Tensor, "batch channels height width"]
    ) -> Float[Tensor, "batch channels height width"]:
        y: Tensor = self.branch(x) + x
        return y.relu_()


class FeatureJoin(nn.Module):
    """Feature -> dense, ReLU -> one plane, repeated and concatenated to the map (A.3 join1, join2)."""

    def __init__(self, feature_size: int, *, size: int, copies: int) -> None:
        super().__init__()
        self.size = size
        self.copies = copies
        self.plane = Dense(feature_size, size * size)

    def forward(
        self, x: Float[Tensor, "batch channels size size"], features: Float[Tensor, "batch feature"]
    ) -> Float[Tensor, "batch channels+copies size size"]:
        plane = self.plane(features).relu_().to(x.dtype).view(-1, 1, self.size, self.size)
        return torch.cat([x, plane.expand(-1, self.copies, -1, -1)], dim=1)


class ImageHead(nn.Module):
    """conv k4 s1 to RGB and tanh (specification A.3 rgb56, rgb112, rgb224)."""

    def __init__(self, channels: int) -> None:
        super().__init__()
        self.rgb = SameConv2d(channels, 3)

    def forward(
        self, x: Float[Tensor, "batch channels height width"]
    ) -> Float[Tensor, "batch 3 height width"]:
        # float32 also under autocast: eight bits of mantissa are coarser than a grey level near +-1.
        return torch.tanh(at_least_float32(self.rgb(x)))
