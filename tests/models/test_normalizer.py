"""Photograph crop -> feature -> frontal faces."""

import torch
from torch import Tensor, nn

from enface.config.schema import ThreeScaleGenerator
from enface.models.normalizer import FaceNormalizer
from enface.networks.generators import build_generator


class MeanColour(nn.Module):
    """A recognizer with three features."""

    def forward(self, images: Tensor) -> Tensor:
        return images.mean((2, 3))


def test_forward_is_decode_of_embed() -> None:
    generator = build_generator(ThreeScaleGenerator(sizes=(7, 14, 28), width=0.125), feature_size=3)
    normalizer = FaceNormalizer(MeanColour(), generator)
    images = torch.rand(2, 3, 28, 28) * 2 - 1
    features = normalizer.embed(images)
    torch.testing.assert_close(features, images.mean((2, 3)))
    frontal, decoded = normalizer(images), normalizer.decode(features)
    assert list(frontal) == [7, 14, 28]
    for size, image in frontal.items():
        torch.testing.assert_close(image, decoded[size])
