"""Which experiments a sweep consists of, and where each has its folder."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from enface.config import overrides, presets
from enface.config.schema import Experiment
from enface.config.suggest import did_you_mean
from enface.errors import ConfigError
from enface.experiments.budget import Budget

RUNS = "runs"
_DECIDED = {"schedule.images": "--budget", "seed": "--seeds", "data.manifest": "--data"}


@dataclass(frozen=True)
class PlannedRun:
    """One preset with one seed."""

    preset: str
    experiment: Experiment
    folder: Path

    @property
    def name(self) -> str:
        """For people to read."""
        return f"{self.preset}, seed {self.experiment.seed}"


def plan_runs(
    names: Sequence[str],
    *,
    seeds: int,
    budget: Budget,
    data: str | None,
    changes: Sequence[str],
    output: Path,
) -> tuple[PlannedRun, ...]:
    """All runs, seed by seed: a sweep that is stopped early has as many settings as possible once.

    Args:
        names: presets, each once.
        seeds: of each preset, 0 to `seeds` - 1.
        budget: of each run; minutes leave the number of images open.
        data: manifest of all runs; None keeps the presets' own.
        changes: `field=value` for all presets, `PRESET:field=value` for one.
        output: folder of the sweep; a run lies in `runs/PRESET/seed-N`.

    Raises:
        ConfigError: an unknown preset or field, a field that the sweep itself decides, or no runs.
    """
    if not names or seeds < 1:
        raise ConfigError(f"{len(names)} presets and {seeds} seeds make no run; give at least one of each")
    twice = {name for name in names if names.count(name) > 1}
    if twice:
        raise ConfigError(f"preset {', '.join(sorted(twice))} is given twice; name each once")
    of_all, of_one = _split(changes, names)
    experiments = {}
    for name in names:
        experiment = presets.get(name).experiment
        experiment = overrides.apply(experiment, [f"--{change}" for change in (*of_all, *of_one[name])])
        if data is not None:
            experiment = replace(experiment, data=replace(experiment.data, manifest=data))
        if budget.images is not None:
            experiment = with_images(experiment, budget.images)
        experiments[name] = experiment
    return tuple(
        PlannedRun(name, replace(experiment, seed=seed), output / RUNS / name / f"seed-{seed}")
        for seed in range(seeds)
        for name, experiment in experiments.items()
    )


def with_images(experiment: Experiment, images: int) -> Experiment:
    """The experiment, ending after so many input images."""
    return replace(experiment, schedule=replace(experiment.schedule, images=images))


def _split(changes: Sequence[str], names: Sequence[str]) -> tuple[list[str], dict[str, list[str]]]:
    of_all: list[str] = []
    of_one: dict[str, list[str]] = {name: [] for name in names}
    for change in changes:
        field, equals, value = change.partition("=")
        preset, colon, inner = field.partition(":")
        field = (inner if colon else field).removeprefix("--").replace("-", "_")
        if not equals:
            raise ConfigError(
                f"--set {change}: give field=value, for example --set schedule.batch_size=8, or "
                "PRESET:field=value for one preset"
            )
        if field in _DECIDED:
            raise ConfigError(f"--set {change}: {field} is decided by {_DECIDED[field]}")
        if colon and preset not in of_one:
            raise ConfigError(
                f"--set {change}: {preset!r} is none of the presets given{did_you_mean(preset, names)}: "
                f"{', '.join(names)}"
            )
        (of_one[preset] if colon else of_all).append(f"{field}={value}")
    return of_all, of_one
