"""Every probe or pair as a row, so that two models can be compared on the same ones."""

import csv
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from jaxtyping import Float

from enface.errors import ConfigError
from enface.evaluation.pair_evaluation import PairEvaluation
from enface.evaluation.report.headline import AnyEvaluation
from enface.evaluation.report.tables import Cell, Column, NumberTable
from enface.evaluation.runner import Evaluation

NAME = "cases"
"""Of the file."""
NEARNESS = ("outputs:l1", "outputs:ssim")
"""Columns of the frontal face's nearness to the truth, where that is known."""
_KEYS = ("picture", "person", "other_person", "yaw")


def cases_table(evaluation: AnyEvaluation) -> NumberTable:
    """One row for each probe (rank and margin by arm, nearness to the truth) or pair (score by arm, and 1
    where decided rightly)."""
    measured: dict[str, np.ndarray] = {}
    if isinstance(evaluation, Evaluation):
        for arm, scores in evaluation.probes.items():
            measured |= {f"{arm}:rank": scores.places, f"{arm}:margin": scores.margins}
        if (near := evaluation.faces.nearness) is not None:
            measured |= dict(zip(NEARNESS, near.T, strict=False))
        keys: list[tuple[Cell, ...]] = [
            (probe.record.path, probe.record.subject, "", probe.yaw) for probe in evaluation.protocol.probes
        ]
    elif isinstance(evaluation, PairEvaluation):
        for arm, values in evaluation.judged.scores.items():
            measured |= {f"{arm}:score": values, f"{arm}:correct": evaluation.judged.correct[arm].astype(int)}
        keys = [(f"{pair.first} | {pair.second}", *pair.people, "") for pair in evaluation.pairs]
    else:
        for arm, places in evaluation.places.items():
            measured |= {f"{arm}:rank": places, f"{arm}:margin": evaluation.margins[arm]}
        keys = [(template.name, template.person, "", "") for template in evaluation.probes]
    return NumberTable(
        NAME,
        "Cases",
        "",
        (*(Column(key) for key in _KEYS), *(Column(name, "number") for name in measured)),
        tuple((*key, *(column[i].item() for column in measured.values())) for i, key in enumerate(keys)),
        shown=False,
    )


@dataclass(frozen=True, eq=False)
class CaseColumns:
    """What `cases_table` wrote."""

    pictures: tuple[str, ...]
    people: tuple[tuple[str, str], ...]
    """Twice the same person for a probe."""
    yaws: tuple[int | None, ...]
    values: dict[str, Float[np.ndarray, " cases"]]
    """By name of the column, "ARM:MEASURE"."""


def cases_file(folder: Path) -> Path:
    """Where the table lies in a folder of results; no table is written after it."""
    return folder / "tables" / f"{NAME}.csv"


def read_cases(folder: Path) -> CaseColumns:
    """Reads the table of cases in a folder of results.

    Raises:
        ConfigError: it is not there or not as it was written.
    """
    file = cases_file(folder)
    try:
        with file.open(newline="", encoding="utf-8") as stream:
            rows = list(csv.DictReader(stream, strict=True))
        names = [name for name in rows[0] if name not in _KEYS]
        return CaseColumns(
            pictures=tuple(row["picture"] for row in rows),
            people=tuple((row["person"], row["other_person"] or row["person"]) for row in rows),
            yaws=tuple(int(row["yaw"]) if row["yaw"] else None for row in rows),
            values={name: np.array([float(row[name]) for row in rows]) for name in names},
        )
    except (OSError, ValueError, KeyError, IndexError, TypeError, csv.Error) as error:
        raise ConfigError(f"{file} cannot be read ({error!r}); evaluate again") from error
