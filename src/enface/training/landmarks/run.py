"""From a recipe to a published landmark network."""

from pathlib import Path

import torch

from enface.networks.landmarks import LandmarkNetwork
from enface.rendering.geometry_set.plan import GeometrySet
from enface.rendering.geometry_set.shards import ShardReader, render_geometry_set
from enface.training.allocator import keep_freed_memory
from enface.training.landmarks.publish import publish
from enface.training.landmarks.recipe import LandmarkRecipe
from enface.training.landmarks.task import LandmarkTask
from enface.training.supervised.trainer import SupervisedTrainer

MODEL = "model"


def train_landmarks(
    recipe: LandmarkRecipe,
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
        device: where the network is trained.
        progress: whether to show bars.

    Returns:
        The model folder; `Landmarker.load` reads it.

    Raises:
        RenderingError: the set cannot be rendered, or the folder holds another one.
        CheckpointError: the folder holds a run of another recipe.
    """
    torch.set_num_threads(1)  # the thread count decides the last bits
    keep_freed_memory()
    output.mkdir(parents=True, exist_ok=True)
    reader = _rendered(recipe.geometry, data or output / "rendered", workers, progress)
    validation = _rendered(recipe.validation, output / "validation", workers, progress)
    task = LandmarkTask(recipe, reader)
    trainer = SupervisedTrainer(task, recipe.schedule, folder=output, device=device)
    trainer.resume()
    trainer.train(progress=progress)
    network = trainer.published
    if not isinstance(network, LandmarkNetwork):
        raise TypeError(f"the landmark task trained a {type(network).__name__}")
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
