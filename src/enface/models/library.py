"""Models by name or folder."""

from pathlib import Path

import torch

from enface.config.suggest import did_you_mean
from enface.errors import CheckpointError, ConfigError
from enface.models.decoding import DecodingTurner
from enface.models.folder import CARD, CONFIG, GENERATOR_FOLDER
from enface.models.precision import Precision
from enface.models.shipped import MODELS, SHIPPED
from enface.models.turner import FaceTurner
from enface.models.warp.folder import is_warp
from enface.models.warp.turner import WarpTurner
from enface.resources import shipped

WARP_FOLDER = "model"
"""Where a run of `enface train --preset photo_warp_...` keeps its model."""


def load_turner(
    model: str | Path,
    *,
    neutral: bool = False,
    device: torch.device | str = "cpu",
    guide_weights: str | None = None,
    precision: Precision = "float32",
) -> FaceTurner:
    """Loads a model of any kind.

    Args:
        model: name of a shipped model, or folder of a model or of a run.
        neutral: ask a model that keeps expression and light to make both neutral; others always do.
        device: where it computes.
        guide_weights: path of the guiding recognizer's weights, when they are not where training found them.
        precision: of its networks.

    Raises:
        CheckpointError: the folder holds no model, or its recognizer's weights are not those of training.
        ResourceError: the recognizer needs a file that was not fetched.
        ConfigError: neither a shipped model nor a folder.
    """
    folder = _folder_of(model)
    for place in (folder, folder / WARP_FOLDER):
        if is_warp(place):
            if guide_weights is not None:
                raise CheckpointError(f"{place} needs no recognizer; leave --guide-weights out")
            return WarpTurner.load(place, neutral=neutral, device=device, precision=precision)
    return DecodingTurner.load(folder, device=device, guide_weights=guide_weights, precision=precision)


def is_shipped(model: str | Path) -> bool:
    """Whether this name means a model of the package.

    A folder of the same name is taken before, if there is a model in it: one of photographs may well be
    called `photo`.
    """
    return str(model) in MODELS and not any((place / CONFIG).is_file() for place in _places(Path(model)))


def model_card(model: str | Path) -> str:
    """Text of a model's card, empty where it has none.

    Raises:
        ConfigError: neither a shipped model nor a folder.
    """
    folder = _folder_of(model)
    for place in _places(folder):
        if (place / CONFIG).is_file() and (place / CARD).is_file():
            return (place / CARD).read_text(encoding="utf-8")
    return ""


def _places(folder: Path) -> tuple[Path, ...]:
    """Where a folder of a model or of a run may have the model."""
    return folder, folder / WARP_FOLDER, folder / GENERATOR_FOLDER


def _folder_of(model: str | Path) -> Path:
    folder = Path(model)
    if is_shipped(model):
        return shipped(SHIPPED[str(model)].folder)
    if not folder.exists():
        raise ConfigError(
            f"no model {str(model)!r}{did_you_mean(str(model), MODELS)}; give one of the shipped ones "
            f"({', '.join(MODELS)}) or the folder of a model or a run"
        )
    return folder
