"""Folders of two evaluations in, everything that differs between them out."""

from pathlib import Path
from typing import Literal, cast

import numpy as np

from enface.errors import ConfigError
from enface.evaluation.bootstrapping import Bootstrap
from enface.evaluation.comparison.differences import (
    arms_of,
    common_arms,
    differences_of_means,
    differences_of_pairs,
    moved_cases,
    outcomes,
)
from enface.evaluation.comparison.evaluations import StoredEvaluation, find_evaluations, match
from enface.evaluation.comparison.findings import Comparison, ComparisonResults, Setup

_ROUNDING = 1e-4
"""Scores of one picture by one judge differ by less between machines."""


def compare(first: Path, second: Path, *, bootstrap: Bootstrap | None = None) -> ComparisonResults:
    """Paired differences of two models on the same people and pictures, second less first.

    Args:
        first: folder that `enface evaluate` has written, or one that holds such folders.
        second: the same of the other model; evaluations that ask the same question are compared.
        bootstrap: how intervals are made.

    Raises:
        ConfigError: a folder without results, results that cannot be read, or other protocols, judges,
            galleries, pictures or people.
    """
    pairs, unmatched = match(find_evaluations(first), find_evaluations(second))
    bootstrap = bootstrap or Bootstrap()
    return ComparisonResults(tuple(_compare(*pair, bootstrap=bootstrap) for pair in pairs), unmatched)


def _compare(first: StoredEvaluation, second: StoredEvaluation, *, bootstrap: Bootstrap) -> Comparison:
    arms = common_arms(first, second)
    if not arms:
        raise ConfigError(f"{first.folder} and {second.folder} have no arm in common; evaluate both anew")
    measure = differences_of_pairs if first.kind == "pairs" else differences_of_means
    try:
        differences = tuple(measure(first, second, bootstrap=bootstrap))
    except (KeyError, ValueError) as error:
        raise ConfigError(
            f"the cases of {first.folder} and {second.folder} cannot be compared: {error}"
        ) from error
    setup = first.results.setup
    return Comparison(
        setup=Setup(
            kind=cast(Literal["yaw", "pairs", "search"], first.kind),
            protocol=first.protocol,
            judge=setup.judge,
            judge_sha256=setup.judge_sha256,
            data=setup.data,
            data_sha256=setup.data_sha256,
            cases=len(first.cases.pictures),
            people=differences[0].people,
            level=bootstrap.level,
            resamples=bootstrap.resamples,
            seed=bootstrap.seed,
        ),
        first=first.side,
        second=second.side,
        differences=differences,
        outcomes=tuple(outcomes(first, second)),
        moved=tuple(moved_cases(first, second)),
        notes=tuple(_notes(first, second, arms)),
    )


def _notes(first: StoredEvaluation, second: StoredEvaluation, arms: tuple[str, ...]) -> list[str]:
    notes = []
    for name in ("raw:margin", "raw:score"):
        values = [side.cases.values.get(name) for side in (first, second)]
        if values[0] is None or values[1] is None:
            continue
        most = float(np.abs(values[1] - values[0]).max())
        if most > _ROUNDING:
            notes.append(
                f"The raw pictures themselves got other scores (by up to {most:.3f}): the models are given "
                "crops of other sizes, or the evaluations ran on other machines or versions. Compare each "
                "model's gain over its own raw picture as well."
            )
    for side, other in ((first, second), (second, first)):
        own = [arm for arm in arms_of(side) if arm not in arms]
        if own:
            notes.append(f"Only {side.folder} has {', '.join(own)}; {other.folder} lacks it.")
    if first.output_size != second.output_size:
        notes.append(
            f"The frontal faces have {first.output_size} and {second.output_size} pixels a side, so their "
            "nearness to the truth is not compared."
        )
    if first.results.setup.guide != second.results.setup.guide:
        notes.append(
            f"The models had other guides ({first.results.setup.guide} and {second.results.setup.guide})."
        )
    return notes
