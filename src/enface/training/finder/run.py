"""From a recipe to a published face finder."""

from pathlib import Path

import torch

from enface.networks.finder import FinderNetwork
from enface.rendering.geometry_set.shards import open_geometry_set
from enface.training.allocator import keep_freed_memory
from enface.training.finder.publish import publish
from enface.training.finder.recipe import FinderRecipe
from enface.training.finder.task import FinderTask
from enface.training.supervised.trained import train_network

MODEL = "model"


def train_finder(
    recipe: FinderRecipe,
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
        output: run folder with checkpoint and curve; made if absent.
        data: folder of the rendered set; what is missing there is rendered first. None takes
            `output / "rendered"`.
        workers: processes that render.
        device: where the network is trained; pictures are composed on the CPU.
        progress: whether to show bars.

    Returns:
        The model folder; `Finder.load` reads it.

    Raises:
        RenderingError: the set cannot be rendered, or the folder holds another one.
        CheckpointError: the folder holds a run of another recipe.
    """
    torch.set_num_threads(1)  # the thread count decides the last bits
    keep_freed_memory()
    output.mkdir(parents=True, exist_ok=True)
    reader = open_geometry_set(
        recipe.geometry, data or output / "rendered", workers=workers, progress=progress
    )
    validation = open_geometry_set(
        recipe.validation, output / "validation", workers=workers, progress=progress
    )
    task = FinderTask(recipe, reader)
    network, minutes = train_network(
        task, recipe.schedule, FinderNetwork, folder=output, device=device, progress=progress
    )
    return publish(
        network.cpu(),
        recipe,
        folder=output / MODEL,
        reader=reader,
        validation=validation,
        minutes=minutes,
    )
