"""`enface compare A B`: two evaluations of the same pictures, with paired tests."""

from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import tyro

from enface.errors import ConfigError


@dataclass(frozen=True)
class Args:
    """Says whether one model is better than another on the same people and pictures, or it was chance.

    Exit code 2 where the two evaluations do not ask the same: other protocol, judge, gallery or pictures.
    """

    a: Annotated[Path, tyro.conf.Positional, tyro.conf.arg(metavar="A")]
    """Folder that `enface evaluate` wrote, or one with such folders in it (a run, or several judges)."""
    b: Annotated[Path, tyro.conf.Positional, tyro.conf.arg(metavar="B")]
    """The same of the other model; every difference is B less A."""
    output: Path | None = None
    """Folder of the page and the results; default: comparison inside the folder of B."""
    resamples: int = 2000
    """Bootstrap samples for intervals and p-values."""
    level: float = 0.95
    """Share of bootstrap samples inside each interval."""
    seed: int = 0
    """Of the bootstrap."""


def run(args: Args) -> int:
    """Compares, writes the files and prints the table; the last line is the path of the page."""
    if not 0 < args.level < 1:
        raise ConfigError(f"--level is {args.level}; use a share between 0 and 1, for example 0.95")

    from enface.cli.arguments import command_line
    from enface.evaluation.bootstrapping import Bootstrap
    from enface.evaluation.comparison import compare
    from enface.evaluation.comparison.page import write_comparison
    from enface.evaluation.comparison.words import summary

    bootstrap = Bootstrap(resamples=args.resamples, level=args.level, seed=args.seed)
    results = compare(args.a, args.b, bootstrap=bootstrap)
    page = write_comparison(
        args.output or args.b / "comparison", results, command=command_line(args, verb="compare")
    )
    print(f"{summary(results)}\n\n{page}")
    return 0
