"""From a recipe to a published face finder."""

from pathlib import Path

import torch

from enface.networks.finder import FinderNetwork
from enface.rendering.geometry_set.plan import GeometrySet
from enface.rendering.geometry_set.shards import ShardReader, render_geometry_set
from enface.training.allocator import keep_freed_memory
from enface.training.finder.publish import publish
from enface.training.finder.recipe import FinderRecipe
from enface.training.finder.task import FinderTask
from enface.training.supervised.trainer import SupervisedTrainer

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
    reader = _rendered(recipe.geometry, data or output / "rendered", workers, progress)
    validation = _rendered(recipe.validation, output / "validation", workers, progress)
    task = FinderTask(recipe, reader)
    trainer = SupervisedTrainer(task, recipe.schedule, folder=output, device=device)
    trainer.resume()
    trainer.train(progress=progress)
    network = trainer.published
    if not isinstance(network, FinderNetwork):
        raise TypeError(f"the finder task trained a {type(network).__name__}")
    return publish(
        network.cpu(),
        recipe,
        folder=output / MODEL,
        reader=reader,
        validation=validation,
        minutes=trainer.seconds / 60,
    )


def _rendered(plan: GeometrySet, folder: Path, workers: int, progress: bool) -> ShardReader:
    return ShardReader(render_geometry_set(plan, folder, workers=workers, progress=progress))
