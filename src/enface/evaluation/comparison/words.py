"""A comparison in sentences, and as text for the terminal."""

from collections.abc import Sequence

from enface.evaluation.comparison.findings import (
    FRONTALS,
    Comparison,
    ComparisonResults,
    Difference,
    Measure,
)
from enface.evaluation.report import words

_MAIN: dict[str, Measure] = {"yaw": "rank-1", "search": "rank-1", "pairs": "accuracy"}


def main_measure(comparison: Comparison) -> Measure:
    """The number that a comparison is about first."""
    return _MAIN[comparison.setup.kind]


def verdicts(comparison: Comparison) -> tuple[str, ...]:
    """A sentence for each arm that heads a report and its main measures, one about nearness to the truth, and
    one about how many differences chance alone would make."""
    measures = [m for m in (main_measure(comparison), "margin") if m in comparison.measures]
    wanted: list[tuple[str, str, Measure]] = [
        (subject, arm, measure) for arm, subject in words.SUBJECTS.items() for measure in measures
    ]
    if "L1" in comparison.measures:
        wanted.append(("Nearness to the truth", FRONTALS, "L1"))
    sentences = [
        _verdict(subject, rows, protocol=comparison.setup.protocol)
        for subject, arm, measure in wanted
        if (rows := _rows(comparison, arm, measure))
    ]
    # Arms that no model takes part in are the same in both.
    told = [row for row in comparison.differences if row.difference.low or row.difference.high]
    clear = sum(row.winner is not None for row in told)
    sentences.append(
        f"{clear} of {len(told)} differences in the tables leave 0; of as many between equal models about "
        f"{(1 - comparison.setup.level) * len(told):.0f} would by chance."
    )
    return tuple(sentences)


def _rows(comparison: Comparison, arm: str, measure: Measure) -> list[Difference]:
    """At every yaw, or the one number where there is no yaw."""
    rows = [row for row in comparison.differences if (row.arm, row.measure) == (arm, measure)]
    by_yaw = [row for row in rows if row.angle is not None]
    return by_yaw or rows


def _verdict(subject: str, rows: Sequence[Difference], *, protocol: str) -> str:
    measure, by_yaw = rows[0].measure, rows[0].angle is not None
    sides = {
        "is below": [row for row in rows if row.difference.high < 0],
        "is above": [row for row in rows if row.difference.low > 0],
    }
    parts = []
    for change, some in sides.items():
        if not some:
            continue
        names = [words.column(protocol, row.angle) for row in some if row.angle is not None]
        where = "every angle" if len(some) == len(rows) else words.listed(names)
        good = some[0].winner == "second"
        parts.append(
            f"B {change} A{f' at {where}' if by_yaw else ''} ({_amount(some)}), which is "
            f"{'better' if good else 'worse'}"
        )
    if not parts:
        return (
            f"{subject}, {measure}: no clear difference between A and B{' at any angle' if by_yaw else ''}."
        )
    return f"{subject}, {measure}: {'; '.join(parts)}."


def _amount(rows: Sequence[Difference]) -> str:
    """Smallest to largest difference."""
    if rows[0].measure in ("margin", "L1", "SSIM"):
        sizes, unit, digits = sorted(abs(row.difference.value) for row in rows), "", 3
    else:
        sizes, unit, digits = sorted(abs(100 * row.difference.value) for row in rows), " points", 1
    low, high = f"{sizes[0]:.{digits}f}", f"{sizes[-1]:.{digits}f}"
    return f"by {low if low == high else f'{low} to {high}'}{unit}"


def summary(results: ComparisonResults) -> str:
    """One line an arm: both numbers, their difference with its interval, and p; then the sentences."""
    blocks = [_block(comparison) for comparison in results.comparisons]
    return "\n\n".join([*blocks, *(["\n".join(results.unmatched)] if results.unmatched else [])])


def _block(comparison: Comparison) -> str:
    setup, measure = comparison.setup, main_measure(comparison)
    what = "pairs" if setup.kind == "pairs" else "probes"
    lines = [
        f"A: {comparison.first.model}",
        f"B: {comparison.second.model}",
        f"{setup.protocol}, judged by {setup.judge}: {setup.cases} {what} of {setup.people} people; "
        f"{measure} in %, with {100 * setup.level:g} % intervals over people",
        "",
        f"{'arm':<22}{'A':>20}{'B':>20}{'B less A (points)':>26}{'p':>9}",
    ]
    for arm in comparison.arms:
        row = comparison.row(arm, None, measure)
        lines.append(
            f"{arm:<22}{words.rate(row.first):>20}{words.rate(row.second):>20}{_points(row):>26}"
            f"{row.p_value:>9.4f}"
        )
    if comparison.angles:
        heads = [words.column(setup.protocol, angle) for angle in comparison.angles]
        lines += ["", f"{'B less A (points)':<22}" + "".join(f"{head:>22}" for head in heads)]
        for arm in comparison.arms:
            cells = [_points(comparison.row(arm, angle, measure)) for angle in comparison.angles]
            lines.append(f"{arm:<22}" + "".join(f"{cell:>22}" for cell in cells))
    return "\n".join([*lines, "", *verdicts(comparison), *comparison.notes])


def _points(row: Difference) -> str:
    value, low, high = (
        words.signed(100 * v) for v in (row.difference.value, row.difference.low, row.difference.high)
    )
    return f"{value} ({low} to {high})"
