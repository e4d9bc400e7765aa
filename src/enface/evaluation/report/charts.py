"""Curves as inline SVG that takes its text colour from the page."""

import math
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from jaxtyping import Float
from matplotlib.ticker import MaxNLocator

from enface.evaluation.report.figures import INK, draw_estimates, legend_below, new_figure, thousands, to_svg
from enface.evaluation.results import Results
from enface.evaluation.search_results import SearchResults
from enface.evaluation.verification_results import VerificationResults
from enface.training.tracking.jsonl import read_rows

_COLOURS = {"raw": "#8a8f98", "frontalised": "#2f74d0", "fused": "#d9772b"}
_MORE_COLOURS = (
    *("#3a9d6b", "#9a62c7", "#c2466f", "#7f7a2f", "#3f9fb0", "#a5673f"),
    *("#c9a227", "#5560c9", "#d070b0", "#6f8f2a", "#4d6b7a", "#b04a3a"),
)
_MOST_POINTS = 600
_MOST_TERMS = 12
_LOWEST_FAR = 1e-4


def recognition_chart(results: Results, *, name: str = "recognition") -> str:
    """Rank-1 by absolute yaw, one line for each arm, bands are the intervals."""
    figure, axes = new_figure(1, width=7.4, height=3.3)
    for arm in results.arms:
        rows = [results.rate(arm, angle) for angle in results.angles]
        draw_estimates(
            axes[0],
            results.angles,
            [r.rank1 for r in rows],
            label=arm,
            colour=arm_colour(arm, results.arms),
            factor=100,
        )
    axes[0].set(xlabel="absolute yaw (degrees)", ylabel="rank-1 (%)", ylim=(-3, 103), xticks=results.angles)
    legend_below(figure, axes[0])
    return to_svg(figure, name)


def margin_chart(results: Results, *, name: str = "margin") -> str:
    """Mean margin by absolute yaw: what rank-1 hides while it is saturated."""
    figure, axes = new_figure(1, width=7.4, height=3.0)
    for arm in results.arms:
        rows = [results.rate(arm, angle) for angle in results.angles]
        draw_estimates(
            axes[0], results.angles, [r.margin for r in rows], label=arm, colour=arm_colour(arm, results.arms)
        )
    axes[0].axhline(0, color=INK, linewidth=0.8, alpha=0.6)
    axes[0].set(xlabel="absolute yaw (degrees)", ylabel="margin (cosine)", xticks=results.angles)
    legend_below(figure, axes[0])
    return to_svg(figure, name)


def quality_chart(results: Results, *, name: str = "quality") -> str:
    """L1 and SSIM to the ground truth by yaw, beside both baselines."""
    figure, axes = new_figure(2, width=7.4, height=3.3)
    yaws = [row.yaw for row in results.quality]
    kinds = (
        ("frontalised", "frontalised", _COLOURS["frontalised"]),
        ("mean_face", "mean face", "#8a8f98"),
        ("nearest_frontal", "nearest frontal", "#3a9d6b"),
    )
    for kind, label, colour in kinds:
        found = [getattr(row, kind) for row in results.quality]
        draw_estimates(axes[0], yaws, [s.l1 for s in found], label=label, colour=colour)
        draw_estimates(axes[1], yaws, [s.ssim for s in found], label=label, colour=colour)
    for place, title in zip(axes, ("L1, lower is better", "SSIM, higher is better"), strict=True):
        place.set(xlabel="yaw (degrees)", xticks=[y for y in yaws if y % 45 == 0])
        place.set_title(title, fontsize=10, color=INK)
    axes[0].set_ylim(bottom=0)
    legend_below(figure, axes[0])
    return to_svg(figure, name)


def cmc_chart(results: Results, *, name: str = "cmc") -> str | None:
    """Share of all probes found among the first k; None where it was not measured."""
    rows = {row.arm: row.rates for row in results.cmc if row.angle is None}
    return _cmc_chart(rows, name=name) if rows else None


def search_chart(results: SearchResults, *, name: str = "cmc") -> str:
    """Share of the probes of enrolled people found among the first k."""
    return _cmc_chart({row.arm: row.cmc for row in results.arms}, name=name)


def matching_chart(results: Results, *, name: str = "roc") -> str | None:
    """ROC of all probes against everybody enrolled; None where it was not measured."""
    rows = {row.arm: row.roc for row in results.matching if row.angle is None}
    if not rows:
        return None
    return _roc_chart({arm: np.array(points).reshape(-1, 2) for arm, points in rows.items()}, name=name)


def pairs_chart(results: VerificationResults, *, name: str = "roc") -> str:
    """ROC of the pairs."""
    return _roc_chart({row.arm: np.array(row.roc).reshape(-1, 2) for row in results.arms}, name=name)


def coverage_chart(results: Results, *, name: str = "coverage") -> str | None:
    """Rank-1 error of the probes that a gate trusts most, beside that of the same raw probes."""
    gates = [gate for gate in results.gates if gate.curve]
    if not gates:
        return None
    figure, axes = new_figure(len(gates), width=7.4, height=3.0 * math.ceil(len(gates) / 2), columns=2)
    for place, gate in zip(axes, gates, strict=True):
        x = [100 * point.coverage for point in gate.curve]
        for label, colour, found in (
            ("raw", _COLOURS["raw"], [point.raw_risk for point in gate.curve]),
            ("frontalised", _COLOURS["frontalised"], [point.risk for point in gate.curve]),
        ):
            draw_estimates(place, x, found, label=label, colour=colour, factor=100)
        place.set(xlabel="probes used (%)", ylabel="rank-1 error (%)")
        place.set_title(gate.arm, fontsize=9, color=INK)
    legend_below(figure, axes[0])
    return to_svg(figure, name)


def training_chart(metrics: Path, *, name: str = "training") -> str | None:
    """Every loss term of a run over the images seen; None when there are fewer than two rows."""
    rows = read_rows(metrics)
    names = sorted({name for row in rows for name in row if "/" in name})[:_MOST_TERMS]
    if len(rows) < 2 or not names:
        return None
    rows = rows[:: max(1, len(rows) // _MOST_POINTS)]
    columns = min(3, len(names))
    figure, axes = new_figure(
        len(names), width=7.4, height=1.75 * math.ceil(len(names) / columns), columns=columns
    )
    for place, term in zip(axes, names, strict=True):
        points = [(row.get("images", row["step"]), row[term]) for row in rows if term in row]
        place.plot(*zip(*points, strict=True), color=_COLOURS["frontalised"], linewidth=1.1)
        place.set_title(term, fontsize=9, color=INK)
        place.xaxis.set_major_locator(MaxNLocator(3))
        place.xaxis.set_major_formatter(thousands())
        place.yaxis.set_major_locator(MaxNLocator(4))
    return to_svg(figure, name)


def _cmc_chart(rates: dict[str, tuple[float, ...]], *, name: str) -> str:
    figure, axes = new_figure(1, width=7.4, height=3.0)
    for arm, found in rates.items():
        ranks, percents = range(1, len(found) + 1), 100 * np.array(found)
        colour = arm_colour(arm, tuple(rates))
        axes[0].plot(ranks, percents, label=arm, color=colour, marker="o", markersize=3)
    axes[0].set(xlabel="rank", ylabel="found (%)")
    axes[0].set_ylim(top=101)
    axes[0].xaxis.set_major_locator(MaxNLocator(integer=True))
    legend_below(figure, axes[0])
    return to_svg(figure, name)


def _roc_chart(curves: dict[str, Float[np.ndarray, "points 2"]], *, name: str) -> str:
    """False accepts on a logarithmic axis, since low rates are what matters."""
    figure, axes = new_figure(1, width=7.4, height=3.2)
    for arm, points in curves.items():
        far, tar = points.T
        shown = far >= _LOWEST_FAR
        axes[0].plot(
            far[shown],
            100 * tar[shown],
            label=arm,
            color=arm_colour(arm, tuple(curves)),
            linewidth=1.6,
            drawstyle="steps-post",
        )
    axes[0].set(xlabel="false accept rate", ylabel="true accept rate (%)", xscale="log", ylim=(-3, 103))
    legend_below(figure, axes[0])
    return to_svg(figure, name)


def arm_colour(arm: str, arms: Sequence[str]) -> str:
    """The same colour for an arm wherever its neighbours are the same."""
    others = [name for name in arms if name not in _COLOURS]
    return _COLOURS[arm] if arm in _COLOURS else _MORE_COLOURS[others.index(arm) % len(_MORE_COLOURS)]
