"""Who it fails: a short table for the page, the whole one as CSV."""

from collections.abc import Iterable

from enface.evaluation.findings import GroupRow
from enface.evaluation.groups import ACCEPTED, ALARM, FEW_PEOPLE, PICTURES, RANK1
from enface.evaluation.report import words
from enface.evaluation.report.tables import Cell, Column, NumberTable
from enface.evaluation.results import Results

_SHOWN = "fused"
"""Arm of the page beside raw."""
_MARK = f"under {FEW_PEOPLE} people"


def groups_tables(results: Results) -> tuple[NumberTable, ...]:
    """The short table and the whole one."""
    return _short(results), _whole(results)


def _short(results: Results) -> NumberTable:
    cells = {(g.attribute, g.group, g.metric, g.arm): g for g in results.groups}
    rows: list[tuple[Cell, ...]] = []
    for attribute, group in dict.fromkeys((g.attribute, g.group) for g in results.groups):

        def cell(metric: str, arm: str, field: str, attribute: str = attribute, group: str = group) -> Cell:
            row = cells.get((attribute, group, metric, arm))
            return None if row is None else getattr(row, field)

        first = cells[attribute, group, RANK1, "raw"]
        rows.append(
            (
                *(attribute, group, first.people, first.probes, _MARK if first.small else ""),
                *(cell(RANK1, "raw", "mean"), cell(RANK1, "raw", "gap")),
                *(cell(RANK1, _SHOWN, "mean"), cell(RANK1, _SHOWN, "gap"), cell(RANK1, _SHOWN, "gain")),
                *(cell(ACCEPTED, _SHOWN, "mean"), cell(ALARM, _SHOWN, "mean")),
                *(cell("L1", PICTURES, "mean"), cell("L1", PICTURES, "gap")),
            )
        )
    return NumberTable(
        "who_it_fails",
        "Who it fails",
        f"Gap: difference of this group to everybody else of whom it is known. Gain: difference to the raw "
        f"picture within the group. {ACCEPTED} and {ALARM}: probes whose right person, and whose hardest "
        f"wrong one, reaches the threshold that 1 % of all wrong comparisons reach; one threshold for all. "
        f"Groups of fewer than {FEW_PEOPLE} people are marked: their intervals are too narrow to conclude "
        f"from. {_losses(results.groups)}",
        (
            *(Column("attribute"), Column("group"), Column("people", "count"), Column("probes", "count")),
            Column("few"),
            *(Column("raw rank-1", "rate"), Column("raw gap", "gain")),
            *(Column("fused rank-1", "rate"), Column("fused gap", "gain"), Column("fused gain", "gain")),
            *(Column(f"fused {ACCEPTED}", "rate"), Column(f"fused {ALARM}", "rate")),
            *(Column("L1 to the truth", "number"), Column("L1 gap", "change")),
        ),
        tuple(rows),
    )


def _losses(groups: Iterable[GroupRow]) -> str:
    """Which groups are recognised less often than the others, in a sentence."""
    told = [g for g in groups if g.metric == RANK1 and g.arm in ("raw", _SHOWN) and g.gap is not None]
    if not told:
        return ""
    worse = [
        f"{g.attribute} {g.group} ({g.arm}, {words.signed(100 * g.gap.value)} points{', few' * g.small})"
        for g in told
        if g.gap is not None and g.gap.high < 0
    ]
    chance = f"Of {len(told)} gaps, {0.025 * len(told):.1f} would be this clear by chance alone."
    if not worse:
        return "No group is recognised less often than the others by a gap whose interval excludes 0."
    lead = "Recognised less often than the others, with an interval that excludes 0"
    return f"{lead}: {words.listed(worse)}. {chance}"


def _whole(results: Results) -> NumberTable:
    return NumberTable(
        "groups",
        "Who it fails, every metric and arm",
        "",
        (
            *(Column("attribute"), Column("group"), Column("metric"), Column("arm")),
            *(Column("people", "count"), Column("probes", "count"), Column("few")),
            *(Column("mean", "number"), Column("gap", "change"), Column("gain", "change")),
        ),
        tuple(
            (
                *(g.attribute, g.group, g.metric, g.arm, g.people, g.probes, _MARK if g.small else ""),
                *(g.mean, g.gap, g.gain),
            )
            for g in results.groups
        ),
        shown=False,
    )
