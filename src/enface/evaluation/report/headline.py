"""The first table: one number for each model, protocol, judge and arm, beside the raw picture."""

from collections.abc import Sequence

import numpy as np

from enface.evaluation.bootstrapping import Bootstrap
from enface.evaluation.pair_evaluation import PairEvaluation
from enface.evaluation.report import words
from enface.evaluation.report.tables import Cell, Column, NumberTable
from enface.evaluation.runner import Evaluation
from enface.evaluation.template_search import TemplateSearch

AnyEvaluation = Evaluation | PairEvaluation | TemplateSearch

_MODEL = (Column("model"), Column("protocol"), Column("judge"))
COLUMNS = (
    *_MODEL,
    Column("arm"),
    Column("measure"),
    Column("value", "rate"),
    Column("gain", "gain"),
    Column("better than raw at"),
    Column("worse than raw at"),
)


def headline_table(rows: Sequence[tuple[Cell, ...]]) -> NumberTable:
    """Rows of `headline_rows` of several evaluations as one table.

    Of one evaluation the numbers come first, so that they are seen on a narrow screen.
    """
    columns: tuple[Column, ...] = COLUMNS
    first = len(_MODEL)
    if len({row[:first] for row in rows}) == 1:
        columns = (*COLUMNS[first:], *_MODEL)
        rows = [(*row[first:], *row[:first]) for row in rows]
    return NumberTable(
        "headline",
        "Headline",
        "Rank-1 over all probes, or accuracy over all pairs, in percent. Gain: difference to the raw "
        "picture on the same probes or pairs. A difference counts where its interval leaves 0.",
        columns,
        tuple(rows),
    )


def headline_rows(evaluation: AnyEvaluation) -> list[tuple[Cell, ...]]:
    """One row for each arm."""
    setup = evaluation.results.setup
    head = (setup.model, protocol_name(evaluation), setup.judge)
    if isinstance(evaluation, Evaluation):
        return [(*head, *cells) for cells in _over_yaw(evaluation)]
    if isinstance(evaluation, PairEvaluation):
        return [
            (
                *head,
                arm.arm,
                "accuracy",
                arm.fold_accuracy or arm.best_accuracy,
                _gain(arm.arm, arm.gain),
                "",
                "",
            )
            for arm in evaluation.results.arms
        ]
    return [
        (*head, arm.arm, "rank-1", arm.rank1, _gain(arm.arm, arm.gain), "", "")
        for arm in evaluation.results.arms
    ]


def protocol_name(evaluation: AnyEvaluation) -> str:
    """Name of the protocol with what was chosen about it."""
    setup = evaluation.results.setup
    if not isinstance(evaluation, Evaluation):
        return setup.protocol
    chosen = [
        *(["across looks"] if evaluation.results.setup.across_looks else []),
        *(["frontalised gallery"] if evaluation.results.setup.gallery == "frontalised" else []),
    ]
    return ", ".join([setup.protocol, *chosen])


def _over_yaw(evaluation: Evaluation) -> list[tuple[Cell, ...]]:
    results = evaluation.results
    setup = results.setup
    bootstrap = Bootstrap(resamples=setup.resamples, level=setup.level, seed=setup.seed)
    people = np.array([probe.record.subject for probe in evaluation.protocol.probes])
    hits = {arm: scores.hits.astype(np.float64) for arm, scores in evaluation.probes.items()}
    rows: list[tuple[Cell, ...]] = []
    for arm, found in hits.items():
        entries = [row for row in results.recognition if row.arm == arm]
        better = [words.column(setup.protocol, row.angle) for row in entries if row.gain.low > 0]
        worse = [words.column(setup.protocol, row.angle) for row in entries if row.gain.high < 0]
        value = bootstrap.mean(found, people)
        gain = None if arm == "raw" else bootstrap.difference(hits["raw"], found, people)
        rows.append((arm, "rank-1", value, gain, ", ".join(better), ", ".join(worse)))
    return rows


def _gain(arm: str, gain: Cell) -> Cell:
    return None if arm == "raw" else gain
