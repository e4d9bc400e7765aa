"""MobileFaceNet (Chen et al. 2018) in the variant of foamliu/MobileFaceNet, whose state dict it loads."""

from collections.abc import Collection
from typing import ClassVar

from jaxtyping import Float
from torch import Tensor, nn

# expansion, channels, blocks, stride of the first block
_STAGES = ((2, 64, 5, 2), (4, 128, 1, 2), (2, 128, 6, 1), (4, 128, 1, 2), (2, 128, 2, 1))


class MobileFaceNet(nn.Module):
    """Inverted residual blocks, a depthwise convolution over the whole last map, 128 numbers.

    Layers: `pool` (512, what the depthwise convolution makes of the map) and `embedding` (128).
    """

    FOLDS: ClassVar = (("conv3", "bn"),)

    def __init__(self) -> None:
        super().__init__()
        self.conv1 = _convolution(3, 64, stride=2)
        self.dw_conv = DepthwiseSeparable(64)
        blocks, inputs = [], 64
        for expansion, channels, count, stride in _STAGES:
            for index in range(count):
                step = stride if index == 0 else 1
                blocks.append(InvertedResidual(inputs, channels, stride=step, expansion=expansion))
                inputs = channels
        self.features = nn.Sequential(*blocks)
        self.conv2 = _convolution(inputs, 512, kernel=1)
        self.gdconv = GlobalDepthwise(512, 7)
        self.conv3 = nn.Conv2d(512, 128, 1)
        self.bn = nn.BatchNorm2d(128)

    def forward(self, images: Float[Tensor, "batch 3 112 112"], layers: Collection[str]) -> dict[str, Tensor]:
        """The named vectors."""
        pool = self.gdconv(self.conv2(self.features(self.dw_conv(self.conv1(images)))))
        found = {"pool": pool.flatten(1)}
        if "embedding" in layers:
            found["embedding"] = self.bn(self.conv3(pool)).flatten(1)
        return {name: found[name] for name in layers}


class DepthwiseSeparable(nn.Module):
    """Depthwise 3x3, then 1x1, each with batch norm and ReLU."""

    FOLDS: ClassVar = (("depthwise", "bn1"), ("pointwise", "bn2"))

    def __init__(self, channels: int) -> None:
        super().__init__()
        self.depthwise = nn.Conv2d(channels, channels, 3, padding=1, groups=channels, bias=False)
        self.pointwise = nn.Conv2d(channels, channels, 1, bias=False)
        self.bn1 = nn.BatchNorm2d(channels)
        self.bn2 = nn.BatchNorm2d(channels)

    def forward(self, x: Float[Tensor, "batch channels h w"]) -> Float[Tensor, "batch channels h w"]:
        """Map of the same shape."""
        hidden = self.bn1(self.depthwise(x)).relu()
        result: Tensor = self.bn2(self.pointwise(hidden)).relu()
        return result


class InvertedResidual(nn.Module):
    """1x1 up, depthwise 3x3, linear 1x1 down (Sandler et al. 2018); added to the input where shapes agree."""

    def __init__(self, inputs: int, outputs: int, *, stride: int, expansion: int) -> None:
        super().__init__()
        hidden = inputs * expansion
        self.shortcut = stride == 1 and inputs == outputs
        self.conv = nn.Sequential(
            _convolution(inputs, hidden, kernel=1),
            _convolution(hidden, hidden, stride=stride, groups=hidden),
            nn.Conv2d(hidden, outputs, 1, bias=False),
            nn.BatchNorm2d(outputs),
        )

    def forward(self, x: Float[Tensor, "batch inputs h w"]) -> Tensor:
        """Map of `outputs` channels."""
        result: Tensor = self.conv(x)
        return x + result if self.shortcut else result


class GlobalDepthwise(nn.Module):
    """A weighted sum over the map, its own weights per channel, and batch norm."""

    FOLDS: ClassVar = (("depthwise", "bn"),)

    def __init__(self, channels: int, size: int) -> None:
        super().__init__()
        self.depthwise = nn.Conv2d(channels, channels, size, groups=channels, bias=False)
        self.bn = nn.BatchNorm2d(channels)

    def forward(self, x: Float[Tensor, "batch channels size size"]) -> Float[Tensor, "batch channels 1 1"]:
        """One value per channel."""
        result: Tensor = self.bn(self.depthwise(x))
        return result


def _convolution(
    inputs: int, outputs: int, *, kernel: int = 3, stride: int = 1, groups: int = 1
) -> nn.Sequential:
    return nn.Sequential(
        nn.Conv2d(inputs, outputs, kernel, stride, kernel // 2, groups=groups, bias=False),
        nn.BatchNorm2d(outputs),
        nn.ReLU6(),
    )
