"""Trains and judges every run of a plan, then compares them; stopped, the same call goes on."""

from collections.abc import Callable, Sequence
from pathlib import Path

from enface.errors import TrainingError
from enface.experiments.budget import Budget
from enface.experiments.comparison import Comparison, compare_runs
from enface.experiments.cost import cost_in
from enface.experiments.judged import Judges
from enface.experiments.plan import PlannedRun
from enface.experiments.trained import train_to_budget
from enface.training.run_folder import RunFolder


def run_sweep(
    runs: Sequence[PlannedRun],
    *,
    budget: Budget,
    judges: Judges,
    output: Path,
    device: str = "cpu",
    progress: bool = False,
    tell: Callable[[str], None] = lambda line: None,
) -> tuple[Comparison, list[str]]:
    """Works through the runs in their order.

    What a run folder holds decides what is left to do: finished runs are skipped, the one begun is resumed
    bit-exactly. A run whose numbers are no longer finite is told of, and the others go on.

    Args:
        runs: from `plan_runs`.
        budget: of each run.
        judges: who judges them.
        output: of the comparison.
        device: where to compute.
        progress: whether to show bars.
        tell: receives a line after each run.

    Returns:
        The comparison, and a sentence for each run that did not come to an end.

    Raises:
        TrainingError: no run came to an end.
        EnfaceError: as `Judges.check`, `train_to_budget` and `compare_runs`.
    """
    judges.check(runs)
    stopped: list[str] = []
    finished: list[PlannedRun] = []
    for number, run in enumerate(runs, start=1):
        try:
            worked = train_to_budget(run, budget, device=device, progress=progress)
        except TrainingError as error:
            stopped.append(f"{run.name} stopped: {error}")
            tell(f"{number}/{len(runs)} {stopped[-1]}")
            continue
        judged = judges.judge(run, progress=progress)
        finished.append(run)
        cost = cost_in(RunFolder(run.folder).metrics)
        state = "trained" if worked else "judged" if judged else "finished before"
        tell(
            f"{number}/{len(runs)} {run.name}: {state}, {cost.images:,} images in {cost.minutes:.1f} minutes "
            f"({cost.images_per_second:.1f} images/s)"
        )
    if not finished:
        raise TrainingError("no run came to an end: " + "; ".join(stopped))
    comparison = compare_runs(
        [run.folder for run in finished], output=output, data=judges.data, stopped=stopped, device=device
    )
    return comparison, stopped
