"""A small residual recognizer: basic blocks, batch norm, global average pooling."""

from collections.abc import Collection

import torch.nn.functional as F
from jaxtyping import Float
from torch import Tensor, nn


class ResidualRecognizer(nn.Module):
    """Two strided convolutions, three stages of basic blocks, a wide 1x1 layer, mean pooling, embedding.

    The height and width are those of the input divided by 4, 8 and 16 in the stages. Layers: `pool` (mean of
    the wide layer over the map, before anything that only identity needs) and `embedding`.
    """

    def __init__(
        self,
        *,
        widths: tuple[int, int, int] = (48, 96, 144),
        pool_size: int = 384,
        embedding_size: int = 192,
    ) -> None:
        super().__init__()
        first, second, third = widths
        self.stem = nn.Sequential(
            *_convolution(3, first // 2, stride=2),
            nn.ReLU(inplace=True),
            *_convolution(first // 2, first, stride=2),
            nn.ReLU(inplace=True),
        )
        self.stages = nn.Sequential(
            BasicBlock(first, first),
            BasicBlock(first, second, stride=2),
            BasicBlock(second, second),
            BasicBlock(second, third, stride=2),
            BasicBlock(third, third),
        )
        self.widen = nn.Sequential(
            nn.Conv2d(third, pool_size, 1, bias=False), nn.BatchNorm2d(pool_size), nn.ReLU(inplace=True)
        )
        self.embedding = nn.Sequential(
            nn.Linear(pool_size, embedding_size, bias=False), nn.BatchNorm1d(embedding_size)
        )

    def forward(
        self, images: Float[Tensor, "batch 3 height width"], layers: Collection[str]
    ) -> dict[str, Tensor]:
        """The named vectors; images are normalised by the caller."""
        pool = self.widen(self.stages(self.stem(images))).mean(dim=(2, 3))
        found = {"pool": pool}
        if "embedding" in layers:
            found["embedding"] = self.embedding(pool)
        return {name: found[name] for name in layers}


class BasicBlock(nn.Module):
    """conv-bn-relu-conv-bn plus the shortcut, then relu (He et al. 2016, figure 2)."""

    def __init__(self, inputs: int, outputs: int, *, stride: int = 1) -> None:
        super().__init__()
        self.body = nn.Sequential(
            *_convolution(inputs, outputs, stride=stride),
            nn.ReLU(inplace=True),
            *_convolution(outputs, outputs, stride=1),
        )
        same = stride == 1 and inputs == outputs
        self.shortcut = (
            nn.Identity()
            if same
            else nn.Sequential(
                nn.Conv2d(inputs, outputs, 1, stride=stride, bias=False), nn.BatchNorm2d(outputs)
            )
        )

    def forward(self, x: Float[Tensor, "batch inputs height width"]) -> Tensor:
        """Map of `outputs` channels, smaller by the stride."""
        return F.relu(self.body(x) + self.shortcut(x))


def _convolution(inputs: int, outputs: int, *, stride: int) -> tuple[nn.Conv2d, nn.BatchNorm2d]:
    return (
        nn.Conv2d(inputs, outputs, 3, stride=stride, padding=1, bias=False),
        nn.BatchNorm2d(outputs),
    )
