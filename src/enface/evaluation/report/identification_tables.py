"""Numbers of an evaluation over yaw as tables."""

from enface.evaluation.findings import AcceptRate
from enface.evaluation.report.groups_table import groups_tables
from enface.evaluation.report.pictures_table import pictures_tables
from enface.evaluation.report.tables import Cell, Column, NumberTable
from enface.evaluation.results import Results
from enface.metrics.bootstrap import Estimate

_YAW = Column("yaw", "text")


def identification_tables(results: Results) -> tuple[NumberTable, ...]:
    """All tables that have rows, in the order of the page."""
    made = (
        _recognition(results),
        _matching(results),
        _roc(results),
        _cmc(results),
        _gates(results),
        _coverage(results),
        _quality(results),
        *pictures_tables(results),
        *groups_tables(results),
        _cost(results),
    )
    return tuple(table for table in made if table.rows)


def _angle(angle: int | None) -> str:
    return "all" if angle is None else str(angle)


def _recognition(results: Results) -> NumberTable:
    return NumberTable(
        "recognition",
        "Rank-1, rank-5 and margin by yaw",
        "Gain: difference to the raw picture of the same probe. Margin: cosine with the right person less "
        "the highest with anybody else. p: sign test over people of the rank-1 gain.",
        (
            Column("arm"),
            _YAW,
            Column("probes", "count"),
            Column("rank-1", "rate"),
            Column("gain", "gain"),
            Column("rank-5", "rate"),
            Column("margin", "number"),
            Column("margin gain", "change"),
            Column("p", "number", 4),
        ),
        tuple(
            (
                *(r.arm, _angle(r.angle), r.probes, r.rank1, _gain(r.arm, r.gain), r.rank5, r.margin),
                *(_gain(r.arm, r.margin_gain), None if r.arm == "raw" else r.p_value),
            )
            for r in results.recognition
        ),
        shown=False,
    )


def _gain(arm: str, gain: Estimate) -> Estimate | None:
    return None if arm == "raw" else gain


def accept_cells(rates: tuple[AcceptRate, ...]) -> tuple[Cell, ...]:
    """One cell for each false accept rate; text where the impostors are too few."""
    return tuple("too few impostors" if r.true_accept_rate is None else r.true_accept_rate for r in rates)


def accept_columns(rates: tuple[AcceptRate, ...]) -> tuple[Column, ...]:
    """Headers of `accept_cells`."""
    return tuple(Column(f"TAR@{rate.false_accept_rate:g}", "rate") for rate in rates)


def _matching(results: Results) -> NumberTable:
    rates = results.matching[0].accept_rates if results.matching else ()
    return NumberTable(
        "matching",
        "Every probe against everybody enrolled, read as verification",
        "TAR@x: share of right comparisons accepted when a share x of the wrong ones is. EER: where both "
        "errors are equal. Impostors: wrong comparisons behind the rates.",
        (
            Column("arm"),
            _YAW,
            Column("genuine", "count"),
            Column("impostors", "count"),
            Column("EER", "rate"),
            *accept_columns(rates),
            Column("d-prime", "number", 2),
            Column("genuine cosine", "number"),
            Column("impostor cosine", "number"),
        ),
        tuple(
            (
                *(m.arm, _angle(m.angle), m.genuine, m.impostors, m.equal_error_rate),
                *accept_cells(m.accept_rates),
                *(m.d_prime, m.genuine_mean, m.impostor_mean),
            )
            for m in results.matching
        ),
    )


def _roc(results: Results) -> NumberTable:
    return NumberTable(
        "roc",
        "ROC",
        "",
        (Column("arm"), _YAW, Column("far", "rate"), Column("tar", "rate")),
        tuple((m.arm, _angle(m.angle), far, tar) for m in results.matching for far, tar in m.roc),
        shown=False,
    )


def _cmc(results: Results) -> NumberTable:
    return NumberTable(
        "cmc",
        "CMC",
        "",
        (Column("arm"), _YAW, Column("rank", "count"), Column("rate", "rate")),
        tuple((c.arm, _angle(c.angle), k, rate) for c in results.cmc for k, rate in enumerate(c.rates, 1)),
        shown=False,
    )


def _gates(results: Results) -> NumberTable:
    return NumberTable(
        "gates",
        "Gates: when is the frontal face used?",
        "The threshold is fitted on people other than those it is tested on. AURC: mean error over all "
        "coverages when the least trusted probes are left out first; lower is better.",
        (
            Column("arm"),
            Column("signal"),
            Column("fitted for"),
            Column("used", "rate"),
            Column("AURC", "rate"),
        ),
        tuple((g.arm, g.signal, g.criterion, g.used, g.area) for g in results.gates),
    )


def _coverage(results: Results) -> NumberTable:
    return NumberTable(
        "risk_coverage",
        "Risk by coverage",
        "",
        (Column("arm"), Column("coverage", "rate"), Column("risk", "rate"), Column("raw risk", "rate")),
        tuple((g.arm, p.coverage, p.risk, p.raw_risk) for g in results.gates for p in g.curve),
        shown=False,
    )


def _quality(results: Results) -> NumberTable:
    kinds = ("frontalised", "mean_face", "nearest_frontal")
    return NumberTable(
        "quality",
        "Nearness to the truth by yaw",
        "",
        (
            _YAW,
            Column("probes", "count"),
            *(
                Column(f"{kind.replace('_', ' ')} {metric}", "number")
                for kind in kinds
                for metric in ("L1", "SSIM", "PSNR")
            ),
        ),
        tuple(
            (
                str(row.yaw),
                row.probes,
                *(
                    value
                    for kind in (row.frontalised, row.mean_face, row.nearest_frontal)
                    for value in (kind.l1, kind.ssim, kind.psnr)
                ),
            )
            for row in results.quality
        ),
        shown=False,
    )


def _cost(results: Results) -> NumberTable:
    cost = results.cost
    seconds = {} if cost is None else cost.seconds
    memory = () if cost is None or not cost.peak_memory else (("peak memory (MB)", cost.peak_memory / 1e6),)
    return NumberTable(
        "cost",
        "What this took",
        "",
        (Column("what"), Column("value", "number", 1)),
        (*((f"{name} (s)", value) for name, value in seconds.items()), *memory),
    )
