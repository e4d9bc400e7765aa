"""Recognizers that are not enface's own networks: their card, and how they become one of ours."""

import json
import re
from abc import ABC, abstractmethod
from collections.abc import Collection
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any, Literal

import torch
from jaxtyping import Float
from torch import Tensor, nn

from enface.config.codec import from_json
from enface.errors import ConfigError, ResourceError
from enface.recognizers.card import Point, RecognizerCard, Triple, synthetic_input
from enface.recognizers.frozen import FrozenRecognizer

EMBEDDING = "embedding"
"""The only layer."""


@dataclass(frozen=True)
class InputCard:
    """How a recognizer from outside wants its faces, and where it comes from.

    Raises:
        ConfigError: a name that is no file name, or sizes that are not positive.
    """

    input_size: tuple[int, int]
    """Height and width in pixels."""
    colour: Literal["RGB", "BGR"]
    """Order of the channels."""
    mean: Triple
    """Subtracted from values in 0..255, in that order."""
    scale: Triple
    """Then multiplied with: (v - mean) * scale."""
    points: tuple[Point, Point, Point, Point, Point] | None
    """Alignment: where the eyes, the nose tip and the mouth corners lie (x, y) in pixels of the input, the
    image's left first; None: the whole centre crop is the input."""
    name: str = ""
    """In tables and file names; empty takes the file's."""
    layout: Literal["NCHW", "NHWC"] = "NCHW"
    output: str | None = None
    """Name of the embedding among several outputs of an ONNX file."""
    licence: str = "not stated"
    source: str = "not stated"
    training_data: str = "not stated"
    sha256: str = ""
    """Of the file; empty takes any file."""

    def __post_init__(self) -> None:
        if self.name and not re.fullmatch(r"[\w.-]+", self.name):
            raise ConfigError(
                f"name of a recognizer is {self.name!r}; use letters, digits, '_', '-' and '.' only, since "
                "files are named after it"
            )
        if min(self.input_size) < 1:
            raise ConfigError(f"input_size is {self.input_size}; use height and width in pixels, 1 or more")

    def complete(self, *, embedding_size: int) -> RecognizerCard:
        """As the card of a recognizer that can judge and never guide."""
        return RecognizerCard(
            name=self.name,
            architecture="from outside",
            input_size=self.input_size,
            colour=self.colour,
            mean=self.mean,
            scale=self.scale,
            points=self.points,
            embedding_layer=EMBEDDING,
            layers={EMBEDDING: embedding_size},
            maps={},
            licence=self.licence,
            source=self.source,
            training_data=self.training_data,
            resource=None,
            shipped=None,
            sha256=self.sha256,
            golden=(),
            golden_source="none",
            may_guide=False,
        )


_OPTIONAL = {
    field.name: field.default
    for field in fields(InputCard)
    if field.name not in ("input_size", "colour", "mean", "scale", "points")
}


def read_input_card(path: Path) -> InputCard:
    """Reads a card from JSON; everything from the name on may be left out.

    Raises:
        ResourceError: the file is missing, or is not such a card.
    """
    try:
        document: Any = json.loads(path.read_text(encoding="utf-8"))
        if not isinstance(document, dict):
            raise ConfigError("is not an object with the fields of a card")
        return from_json(InputCard, {**_OPTIONAL, **document})
    except OSError as error:
        raise ResourceError(
            f"cannot read {path}: {error.strerror}; write the recognizer's card there, an object with "
            "input_size, colour, mean, scale and points (docs/evaluation.md shows one)"
        ) from error
    except (ValueError, ConfigError) as error:
        raise ResourceError(f"{path} is not the card of a recognizer: {error}") from error


class OutsideNetwork(nn.Module, ABC):
    """Something that computes embeddings, behind the interface of layered networks. No gradient passes."""

    def __init__(self, name: str, *, layout: Literal["NCHW", "NHWC"] = "NCHW") -> None:
        super().__init__()
        self.name = name
        self.channels_last = layout == "NHWC"

    @abstractmethod
    def compute(self, images: Tensor) -> Any:
        """Embeddings of scaled images in the layout of the card, as an array or tensor."""

    def forward(
        self, images: Float[Tensor, "batch 3 height width"], layers: Collection[str]
    ) -> dict[str, Tensor]:
        """The embedding.

        Raises:
            ConfigError: what came back is not one row of numbers for each image.
        """
        with torch.no_grad():
            found = self.compute(images.permute(0, 2, 3, 1).contiguous() if self.channels_last else images)
            try:
                rows = torch.as_tensor(found).to(device=images.device, dtype=torch.float32)
            except (TypeError, ValueError, RuntimeError) as error:
                raise ConfigError(
                    f"recognizer {self.name} returned a {type(found).__name__}; return an array or tensor "
                    "with one row for each image"
                ) from error
        if rows.ndim < 2 or len(rows) != len(images) or rows[0].numel() < 2:
            raise ConfigError(
                f"recognizer {self.name} returned shape {tuple(rows.shape)} for {len(images)} images; return "
                "one row of at least two numbers for each"
            )
        return {EMBEDDING: rows.flatten(1)}


def freeze(network: OutsideNetwork, card: InputCard, *, weights_sha256: str) -> FrozenRecognizer:
    """A judge; the length of its embedding is found by showing it a pattern.

    Raises:
        ConfigError: it does not return embeddings.
    """
    size = network(synthetic_input(card.complete(embedding_size=0)), (EMBEDDING,))[EMBEDDING].shape[1]
    return FrozenRecognizer(card.complete(embedding_size=int(size)), network, weights_sha256=weights_sha256)
