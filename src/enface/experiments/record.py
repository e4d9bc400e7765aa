"""Runs as they lie on the disk, grouped by setting."""

import json
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path

from enface.config.codec import read_experiment
from enface.config.flat import experiment_fields
from enface.config.schema import Experiment
from enface.errors import ConfigError
from enface.evaluation.report.folder import OF_SEVERAL, RESULTS
from enface.evaluation.results import Results, load_results
from enface.experiments.cost import Cost, cost_of
from enface.experiments.plan import with_images
from enface.models.folder import CONFIG, GENERATOR_FOLDER
from enface.training.run_folder import RunFolder
from enface.training.tracking.jsonl import read_rows


@dataclass(frozen=True, eq=False)
class Run:
    """One trained and judged run."""

    folder: Path
    preset: str
    """Its preset's name, or the folder's where it had none."""
    experiment: Experiment
    rows: list[dict[str, float]]
    """Of its metrics."""
    results: dict[str, Results]
    """By judge, the newest; of the protocol over yaw with a raw gallery of the same look."""

    @cached_property
    def cost(self) -> Cost:
        """Of the training."""
        return cost_of(self.rows)


@dataclass(frozen=True, eq=False)
class Setting:
    """Runs that differ in the seed alone."""

    label: str
    runs: tuple[Run, ...]

    @property
    def experiment(self) -> Experiment:
        """Of the first seed."""
        return self.runs[0].experiment


def find_runs(paths: Iterable[Path]) -> list[Path]:
    """Run folders among the paths and below them, sorted within each path.

    Raises:
        ConfigError: a path without any run that has saved a model.
    """
    found: dict[Path, None] = {}
    for path in paths:
        runs = sorted(config.parents[1] for config in path.rglob(f"{GENERATOR_FOLDER}/{CONFIG}"))
        runs = [run for run in runs if RunFolder(run).config.is_file()]
        if not runs:
            raise ConfigError(f"{path} holds no run with a model; give run folders, or a sweep's folder")
        found |= dict.fromkeys(run.resolve() for run in runs)
    return list(found)


def read_run(folder: Path) -> Run:
    """Reads a run folder of `enface train` or of a sweep.

    Raises:
        ConfigError: no metrics, or a configuration or results that cannot be read.
    """
    paths = RunFolder(folder)
    if not paths.metrics.is_file():
        raise ConfigError(f"{folder} has no {paths.metrics.name}; is it a run folder?")
    results = {}
    evaluated = (*folder.glob(f"evaluation-*/{RESULTS}"), *folder.glob(f"{OF_SEVERAL}/{RESULTS}"))
    for path in sorted(evaluated, key=lambda path: path.stat().st_mtime_ns):
        found = load_results(path)
        setup = found.setup
        if setup.protocol == "rendered" and setup.gallery == "raw" and not setup.across_looks:
            results[setup.judge] = found
    return Run(
        folder=folder,
        preset=_preset(paths.environment) or folder.name,
        experiment=read_experiment(paths.config),
        rows=read_rows(paths.metrics),
        results=results,
    )


def common_judges(runs: Sequence[Run]) -> list[str]:
    """Judges that judged every run on the same pictures.

    Raises:
        ConfigError: there is none, or the pictures or weights differ.
    """
    judges = [name for name in runs[0].results if all(name in run.results for run in runs)]
    if not judges:
        lacking = next((run for run in runs if not run.results), runs[-1])
        raise ConfigError(
            f"no judge has judged all {len(runs)} runs; for example `enface evaluate --run {lacking.folder} "
            "--judge rendered_b`"
        )
    for name in judges:
        setups = [run.results[name].setup for run in runs]
        for run, setup in zip(runs, setups, strict=True):
            for field in ("data_sha256", "judge_sha256"):
                if getattr(setup, field) != getattr(setups[0], field):
                    raise ConfigError(
                        f"{name} judged {run.folder} and {runs[0].folder} with another {field}; evaluate all "
                        "runs anew, on the same data and with the same weights of the judge"
                    )
    return judges


def group_by_setting(runs: Sequence[Run]) -> list[Setting]:
    """Runs by everything but the seed and the number of images, which is part of the setting only where a
    seed is there twice; settings of one name are numbered."""
    groups: dict[str, list[Run]] = {}
    for run in runs:
        fields = experiment_fields(replace(with_images(run.experiment, 0), seed=0))
        groups.setdefault(json.dumps([run.preset, fields], sort_keys=True), []).append(run)
    settings: list[Setting] = []
    given: Counter[str] = Counter()
    for group in groups.values():
        parts = _apart(group)
        for members in parts:
            name = members[0].preset
            if len(parts) > 1:
                name += f", {members[0].experiment.schedule.images:,} images"
            given[name] += 1
            label = name + (f" ({given[name]})" if given[name] > 1 else "")
            settings.append(Setting(label, tuple(sorted(members, key=lambda run: run.experiment.seed))))
    return settings


def _apart(runs: list[Run]) -> list[list[Run]]:
    """Splits runs of which two have one seed: seeds are repetitions, lengths and copies are not."""
    if len({run.experiment.seed for run in runs}) == len(runs):
        return [runs]
    parts: dict[tuple[int, int], list[Run]] = {}
    before: Counter[tuple[int, int]] = Counter()
    for run in runs:
        images, seed = run.experiment.schedule.images, run.experiment.seed
        parts.setdefault((images, before[images, seed]), []).append(run)
        before[images, seed] += 1
    return list(parts.values())


def differing_settings(settings: Sequence[Setting]) -> dict[str, list[object]]:
    """Field -> value in each setting, for fields in which any two differ; the seed aside.

    A field that only some settings have (another kind of part) is `-` in the others.
    """
    fields = [experiment_fields(replace(setting.experiment, seed=0)) for setting in settings]
    names = sorted({name for one in fields for name in one})
    table = {name: [one.get(name, "-") for one in fields] for name in names}
    return {name: values for name, values in table.items() if any(value != values[0] for value in values)}


def _preset(environment: Path) -> str | None:
    """Name of the preset in a run's environment record, where there is one."""
    try:
        preset = json.loads(environment.read_text(encoding="utf-8"))[-1]["preset"]
    except (OSError, ValueError, LookupError, TypeError):
        return None
    return preset if isinstance(preset, str) else None
