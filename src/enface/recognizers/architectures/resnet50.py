"""ResNet-50 as Caffe knew it, the recognizer of the seed (specification A.2)."""

from collections.abc import Collection
from typing import ClassVar

import torch.nn.functional as F
from jaxtyping import Float
from torch import Tensor, nn

# name of the last block in Caffe's naming, blocks, inner width
_STAGES = (("conv2_3", 3, 64), ("conv3_4", 4, 128), ("conv4_6", 6, 256), ("conv5_3", 3, 512))


class CaffeResNet50(nn.Module):
    """Strides sit in the FIRST 1x1 convolution of a stage and in its projection (specification A.2).

    Parameter names are those of cydonia999/VGGFace2-pytorch without the classifier. Layers: the maps
    `conv3_4` (512 channels, 28x28 for a 224 px input), `conv4_6` (1024, 14x14), `conv5_3` (2048, 7x7) and
    the vector `pool5` (2048), the mean of `conv5_3`.
    """

    FOLDS: ClassVar = (("conv1", "bn1"),)

    def __init__(self) -> None:
        super().__init__()
        self.conv1 = nn.Conv2d(3, 64, 7, stride=2, padding=3, bias=False)
        self.bn1 = nn.BatchNorm2d(64)
        inputs = 64
        for index, (_, blocks, width) in enumerate(_STAGES, start=1):
            first = Bottleneck(inputs, width, stride=1 if index == 1 else 2, project=True)
            inputs = 4 * width
            rest = [Bottleneck(inputs, width) for _ in range(blocks - 1)]
            self.add_module(f"layer{index}", nn.Sequential(first, *rest))

    def forward(
        self, images: Float[Tensor, "batch 3 height width"], layers: Collection[str]
    ) -> dict[str, Tensor]:
        """The named maps and vectors; nothing deeper than the deepest of them is computed.

        Args:
            images: BGR, 0..255 minus the channel means; multiples of 32 pixels.
            layers: any of the names above.
        """
        found: dict[str, Tensor] = {}
        x = F.relu(self.bn1(self.conv1(images)))
        # Caffe rounds the size of a pooled map up and pads nothing.
        x = F.max_pool2d(x, 3, stride=2, ceil_mode=True)
        for index, (name, _, _) in enumerate(_STAGES, start=1):
            x = self.get_submodule(f"layer{index}")(x)
            found[name] = x
            if all(layer in found for layer in layers):
                break
        if "pool5" in layers:
            found["pool5"] = x.mean(dim=(2, 3))
        return {name: found[name] for name in layers}


class Bottleneck(nn.Module):
    """1x1 (strided), 3x3, 1x1 to four times the width, plus the shortcut, then ReLU."""

    FOLDS: ClassVar = (("conv1", "bn1"), ("conv2", "bn2"), ("conv3", "bn3"))

    def __init__(self, inputs: int, width: int, *, stride: int = 1, project: bool = False) -> None:
        super().__init__()
        self.conv1 = nn.Conv2d(inputs, width, 1, stride=stride, bias=False)
        self.bn1 = nn.BatchNorm2d(width)
        self.conv2 = nn.Conv2d(width, width, 3, padding=1, bias=False)
        self.bn2 = nn.BatchNorm2d(width)
        self.conv3 = nn.Conv2d(width, 4 * width, 1, bias=False)
        self.bn3 = nn.BatchNorm2d(4 * width)
        self.downsample = (
            nn.Sequential(
                nn.Conv2d(inputs, 4 * width, 1, stride=stride, bias=False), nn.BatchNorm2d(4 * width)
            )
            if project
            else None
        )

    def forward(self, x: Float[Tensor, "batch inputs h w"]) -> Tensor:
        """Map of four times the width, half as large where strided."""
        shortcut = x if self.downsample is None else self.downsample(x)
        hidden = F.relu(self.bn1(self.conv1(x)))
        hidden = F.relu(self.bn2(self.conv2(hidden)))
        return F.relu(self.bn3(self.conv3(hidden)) + shortcut)
