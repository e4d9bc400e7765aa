"""The model that users hold: photograph crop in, frontal faces out."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, cast

import torch
from jaxtyping import Float
from torch import Tensor, nn

from enface.networks.generators import Generator

if TYPE_CHECKING:
    from enface.recognizers.frozen import FrozenRecognizer


@dataclass(frozen=True)
class Encoded:
    """What the guide made of images."""

    feature: Float[Tensor, "batch feature"]
    """Of the images as they are; what a generated face is compared with."""
    code: Float[Tensor, "batch feature"]
    """What is decoded: the feature, or its sum with that of the mirrored images."""
    maps: dict[str, Tensor]
    """The guide's maps that are decoded besides, treated like the code."""
    layers: dict[str, Tensor]
    """Other layers that were asked for, of the images as they are."""


class FaceNormalizer(nn.Module):
    """Frozen recognizer, then generator: the forward path of specification A.

    Args:
        recognizer: module that maps images "batch 3 height width" in [-1, 1] to features "batch feature"
            and whose parameters are frozen; a `FrozenRecognizer` where anything else reads its layers.
        generator: decodes those features.
        mirror_sum: decode the sum of what the recognizer makes of the images and of their mirror images
            (to-do 13), so that a mirrored face gives the same result.
        noise: length of a vector appended to the code (to-do 16).
    """

    def __init__(
        self, recognizer: nn.Module, generator: Generator, *, mirror_sum: bool = False, noise: int = 0
    ) -> None:
        super().__init__()
        self.recognizer = recognizer
        self.generator = generator
        self.mirror_sum = mirror_sum
        self.noise = noise

    @property
    def decodes_the_feature_alone(self) -> bool:
        """Whether `decode` of `embed` is all there is to it, so that features may come from elsewhere."""
        return not self.generator.layers and not self.mirror_sum

    def with_generator(self, generator: Generator) -> "FaceNormalizer":
        """The same model around another generator of the same kind."""
        return FaceNormalizer(self.recognizer, generator, mirror_sum=self.mirror_sum, noise=self.noise)

    def embed(self, images: Float[Tensor, "batch 3 height width"]) -> Float[Tensor, "batch feature"]:
        """The guide's feature of aligned crops in [-1, 1]."""
        features: Tensor = self.recognizer(images)
        return features

    def layers_of(
        self, images: Float[Tensor, "batch 3 height width"], layers: Collection[str]
    ) -> tuple[Float[Tensor, "batch feature"], dict[str, Tensor]]:
        """The guide's feature and others of its layers from one pass."""
        if not layers:
            return self.embed(images), {}
        guide = cast("FrozenRecognizer", self.recognizer)
        found = guide.features(images, tuple(dict.fromkeys((guide.layer, *layers))))
        return found[guide.layer], {layer: found[layer] for layer in layers}

    def encode(self, images: Float[Tensor, "batch 3 height width"], *, also: Collection[str] = ()) -> Encoded:
        """What aligned crops in [-1, 1] are decoded from.

        Args:
            images: the crops.
            also: further layers of the guide to return.
        """
        mine = self.generator.layers
        feature, found = self.layers_of(images, (*mine, *also))
        code, maps = feature, {layer: found[layer] for layer in mine}
        if self.mirror_sum:
            mirrored, others = self.layers_of(images.flip(3), mine)
            code, maps = feature + mirrored, {layer: maps[layer] + others[layer] for layer in mine}
        return Encoded(feature, code, maps, {layer: found[layer] for layer in also})

    def decode(
        self,
        features: Float[Tensor, "batch feature"],
        maps: Mapping[str, Tensor] | None = None,
        *,
        noise: Float[Tensor, "batch noise"] | None = None,
    ) -> dict[int, Float[Tensor, "batch 3 size size"]]:
        """Frontal faces in [-1, 1] by size, smallest first.

        Args:
            features: the code of `encode`.
            maps: its maps, where the generator reads any.
            noise: None is all zeros, the middle of what training drew.
        """
        found = dict(maps or {})
        if self.noise:
            drawn = features.new_zeros(features.shape[0], self.noise) if noise is None else noise.to(features)
            features = torch.cat([features, drawn], dim=1)
            for layer in self.generator.layers[:1]:
                planes = drawn[:, :, None, None].expand(-1, -1, *found[layer].shape[2:])
                found[layer] = torch.cat([found[layer], planes.to(found[layer])], dim=1)
        images: dict[int, Tensor] = (
            self.generator(features, found) if self.generator.layers else self.generator(features)
        )
        return images

    def forward(
        self, images: Float[Tensor, "batch 3 height width"]
    ) -> dict[int, Float[Tensor, "batch 3 size size"]]:
        """Frontal faces of aligned crops, both in [-1, 1]."""
        encoded = self.encode(images)
        return self.decode(encoded.code, encoded.maps)
