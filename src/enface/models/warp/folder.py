"""A warp model as a folder: `config.json`, `model.safetensors`, `README.md`."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from safetensors.torch import save
from torch import nn

from enface.config.codec import from_json, to_json
from enface.errors import CheckpointError, ConfigError, ResourceError
from enface.models.warp.confidence import Confidence
from enface.models.warp.model import WarpModel
from enface.networks.warp import WarpNetwork
from enface.networks.warp.finisher import Finisher
from enface.recognizers.weights import fill, read_safetensors
from enface.resources import atomic_write

CONFIG, WEIGHTS, CARD = "config.json", "model.safetensors", "README.md"
KIND = "warp"
FORMAT = 1


@dataclass(frozen=True)
class WarpConfig:
    """How to build a warp model, and who may not judge it."""

    name: str
    size: int
    """Side of the field network's picture, pixels."""
    components: int
    guides: tuple[str, ...]
    """Names of the recognizers that took part in the training; they may not judge it."""
    seeds: tuple[int, ...]
    """Of the rendered sets that trained it: people of these seeds are no test."""
    confidence: Confidence


@dataclass(frozen=True)
class LoadedWarp:
    """What `load_warp` gives back."""

    model: WarpModel
    """In evaluation mode."""
    config: WarpConfig
    sha256: str
    """Of the weights' file."""


def is_warp(folder: Path) -> bool:
    """Whether a folder holds a warp model."""
    try:
        document = json.loads((folder / CONFIG).read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, json.JSONDecodeError):
        return False
    return isinstance(document, dict) and document.get("kind") == KIND


def save_warp(folder: Path, model: WarpModel, *, config: WarpConfig, card: str) -> None:
    """Writes a model folder; each file is replaced atomically, `config.json` last.

    Weights are stored in half precision and read back into float32.

    Args:
        folder: made if absent.
        model: trained.
        config: how to build it.
        card: text of `README.md`.
    """
    folder.mkdir(parents=True, exist_ok=True)
    tensors = {
        name: value.detach().cpu().contiguous().half()
        for name, value in model.state_dict().items()
        if not name.endswith("num_batches_tracked")
    }
    document = {"kind": KIND, "format": FORMAT, "model": to_json(config)}
    with atomic_write(folder / WEIGHTS) as path:
        path.write_bytes(save(tensors, metadata={"format": "pt"}))
    with atomic_write(folder / CARD) as path:
        path.write_text(card, encoding="utf-8")
    with atomic_write(folder / CONFIG) as path:
        path.write_text(json.dumps(document, indent=2) + "\n", encoding="utf-8")


def load_warp(folder: Path, *, device: str | torch.device = "cpu") -> LoadedWarp:
    """Reads a model folder.

    Raises:
        CheckpointError: a file is missing, broken or of another model.
    """
    config = read_warp_config(folder)
    model = WarpModel(WarpNetwork(size=config.size, components=config.components), Finisher())
    try:
        tensors, digest = read_safetensors(folder / WEIGHTS)
        fill(model, {name: value.float() for name, value in tensors.items()}, path=folder / WEIGHTS)
    except ResourceError as error:
        raise CheckpointError(str(error)) from error
    model = model.eval().requires_grad_(False).to(device)
    # 4-D weights only: everything else has no memory format.
    for module in model.modules():
        if isinstance(module, nn.Conv2d):
            module.to(memory_format=torch.channels_last)  # type: ignore[call-overload]
    return LoadedWarp(model, config, digest)


def read_warp_config(folder: Path) -> WarpConfig:
    """The configuration in a model folder.

    Raises:
        CheckpointError: it is missing, broken, or of a later version.
    """
    path = folder / CONFIG
    try:
        document: Any = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, json.JSONDecodeError) as error:
        raise CheckpointError(f"{path} cannot be read as JSON: {error}") from error
    if not isinstance(document, dict) or document.get("kind") != KIND or document.get("format") != FORMAT:
        raise CheckpointError(f"{path} is not the configuration of a warp model of format {FORMAT}")
    try:
        return from_json(WarpConfig, document.get("model"), "model")
    except ConfigError as error:
        raise CheckpointError(f"{path}: {error}") from error
