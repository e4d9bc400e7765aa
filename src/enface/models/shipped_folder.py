"""Folders of one network: `config.json` says what its weights are, `model.safetensors` holds them."""

import hashlib
import json
from pathlib import Path
from typing import Any, Protocol, TypeVar

import torch
from safetensors.torch import save
from torch import nn

from enface.config.codec import from_json, to_json
from enface.config.suggest import did_you_mean
from enface.errors import ConfigError, ResourceError
from enface.models.shipped import SHIPPED, Kind
from enface.recognizers.weights import fill, read_safetensors
from enface.resources import atomic_write, shipped

CARD_FILE, WEIGHTS_FILE = "config.json", "model.safetensors"


class Card(Protocol):
    """What every card says."""

    @property
    def sha256(self) -> str:
        """Of the file with the weights."""


T = TypeVar("T")


def folder_of(name: str | Path, kind: Kind) -> Path:
    """The folder of a shipped network of this kind, or the given one.

    Raises:
        ConfigError: neither.
    """
    folder = Path(name)
    if (folder / CARD_FILE).is_file():
        return folder
    known = [entry.name for entry in SHIPPED.values() if entry.kind == kind]
    if str(name) not in known:
        raise ConfigError(
            f"unknown {kind} network {str(name)!r}{did_you_mean(str(name), known)}; known: "
            f"{', '.join(known)}, or the path of a folder with {CARD_FILE} and {WEIGHTS_FILE}"
        )
    return shipped(SHIPPED[str(name)].folder)


def fill_from(folder: Path, network: nn.Module, *, card: Card) -> None:
    """Copies a folder's weights into a network.

    Raises:
        ResourceError: the weights are missing, or are not those of the card or the network.
    """
    path = folder / WEIGHTS_FILE
    state, digest = read_safetensors(path)
    if digest != card.sha256:
        raise ResourceError(f"{path} has SHA-256 {digest}, the card says {card.sha256}; install it anew")
    fill(network, {key: value.float() for key, value in state.items()}, path=path)


def read_card(cls: type[T], path: Path) -> T:
    """Reads a card of this class, written by `write_card`.

    Raises:
        ResourceError: The file is missing, or is not such a card.
    """
    try:
        return from_json(cls, json.loads(path.read_text(encoding="utf-8")))
    except OSError as error:
        raise ResourceError(f"cannot read the card {path}: {error.strerror}") from error
    except (ValueError, ConfigError) as error:
        raise ResourceError(f"{path} is not a {cls.__name__}: {error}") from error


def write_weights(network: nn.Module, folder: Path) -> str:
    """Writes a network's weights, whole or not at all: kernels float16, norms and biases float32.

    Returns:
        SHA-256 of the file.
    """
    content = save(
        {
            name: (value.to(torch.float16) if value.ndim > 1 else value).detach().cpu().contiguous()
            for name, value in network.state_dict().items()
            if not name.endswith("num_batches_tracked")
        }
    )
    with atomic_write(folder / WEIGHTS_FILE) as part:
        part.write_bytes(content)
    return hashlib.sha256(content).hexdigest()


def write_card(card: Any, folder: Path) -> None:
    """Writes a card, a dataclass, as JSON, whole or not at all."""
    with atomic_write(folder / CARD_FILE) as part:
        part.write_text(json.dumps(to_json(card), indent=2) + "\n", encoding="utf-8")
