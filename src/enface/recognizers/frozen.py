"""A recognizer behind the one interface that training, evaluation and use share."""

import hashlib
from collections.abc import Collection
from typing import Self

import numpy as np
import torch
import torch.nn.functional as F
from jaxtyping import Float
from torch import Tensor, nn

from enface.errors import ConfigError
from enface.faces import geometry
from enface.faces.landmarks import NOSE
from enface.faces.templates import DEFAULT_TEMPLATE, get_template
from enface.recognizers.card import RecognizerCard
from enface.recognizers.folding import fold_batch_norms

PREPROCESSING_VERSION = 1
"""Raised whenever `network_input` makes something else of the same images and card; stale embeddings then
go."""
_CROP = 224


class FrozenRecognizer(nn.Module):
    """Images in enface's own alignment to features, differentiable in the images only.

    Always in evaluation mode; its parameters take no gradient. Images are moved to the card's alignment by
    one fixed affine map, the same for every image: faces are expected where the template puts them.
    """

    def __init__(
        self, card: RecognizerCard, network: nn.Module, *, layer: str | None = None, weights_sha256: str
    ) -> None:
        """Freezes a network.

        Args:
            card: how to feed the network.
            network: returns named layers, see `architectures.protocol.LayeredNetwork`.
            layer: the vector layer that `forward` returns; None is the card's embedding.
            weights_sha256: hash of the weights, recorded with every model they guide.

        Raises:
            ConfigError: the card has no such vector layer.
        """
        super().__init__()
        self.card = card
        self.layer = card.embedding_layer if layer is None else layer
        if self.layer not in card.layers:
            raise ConfigError(
                f"recognizer {card.name} has no vector layer {self.layer!r}; layers: {', '.join(card.layers)}"
            )
        self.weights_sha256 = weights_sha256
        self.network = network.eval().requires_grad_(False)
        mean, scale = torch.tensor(card.mean), torch.tensor(card.scale)
        # [-1, 1] -> 0..255 -> (v - mean) * scale, in one multiplication and one addition.
        self.register_buffer("gain", (127.5 * scale).view(1, 3, 1, 1), persistent=False)
        self.register_buffer("offset", ((127.5 - mean) * scale).view(1, 3, 1, 1), persistent=False)
        warp = None if card.points is None else torch.from_numpy(_warp(card)).float()
        self._warp_scale = 1.0 if warp is None else float(warp[0, :2].norm())
        self.register_buffer("warp", warp, persistent=False)
        self.gain: Tensor
        self.offset: Tensor
        self.warp: Tensor | None

    @property
    def preprocessing(self) -> str:
        """Hash of how images become the network's input: by the code's version, alignment and scaling."""
        words = (PREPROCESSING_VERSION, self.card.input_size, self.card.colour)
        digest = hashlib.sha256(repr(words).encode())
        for _, buffer in sorted(self.named_buffers(recurse=False)):
            digest.update(buffer.cpu().numpy().tobytes())
        return digest.hexdigest()

    @property
    def feature_size(self) -> int:
        """Length of what `forward` returns."""
        return self.card.layers[self.layer]

    @property
    def maps(self) -> dict[str, int]:
        """Channels of the layers that are maps."""
        return self.card.maps

    def forward(self, images: Float[Tensor, "batch 3 height width"]) -> Float[Tensor, "batch feature"]:
        """Features of the layer chosen at construction.

        Args:
            images: [-1, 1] RGB, centre crop (224 of 250) of the alignment template, at any size.
        """
        return self.features(images, (self.layer,))[self.layer]

    def features(
        self, images: Float[Tensor, "batch 3 height width"], layers: Collection[str]
    ) -> dict[str, Tensor]:
        """Any of the card's layers from one pass: vectors (batch, size), maps (batch, channels, h, w).

        Raises:
            ConfigError: the card has no such layer.
        """
        known = {**self.card.layers, **self.card.maps}
        for layer in layers:
            if layer not in known:
                raise ConfigError(
                    f"recognizer {self.card.name} has no layer {layer!r}; layers: {', '.join(known)}"
                )
        found: dict[str, Tensor] = self.network(self.network_input(images), layers)
        return found

    def embed_placed(
        self, images: Float[Tensor, "batch 3 input_height input_width"]
    ) -> Float[Tensor, "batch feature"]:
        """As `forward`, for images that already are in the card's own alignment and size, [-1, 1] RGB.

        With a similarity fitted to each face's own landmarks this is how the weights were meant to be fed.
        The fixed map of `forward` cannot follow the landmarks of one face, which costs accuracy where a
        network leans on them; `benchmarks/lfw_view1.py` measures how much.
        """
        features: Tensor = self.network(self._scaled(images.float()), (self.layer,))[self.layer]
        return features

    def network_input(
        self, images: Float[Tensor, "batch 3 height width"]
    ) -> Float[Tensor, "batch 3 input_height input_width"]:
        """The images in the network's alignment, size, channel order and scaling, float32."""
        with torch.autocast(images.device.type, enabled=False):
            return self._scaled(self._place(images.float()))

    def fold_batch_norm(self) -> Self:
        """Multiplies every batch norm into the layer before it; equal up to rounding, and faster."""
        fold_batch_norms(self.network)
        return self

    def train(self, mode: bool = True) -> Self:
        """Stays in evaluation mode whatever is asked for."""
        return super().train(False)

    def _scaled(self, placed: Tensor) -> Tensor:
        ordered = placed.flip(1) if self.card.colour == "BGR" else placed
        return ordered * self.gain + self.offset

    def _place(self, images: Tensor) -> Tensor:
        height, width = self.card.input_size
        if self.warp is None:
            if images.shape[-2:] == (height, width):
                return images
            return F.interpolate(
                images, size=(height, width), mode="bilinear", antialias=True, align_corners=False
            )
        # Where the map shrinks, several samples per pixel are averaged: one would alias.
        shrink = self._warp_scale * images.shape[-1] / width
        samples = max(1, int(np.ceil(shrink - 0.25)))
        size = [1, 3, height * samples, width * samples]
        grid = F.affine_grid(self.warp[None], size, align_corners=False)
        placed = F.grid_sample(
            images, grid.expand(images.shape[0], -1, -1, -1), padding_mode="border", align_corners=False
        )
        return F.avg_pool2d(placed, samples) if samples > 1 else placed


def _warp(card: RecognizerCard) -> Float[np.ndarray, "2 3"]:
    """Map from the network's input to the centre crop, in the normalised coordinates of `affine_grid`.

    Fitted to the eyes and the mouth: which point of a nose is its tip differs between sets of landmarks by
    a tenth of the face's height.
    """
    template = get_template(DEFAULT_TEMPLATE).crop_points(_CROP)
    to_crop = geometry.invert(
        geometry.fit_similarity(
            np.delete(template, NOSE, axis=0), np.delete(np.array(card.points), NOSE, axis=0)
        )
    )
    height, width = card.input_size
    # Normalised n <-> pixel p along an axis of length s: p = ((n + 1) s - 1) / 2.
    to_pixels = np.array([[width / 2, 0, (width - 1) / 2], [0, height / 2, (height - 1) / 2]])
    to_normalised = np.array([[2 / _CROP, 0, 1 / _CROP - 1], [0, 2 / _CROP, 1 / _CROP - 1]])
    return geometry.compose(geometry.compose(to_pixels, to_crop), to_normalised)
