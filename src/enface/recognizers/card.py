"""What must be known about a set of recognizer weights to use them rightly."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import numpy as np
import torch
from jaxtyping import Float
from torch import Tensor

from enface.config.codec import from_json, to_json
from enface.errors import ConfigError, ResourceError

Triple = tuple[float, float, float]
Point = tuple[float, float]


@dataclass(frozen=True)
class RecognizerCard:
    """Preprocessing, layers, origin and terms of one set of weights."""

    name: str
    architecture: str
    input_size: tuple[int, int]
    """Height and width of the network's input in pixels."""
    colour: Literal["RGB", "BGR"]
    """Channel order of the network's input."""
    mean: Triple
    """Subtracted from values in 0..255, in the network's channel order."""
    scale: Triple
    """Then multiplied with, in the network's channel order."""
    points: tuple[Point, Point, Point, Point, Point] | None
    """Five landmarks (x, y) in pixels of the network's input; None: the whole centre crop is the input."""
    embedding_layer: str
    """The layer that recognition compares by cosine."""
    layers: dict[str, int]
    """Lengths of the layers that are vectors."""
    maps: dict[str, int]
    """Channels of the layers that are maps."""
    licence: str
    """SPDX identifier, or words where there is none."""
    source: str
    training_data: str
    resource: str | None
    """Name for `enface fetch`; None where the weights are shipped or must be brought."""
    shipped: str | None
    """Path of the weights among the package's assets."""
    sha256: str
    """Of the file with the weights; empty where there is no one official file."""
    golden: tuple[float, ...]
    """First values of the embedding of `synthetic_input`; empty where the weights were never available."""
    golden_source: str
    """What computed them."""
    may_guide: bool
    """False: kept out of every training loss, so that it can judge."""

    @property
    def embedding_size(self) -> int:
        """Length of the embedding."""
        return self.layers[self.embedding_layer]


def synthetic_input(card: RecognizerCard) -> Float[Tensor, "1 3 height width"]:
    """A fixed pattern in whole numbers 0..255, in the network's channel order, before mean and scale.

    Channel c is round(127.5 + 80 sin(2 pi ((c + 1) x / w + y / h)) + 40 cos(2 pi (3 x / w - (c + 2) y / h))).
    """
    height, width = card.input_size
    channel, row, column = np.meshgrid(np.arange(3), np.arange(height), np.arange(width), indexing="ij")
    x, y = column / width, row / height
    waves = 80 * np.sin(2 * np.pi * ((channel + 1) * x + y))
    waves += 40 * np.cos(2 * np.pi * (3 * x - (channel + 2) * y))
    return torch.from_numpy(np.round(127.5 + waves).astype(np.float32))[None]


def write_card(card: RecognizerCard, path: Path) -> None:
    """Writes a card as JSON."""
    path.write_text(json.dumps(to_json(card), indent=2) + "\n", encoding="utf-8")


def read_card(path: Path) -> RecognizerCard:
    """Reads a card written by `write_card`.

    Raises:
        ResourceError: The file is missing, or is not a card.
    """
    try:
        return from_json(RecognizerCard, json.loads(path.read_text(encoding="utf-8")))
    except OSError as error:
        raise ResourceError(f"cannot read the recognizer card {path}: {error.strerror}") from error
    except (ValueError, ConfigError) as error:
        raise ResourceError(f"{path} is not a recognizer card: {error}") from error
