"""The model that users hold: photograph crop in, frontal faces out."""

from jaxtyping import Float
from torch import Tensor, nn

from enface.networks.generators import Generator


class FaceNormalizer(nn.Module):
    """Frozen recognizer, then generator: the forward path of specification A.

    Args:
        recognizer: module that maps images "batch 3 height width" in [-1, 1] to features "batch feature"
            and whose parameters are frozen.
        generator: decodes those features.
    """

    def __init__(self, recognizer: nn.Module, generator: Generator) -> None:
        super().__init__()
        self.recognizer = recognizer
        self.generator = generator

    def embed(self, images: Float[Tensor, "batch 3 height width"]) -> Float[Tensor, "batch feature"]:
        """The guide's feature of aligned crops in [-1, 1]."""
        features: Tensor = self.recognizer(images)
        return features

    def decode(
        self, features: Float[Tensor, "batch feature"]
    ) -> dict[int, Float[Tensor, "batch 3 size size"]]:
        """Frontal faces in [-1, 1] by size, smallest first."""
        images: dict[int, Tensor] = self.generator(features)
        return images

    def forward(
        self, images: Float[Tensor, "batch 3 height width"]
    ) -> dict[int, Float[Tensor, "batch 3 size size"]]:
        """Frontal faces of aligned crops, both in [-1, 1]."""
        return self.decode(self.embed(images))
