"""From a recipe to a published warp model."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import torch

from enface.models.warp.folder import WarpConfig, save_warp
from enface.models.warp.model import WarpModel
from enface.networks.warp import WarpNetwork
from enface.networks.warp.finisher import Finisher
from enface.recognizers.registry import load_recognizer
from enface.rendering.geometry_set.shards import ShardReader, open_geometry_set
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
        workers: processes that render.
        device: where the networks are trained.
        progress: whether to show bars.

    Returns:
        The model folder.

    Raises:
        RenderingError: the set cannot be rendered, or the folder holds another one.
        ResourceError: the recognizer that calibrates the confidence is missing.
        CheckpointError: the folder holds a run of another recipe.
    """
    torch.set_num_threads(1)  # the thread count decides the last bits
    judge = load_recognizer(recipe.confidence_judge)  # before hours are spent
    reader = open_geometry_set(recipe.data, data or output / "rendered", workers=workers, progress=progress)
    validation = open_geometry_set(
        recipe.validation, output / "validation", workers=workers, progress=progress
    )
    field, field_minutes = _train_field(recipe, reader, output / "field", device, progress)
    finisher, finish_minutes = _train_finisher(recipe, field, reader, output / "finish", device, progress)
    model = WarpModel(field, finisher).cpu().eval()
    rows = measure_fields(field, validation, size=recipe.field.size)
    trials = try_out(model, validation, judge, jitter=recipe.field.jitter)
    confidence = fit_confidence(_first_half(trials), judge=recipe.confidence_judge)
    config = WarpConfig(
        name=recipe.name,
        size=recipe.field.size,
        components=recipe.field.components,
        guides=(),
        seeds=(recipe.data.seed,),
        confidence=confidence,
    )
    card = warp_card(
        recipe,
        model,
        minutes=(field_minutes, finish_minutes),
        rows=rows,
        trials=trials,
        confidence=confidence,
    )
    save_warp(output / MODEL, model, config=config, card=card)
    return output / MODEL


def _train_field(
    recipe: WarpRecipe, reader: ShardReader, folder: Path, device: str, progress: bool
) -> tuple[WarpNetwork, float]:
    folder.mkdir(parents=True, exist_ok=True)
    task = FieldTask(recipe.field, reader)
    if not (folder / STATE).exists():
        task.principal_components()
    return train_network(
        task, recipe.field.schedule, WarpNetwork, folder=folder, device=device, progress=progress
    )


def _train_finisher(
    recipe: WarpRecipe, field: WarpNetwork, reader: ShardReader, folder: Path, device: str, progress: bool
) -> tuple[Finisher, float]:
    folder.mkdir(parents=True, exist_ok=True)
    task = FinishTask(recipe.finish, field, reader)
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
