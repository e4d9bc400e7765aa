"""From a recipe to a published warp model."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import torch

from enface.errors import ConfigError
from enface.models.warp.folder import LoadedWarp, WarpConfig, load_warp, save_warp
from enface.models.warp.model import WarpModel
from enface.networks.warp import WarpNetwork
from enface.networks.warp.finisher import Finisher
from enface.recognizers.registry import load_recognizer
from enface.rendering.geometry_set.shards import ShardReader, open_geometry_set
from enface.training.supervised.start import refuse_start
from enface.training.supervised.trained import train_network
from enface.training.supervised.trainer import STATE
from enface.training.warp.calibration import Trials, fit_confidence, try_out
from enface.training.warp.card import warp_card
from enface.training.warp.field_task import FieldTask
from enface.training.warp.finish_task import FinishTask
from enface.training.warp.measure import measure_fields
from enface.training.warp.recipe import WarpRecipe

MODEL = "model"
"""The published model in the run's folder."""


def train_warp(
    recipe: WarpRecipe,
    *,
    output: Path,
    data: Path | None = None,
    start: Path | None = None,
    workers: int = 1,
    device: str = "cpu",
    progress: bool = True,
) -> Path:
    """Trains, or goes on training, and writes the model folder `output / "model"`.

    Args:
        recipe: everything that decides the weights.
        output: run folder: `field/` and `finish/` hold checkpoints and curves; made if absent.
        data: folder of the rendered training set; what is missing there is rendered first. None takes
            `output / "rendered"`.
        start: folder of the model that the recipe goes on from, where it names one.
        workers: processes that render.
        device: where the networks are trained.
        progress: whether to show bars.

    Returns:
        The model folder.

    Raises:
        ConfigError: `start` is not the model that the recipe goes on from.
        RenderingError: the set cannot be rendered, or the folder holds another one.
        ResourceError: the recognizer that calibrates the confidence is missing.
        CheckpointError: the folder holds a run of another recipe.
    """
    torch.set_num_threads(1)  # the thread count decides the last bits
    begun = _begun(recipe, start)
    judge = load_recognizer(recipe.confidence_judge)  # before hours are spent
    reader = open_geometry_set(recipe.data, data or output / "rendered", workers=workers, progress=progress)
    validation = open_geometry_set(
        recipe.validation, output / "validation", workers=workers, progress=progress
    )
    field, field_minutes = _train_field(recipe, begun, reader, output / "field", device, progress)
    finisher, finish_minutes = _train_finisher(
        recipe, begun, field, reader, output / "finish", device, progress
    )
    model = WarpModel(field, finisher).cpu().eval()
    rows = measure_fields(field, validation, size=recipe.field.size)
    trials = try_out(model, validation, judge, jitter=recipe.field.jitter)
    confidence = fit_confidence(_first_half(trials), judge=recipe.confidence_judge)
    config = WarpConfig(
        name=recipe.name,
        size=recipe.field.size,
        components=recipe.field.components,
        guides=begun.config.guides if begun else (),
        seeds=(*(begun.config.seeds if begun else ()), recipe.data.seed),
        confidence=confidence,
    )
    card = warp_card(
        recipe,
        model,
        started_from=begun,
        minutes=(field_minutes, finish_minutes),
        rows=rows,
        trials=trials,
        confidence=confidence,
    )
    save_warp(output / MODEL, model, config=config, card=card)
    return output / MODEL


def _begun(recipe: WarpRecipe, start: Path | None) -> LoadedWarp | None:
    """The model that a recipe goes on from."""
    wanted = recipe.start_sha256
    if wanted is None:
        refuse_start(recipe.name, start)
        return None
    if start is None:
        raise ConfigError(
            f"{recipe.name} goes on from a model whose weights have the SHA-256 {wanted}; give its folder as "
            "--start (docs/photo.md tells where it is)"
        )
    begun = load_warp(start)
    if begun.sha256 != wanted:
        raise ConfigError(
            f"{recipe.name} goes on from weights of SHA-256 {wanted}; those in {start} have {begun.sha256}"
        )
    return begun


def _train_field(
    recipe: WarpRecipe,
    begun: LoadedWarp | None,
    reader: ShardReader,
    folder: Path,
    device: str,
    progress: bool,
) -> tuple[WarpNetwork, float]:
    folder.mkdir(parents=True, exist_ok=True)
    task = FieldTask(recipe.field, reader)
    if begun is not None:
        task.network.load_state_dict(begun.model.field.state_dict())
    elif not (folder / STATE).exists():
        task.principal_components()
    return train_network(
        task, recipe.field.schedule, WarpNetwork, folder=folder, device=device, progress=progress
    )


def _train_finisher(
    recipe: WarpRecipe,
    begun: LoadedWarp | None,
    field: WarpNetwork,
    reader: ShardReader,
    folder: Path,
    device: str,
    progress: bool,
) -> tuple[Finisher, float]:
    folder.mkdir(parents=True, exist_ok=True)
    task = FinishTask(recipe.finish, field, reader)
    if begun is not None:
        task.network.load_state_dict(begun.model.finisher.state_dict())
    return train_network(
        task, recipe.finish.schedule, Finisher, folder=folder, device=device, progress=progress
    )


def _first_half(trials: Trials) -> Trials:
    """Pictures of the first half of the people; the rest show how good the fit is."""
    chosen = trials.person <= np.median(trials.person)
    kept = np.flatnonzero(chosen)
    return replace(
        trials,
        yaw=trials.yaw[chosen],
        person=trials.person[chosen],
        evidence=[trials.evidence[index] for index in kept],
        spread=trials.spread[torch.from_numpy(kept)],
        similarity=trials.similarity[chosen],
    )
