"""A comparison as tables, for the page and as CSV files."""

from enface.evaluation.comparison.findings import LOWER_IS_BETTER, Comparison, Measure
from enface.evaluation.comparison.words import main_measure
from enface.evaluation.report import words
from enface.evaluation.report.tables import Cell, Column, NumberTable, Unit

_NOTES: dict[Measure, str] = {
    "rank-1": "Share of probes whose nearest enrolled person is the right one.",
    "rank-5": "Share of probes whose person is among the nearest five.",
    "margin": "Cosine with the right person less the highest with anybody else, mean over probes.",
    "L1": "Mean absolute difference to the true frontal picture, on 0 to 1; lower is better.",
    "SSIM": "Structural similarity to the true frontal picture; higher is better.",
    "accuracy": "Share of pairs decided rightly.",
    "EER": "Where both errors are equal; lower is better.",
}


def comparison_tables(comparison: Comparison) -> tuple[NumberTable, ...]:
    """All tables of a comparison, in the order of the page."""
    made = [headline(comparison)]
    if comparison.angles:
        made += [_by_yaw(comparison, measure) for measure in comparison.measures]
    else:
        made += [_of(comparison, measure) for measure in comparison.measures[1:]]
    return (*made, _outcomes(comparison), _moved(comparison), _differences(comparison))


def headline(comparison: Comparison) -> NumberTable:
    """The main measure of every arm over all cases."""
    return _of(comparison, main_measure(comparison), name="headline")


def _of(comparison: Comparison, measure: Measure, *, name: str | None = None) -> NumberTable:
    rate, change = _units(measure)
    rows = [comparison.row(arm, None, measure) for arm in comparison.arms_of(measure)]
    return NumberTable(
        name or _file_name(measure),
        f"{_title(measure)}, all {'pairs' if comparison.setup.kind == 'pairs' else 'probes'}",
        f"{_note(measure)} Difference: B less A on the same ones. p: how often people drawn anew would turn "
        "its sign, two-sided. Sign test: exact, over people, where a person has a mean of their own.",
        (
            Column("arm"),
            Column("A", rate),
            Column("B", rate),
            Column("difference", change, lower_is_better=measure in LOWER_IS_BETTER),
            Column("p", "number", 4),
            Column("sign test p", "number", 4),
        ),
        tuple((r.arm, r.first, r.second, r.difference, r.p_value, r.sign_p_value) for r in rows),
    )


def _by_yaw(comparison: Comparison, measure: Measure) -> NumberTable:
    _, change = _units(measure)
    angles = (None, *comparison.angles)
    heads = ["all", *(words.column(comparison.setup.protocol, angle) for angle in comparison.angles)]
    lower, digits = measure in LOWER_IS_BETTER, 4 if measure == "L1" else 3
    return NumberTable(
        f"{_file_name(measure)}-by-yaw",
        f"{_title(measure)} by yaw, B less A",
        f"{_note(measure)} Red: B is worse than A; green: better; neither where the interval holds 0.",
        (Column("arm"), *(Column(head, change, digits, lower_is_better=lower) for head in heads)),
        tuple(
            (arm, *(comparison.row(arm, angle, measure).difference for angle in angles))
            for arm in comparison.arms_of(measure)
        ),
    )


def _outcomes(comparison: Comparison) -> NumberTable:
    return NumberTable(
        "outcomes",
        "Who was right",
        f"{'Pairs' if comparison.setup.kind == 'pairs' else 'Probes'} by which of the two decided rightly.",
        (Column("arm"), *(Column(n, "count") for n in ("both", "only A", "only B", "neither"))),
        tuple((o.arm, o.both, o.only_first, o.only_second, o.neither) for o in comparison.outcomes),
    )


def _moved(comparison: Comparison) -> NumberTable:
    what = "cosine" if comparison.setup.kind == "pairs" else "margin"
    rows: list[tuple[Cell, ...]] = []
    for case in comparison.moved:
        who = " and ".join(dict.fromkeys(case.people))
        yaw = "" if case.yaw is None else words.degrees(case.yaw)
        rows.append((case.picture, who, yaw, case.first, case.second, words.signed(case.gain, digits=3)))
    return NumberTable(
        "moved",
        "Where A and B differ most",
        f"The frontal face alone: {what} of both; gain is to the right side, so that a lower cosine of two "
        "people is a gain.",
        (
            *(Column(n) for n in ("picture", "person", "yaw")),
            *(Column(n, "number") for n in (f"{what} A", f"{what} B")),
            Column("gain"),
        ),
        tuple(rows),
    )


def _differences(comparison: Comparison) -> NumberTable:
    return NumberTable(
        "differences",
        "All differences",
        "",
        (
            *(Column(n) for n in ("arm", "yaw", "measure")),
            *(Column(n, "count") for n in ("cases", "people")),
            *(Column(n, "number") for n in ("A", "B", "difference", "p", "sign test p")),
            Column("better"),
        ),
        tuple(
            (
                *(r.arm, "all" if r.angle is None else str(r.angle), r.measure, r.cases, r.people),
                *(r.first, r.second, r.difference, r.p_value, r.sign_p_value),
                {"first": "A", "second": "B", None: ""}[r.winner],
            )
            for r in comparison.differences
        ),
        shown=False,
    )


def _units(measure: Measure) -> tuple[Unit, Unit]:
    """Of values and of their differences."""
    return ("number", "change") if measure in ("margin", "L1", "SSIM") else ("rate", "gain")


def _title(measure: Measure) -> str:
    return measure[0].upper() + measure[1:]


def _file_name(measure: Measure) -> str:
    return measure.replace("@", "-").lower()


def _note(measure: Measure) -> str:
    return _NOTES.get(
        measure, f"Share of same pairs accepted where {measure.partition('@')[2]} of the different ones are."
    )
