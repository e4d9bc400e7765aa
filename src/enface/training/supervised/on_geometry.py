"""From a recipe about a geometry set to a published network."""

from collections.abc import Callable
from pathlib import Path
from typing import Protocol, TypeVar

import torch
from torch import nn

from enface.rendering.geometry_set.plan import GeometrySet
from enface.rendering.geometry_set.shards import ShardReader, open_geometry_set
from enface.training.allocator import keep_freed_memory
from enface.training.distributed import usable_device
from enface.training.supervised.options import RunOptions
from enface.training.supervised.schedule import Schedule
from enface.training.supervised.task import SupervisedTask
from enface.training.supervised.trained import N, train_network

MODEL = "model"
"""The published model in the run's folder."""


class GeometryRecipe(Protocol):
    """What such a recipe says, whatever else it says."""

    @property
    def name(self) -> str:
        """Of the network."""

    @property
    def geometry(self) -> GeometrySet:
        """What is rendered for it."""

    @property
    def validation(self) -> GeometrySet:
        """Other people; they measure the network, nothing is chosen by them."""

    @property
    def schedule(self) -> Schedule:
        """For how long."""


R = TypeVar("R", bound=GeometryRecipe)
N_contra = TypeVar("N_contra", bound=nn.Module, contravariant=True)
R_contra = TypeVar("R_contra", bound=GeometryRecipe, contravariant=True)


class Publish(Protocol[N_contra, R_contra]):
    """Measures a trained network and writes its folder."""

    def __call__(
        self,
        network: N_contra,
        recipe: R_contra,
        *,
        folder: Path,
        reader: ShardReader,
        validation: ShardReader,
        minutes: float,
    ) -> Path:
        """Returns the folder.

        Args:
            network: trained, float32, on the CPU.
            recipe: what trained it.
            folder: where to; made if absent.
            reader: of the training set, for people that were held out.
            validation: of the recipe's validation set.
            minutes: time spent in training steps.
        """


def train_on_geometry(
    recipe: R,
    options: RunOptions,
    *,
    task: Callable[[R, ShardReader], SupervisedTask],
    network: type[N],
    publish: Publish[N, R],
) -> Path:
    """Renders what is missing, trains, or goes on with either, and writes the model folder.

    Args:
        recipe: everything that decides the weights; it draws the first ones.
        options: where and how.
        task: of the recipe and its set.
        network: class of the task's network.
        publish: what is done with the trained network.

    Returns:
        The model folder, `model` in the run's.

    Raises:
        ConfigError: a model to go on from was given, or there is no such device.
        RenderingError: the set cannot be rendered, or the folder holds another one.
        CheckpointError: the folder holds a run of another recipe.
        TrainingError: the loss is not finite.
    """
    options.refuse_start(recipe.name)
    usable_device(options.device)  # before hours of rendering
    torch.set_num_threads(1)  # the thread count decides the last bits
    keep_freed_memory()
    output = options.output
    output.mkdir(parents=True, exist_ok=True)
    reader, validation = (
        open_geometry_set(plan, folder, workers=options.workers, progress=options.progress)
        for plan, folder in ((recipe.geometry, options.rendered), (recipe.validation, output / "validation"))
    )
    trained, minutes = train_network(
        task(recipe, reader),
        recipe.schedule,
        network,
        folder=output,
        device=options.device,
        progress=options.progress,
    )
    return publish(
        trained.cpu(),
        recipe,
        folder=output / MODEL,
        reader=reader,
        validation=validation,
        minutes=minutes,
    )
