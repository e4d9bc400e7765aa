"""A small recognizer without shortcuts: plain convolutions, PReLU, and a weighted sum over the last map."""

from collections.abc import Collection

from jaxtyping import Float
from torch import Tensor, nn


class PlainRecognizer(nn.Module):
    """Convolutions with PReLU and max pooling; the last map is summed with learned weights per channel.

    The learned pooling (a depthwise convolution as large as the map, as in MobileFaceNet) keeps where in the
    face a feature lies, which mean pooling forgets. Layers: `pool` and `embedding`.
    """

    def __init__(
        self,
        *,
        widths: tuple[int, int, int, int] = (32, 64, 112, 160),
        embedding_size: int = 128,
        input_size: int = 96,
    ) -> None:
        super().__init__()
        first, second, third, fourth = widths
        self.body = nn.Sequential(
            *_layer(3, first, kernel=5, stride=2),
            nn.MaxPool2d(2),
            *_layer(first, second),
            *_layer(second, second),
            nn.MaxPool2d(2),
            *_layer(second, third),
            *_layer(third, third),
            *_layer(third, third),
            nn.MaxPool2d(2),
            *_layer(third, fourth),
            *_layer(fourth, fourth),
            *_layer(fourth, 2 * fourth, kernel=1),
        )
        self.pool = nn.Sequential(
            nn.Conv2d(2 * fourth, 2 * fourth, input_size // 16, groups=2 * fourth, bias=False),
            nn.BatchNorm2d(2 * fourth),
            nn.Flatten(),
        )
        self.embedding = nn.Sequential(
            nn.Linear(2 * fourth, embedding_size, bias=False), nn.BatchNorm1d(embedding_size)
        )

    def forward(
        self, images: Float[Tensor, "batch 3 height width"], layers: Collection[str]
    ) -> dict[str, Tensor]:
        """The named vectors; images are normalised by the caller and `input_size` pixels square."""
        pool = self.pool(self.body(images))
        found = {"pool": pool}
        if "embedding" in layers:
            found["embedding"] = self.embedding(pool)
        return {name: found[name] for name in layers}


def _layer(inputs: int, outputs: int, *, kernel: int = 3, stride: int = 1) -> tuple[nn.Module, ...]:
    return (
        nn.Conv2d(inputs, outputs, kernel, stride=stride, padding=kernel // 2, bias=False),
        nn.BatchNorm2d(outputs),
        nn.PReLU(outputs),
    )
