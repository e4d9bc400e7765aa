"""Trains one run up to its budget, or goes on where it was stopped."""

from enface.config.codec import read_experiment
from enface.config.flat import differing_fields
from enface.errors import ConfigError
from enface.experiments.budget import Budget
from enface.experiments.cost import cost_in
from enface.experiments.plan import PlannedRun, with_images
from enface.training.loop import train
from enface.training.phases import images_per_step, steps_of
from enface.training.run_folder import RunFolder
from enface.training.state import MAY_CHANGE, checkpoints

FIRST_STEPS = 10
"""After so many steps a run by the clock looks at its pace for the first time."""
CLOSE = 0.01
"""A run by the clock ends when less than this share of its minutes is left."""


def train_to_budget(run: PlannedRun, budget: Budget, *, device: str = "cpu", progress: bool = False) -> bool:
    """Trains until the budget is used; bit-exact however often it is interrupted, in images.

    By the clock the run is trained in stretches, each resumed from the checkpoint of the one before, since
    only the pace of the last stretch tells how many images the rest of the time is good for. A stretch's
    start is not counted.

    Returns:
        Whether there was anything left to do.

    Raises:
        ConfigError: the folder holds a run of another experiment, or one that is already longer.
        TrainingError: see `enface.training.loop.train`.
    """
    _check_folder(run, budget)

    def stretch(images: int) -> None:
        train(
            with_images(run.experiment, images),
            output=run.folder,
            preset=run.preset,
            device=device,
            progress=progress,
        )

    if budget.images is not None:
        if _steps(run) >= steps_of(run.experiment.schedule):
            return False
        stretch(budget.images)
        return True
    worked = False
    while (images := _next_target(run, budget)) is not None:
        stretch(images)
        worked = True
    return worked


def _next_target(run: PlannedRun, budget: Budget) -> int | None:
    """Images to train up to next; None when the minutes are used."""
    each, steps = images_per_step(run.experiment.schedule), _steps(run)
    if not steps:
        return FIRST_STEPS * each
    assert budget.minutes is not None, "a budget has images or minutes"
    cost = cost_in(RunFolder(run.folder).metrics)
    left = 60 * budget.minutes - cost.seconds
    possible = int(left * cost.images_per_second / each)
    if left < 60 * budget.minutes * CLOSE or possible < 1:
        return None
    # The first steps may be slower (boosted critics) or faster (warm-up) than the others.
    share = 0.5 if left > 0.2 * 60 * budget.minutes else 1.0
    return (steps + max(1, int(share * possible))) * each


def _steps(run: PlannedRun) -> int:
    """Steps in the newest checkpoint."""
    found = checkpoints(RunFolder(run.folder).state)
    return int(found[-1].stem.removeprefix("step-")) if found else 0


def _check_folder(run: PlannedRun, budget: Budget) -> None:
    folder = RunFolder(run.folder)
    if not folder.config.is_file():
        return
    differing = {
        name: values
        for name, values in differing_fields(read_experiment(folder.config), run.experiment).items()
        if name not in MAY_CHANGE
    }
    if differing:
        listed = "; ".join(f"{name} was {old!r} and is {new!r}" for name, (old, new) in differing.items())
        raise ConfigError(f"{run.folder} holds another experiment: {listed}; choose another --output")
    if budget.images is not None and _steps(run) > steps_of(run.experiment.schedule):
        raise ConfigError(
            f"{run.folder} has been trained for {_steps(run):,} steps, more than {budget} give; "
            "raise --budget or choose another --output"
        )
