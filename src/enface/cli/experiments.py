"""`enface experiments run PRESET...` and `enface experiments compare RUNS...`."""

import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import tyro

from enface.errors import ConfigError


@dataclass(frozen=True)
class Run:
    """Train presets under one budget, judge them, write a table and a page.

    Stopped at any moment, the same command goes on: finished runs are skipped, the one begun is resumed
    bit-exactly. More presets, seeds, judges or a larger budget may be given to the same folder. Exit code: 1
    when a run's numbers were no longer finite.
    """

    presets: Annotated[tuple[str, ...], tyro.conf.Positional, tyro.conf.arg(metavar="PRESET...")]
    """Names from `enface presets list`."""
    budget: str
    """Of each run: 20000images, or 10minutes of training."""
    output: Path
    """Folder of the runs (runs/PRESET/seed-N) and of the comparison."""
    data: str | None = None
    """Manifest (or its folder) with train and test people; default: the rendered faces inside the package."""
    seeds: int = 1
    """Runs of each preset, with seeds 0 to N-1."""
    set: Annotated[
        tyro.conf.UseAppendAction[tuple[str, ...]], tyro.conf.arg(metavar="[PRESET:]FIELD=VALUE")
    ] = ()
    """A field by its dotted name, in all presets or in one; may be given several times."""
    judges: tuple[str, ...] = ("rendered_b",)
    """Recognizers that judge; none may have guided a run."""
    device: str = "cpu"
    """cpu, cuda or cuda:N."""
    resamples: int = 2000
    """Bootstrap samples for the intervals."""
    cache: Path | None = None
    """Folder of remembered embeddings; default: embeddings inside the folder of fetched files."""
    quiet: bool = False
    """No progress bars."""


@dataclass(frozen=True)
class Compare:
    """Lay trained and judged runs side by side: what differs, faces, recognition, losses, cost."""

    runs: Annotated[tuple[Path, ...], tyro.conf.Positional, tyro.conf.arg(metavar="RUN...")]
    """Folders of runs, or of sweeps."""
    output: Path
    """Folder of table.csv and comparison.html."""
    data: str | None = None
    """Manifest of the test faces that are shown; default: that of the runs."""
    device: str = "cpu"
    """cpu, cuda or cuda:N."""


@dataclass(frozen=True)
class Args:
    """Several settings under one budget, compared."""

    action: Annotated[Run, tyro.conf.subcommand("run")] | Annotated[Compare, tyro.conf.subcommand("compare")]


def run(args: Args) -> int:
    """Prints a line per run, the table, and the page's path as the last line."""
    match args.action:
        case Run():
            return _run(args.action)
        case Compare():
            return _compare(args.action)


def _run(args: Run) -> int:
    from enface.experiments.budget import parse_budget
    from enface.experiments.plan import plan_runs

    budget = parse_budget(args.budget)
    runs = plan_runs(
        args.presets, seeds=args.seeds, budget=budget, data=args.data, changes=args.set, output=args.output
    )

    from enface.evaluation.bootstrapping import Bootstrap
    from enface.experiments.judged import Judges
    from enface.experiments.sweep import run_sweep
    from enface.resources import home

    comparison, stopped = run_sweep(
        runs,
        budget=budget,
        judges=Judges(
            names=args.judges,
            data=args.data,
            bootstrap=Bootstrap(resamples=args.resamples),
            cache=args.cache or home() / "embeddings",
            device=args.device,
        ),
        output=args.output,
        device=args.device,
        progress=not args.quiet and sys.stderr.isatty(),
        tell=lambda line: print(line, flush=True),
    )
    print(f"\n{comparison.text}\n{comparison.table}\n{comparison.page}")
    return 1 if stopped else 0


def _compare(args: Compare) -> int:
    from enface.experiments.comparison import compare_runs

    if not args.runs:
        raise ConfigError("nothing to compare; give run folders, or a sweep's folder")
    comparison = compare_runs(args.runs, output=args.output, data=args.data, device=args.device)
    print(f"{comparison.text}\n{comparison.table}\n{comparison.page}")
    return 0
