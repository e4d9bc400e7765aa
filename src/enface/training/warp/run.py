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
from enface.training.distributed import usable_device
from enface.training.supervised.on_geometry import MODEL
from enface.training.supervised.options import RunOptions
from enface.training.supervised.schedule import Schedule
from enface.training.supervised.task import SupervisedTask
from enface.training.supervised.trained import N, train_network
from enface.training.supervised.trainer import STATE
from enface.training.warp.calibration import Trials, fit_confidence, try_out
from enface.training.warp.card import warp_card
from enface.training.warp.field_task import FieldTask
from enface.training.warp.finish_task import FinishTask
from enface.training.warp.measure import measure_fields
from enface.training.warp.recipe import WarpRecipe


def train_warp(recipe: WarpRecipe, options: RunOptions) -> Path:
    """Trains, or goes on training, and writes the model folder `output / "model"`.

    Args:
        recipe: everything that decides the weights.
        options: where and how; `field/` and `finish/` in the run's folder hold checkpoints and curves.

    Returns:
        The model folder.

    Raises:
        ConfigError: the start is not the model that the recipe goes on from, or there is no such device.
        RenderingError: the set cannot be rendered, or the folder holds another one.
        ResourceError: the recognizer that calibrates the confidence is missing.
        CheckpointError: the folder holds a run of another recipe.
    """
    torch.set_num_threads(1)  # the thread count decides the last bits
    usable_device(options.device)  # before hours of rendering
    begun = _begun(recipe, options)
    judge = load_recognizer(recipe.confidence_judge)  # before hours are spent
    reader, validation = (
        open_geometry_set(plan, folder, workers=options.workers, progress=options.progress)
        for plan, folder in (
            (recipe.data, options.rendered),
            (recipe.validation, options.output / "validation"),
        )
    )
    field, field_minutes = _train_field(recipe, begun, reader, options)
    finisher, finish_minutes = _train_finisher(recipe, begun, field, reader, options)
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
    save_warp(options.output / MODEL, model, config=config, card=card)
    return options.output / MODEL


def _begun(recipe: WarpRecipe, options: RunOptions) -> LoadedWarp | None:
    """The model that a recipe goes on from."""
    wanted = recipe.start_sha256
    if wanted is None:
        options.refuse_start(recipe.name)
        return None
    if options.start is None:
        raise ConfigError(
            f"{recipe.name} goes on from a model whose weights have the SHA-256 {wanted}; give its folder as "
            "--start (docs/photo.md tells where it is)"
        )
    begun = load_warp(options.start)
    if begun.sha256 != wanted:
        raise ConfigError(
            f"{recipe.name} goes on from weights of SHA-256 {wanted}; those in {options.start} have "
            f"{begun.sha256}"
        )
    return begun


def _train_field(
    recipe: WarpRecipe, begun: LoadedWarp | None, reader: ShardReader, options: RunOptions
) -> tuple[WarpNetwork, float]:
    folder = options.output / "field"
    task = FieldTask(recipe, reader)
    if begun is not None:
        task.network.load_state_dict(begun.model.field.state_dict())
    elif not (folder / STATE).exists():
        task.principal_components()
    return _train(task, recipe.field.schedule, WarpNetwork, folder, options)


def _train_finisher(
    recipe: WarpRecipe,
    begun: LoadedWarp | None,
    field: WarpNetwork,
    reader: ShardReader,
    options: RunOptions,
) -> tuple[Finisher, float]:
    task = FinishTask(recipe, field, reader)
    if begun is not None:
        task.network.load_state_dict(begun.model.finisher.state_dict())
    return _train(task, recipe.finish.schedule, Finisher, options.output / "finish", options)


def _train(
    task: SupervisedTask, schedule: Schedule, kind: type[N], folder: Path, options: RunOptions
) -> tuple[N, float]:
    folder.mkdir(parents=True, exist_ok=True)
    return train_network(
        task, schedule, kind, folder=folder, device=options.device, progress=options.progress
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
