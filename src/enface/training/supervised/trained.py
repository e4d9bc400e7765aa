"""A task's network after the whole schedule, however many sittings that took."""

from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

from torch import nn

from enface.training.supervised.schedule import Schedule
from enface.training.supervised.task import SupervisedTask
from enface.training.supervised.trainer import SupervisedTrainer

N = TypeVar("N", bound=nn.Module)


def train_network(
    task: SupervisedTask,
    schedule: Schedule,
    kind: type[N],
    *,
    folder: Path,
    device: str,
    progress: bool,
    on_checkpoint: Callable[[int, N], None] | None = None,
) -> tuple[N, float]:
    """Trains, or goes on training where the folder's checkpoint ends.

    Args:
        task: what is trained on what.
        schedule: for how long.
        kind: class of the task's network.
        folder: of checkpoint and curve; it exists.
        device: where the network is trained.
        progress: whether to show a bar.
        on_checkpoint: called with the step and the averaged network after each checkpoint.

    Returns:
        The averaged network in evaluation mode, and the minutes spent in training steps.

    Raises:
        CheckpointError: the folder holds a run of another recipe.
        TrainingError: the loss is not finite.
    """
    trainer = SupervisedTrainer(task, schedule, folder=folder, device=device)
    trainer.resume()
    network = trainer.published
    if not isinstance(network, kind):
        raise TypeError(f"the {task.name} task trains a {type(network).__name__}")
    trainer.train(
        progress=progress,
        on_checkpoint=None if on_checkpoint is None else lambda step: on_checkpoint(step, network),
    )
    return network, trainer.seconds / 60
