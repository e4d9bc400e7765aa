"""Curves as inline SVG that takes its text colour from the page."""

import math
from pathlib import Path

from matplotlib.ticker import MaxNLocator

from enface.evaluation.report.figures import INK, draw_estimates, legend_below, new_figure, thousands, to_svg
from enface.evaluation.results import Results
from enface.training.tracking.jsonl import read_rows

_COLOURS = {"raw": "#8a8f98", "frontalised": "#2f74d0", "fused": "#d9772b"}
_MOST_POINTS = 600
_MOST_TERMS = 12


def recognition_chart(results: Results) -> str:
    """Rank-1 by absolute yaw, one line for each arm, bands are the intervals."""
    figure, axes = new_figure(1, width=7.4, height=3.3)
    for arm in results.arms:
        rows = [results.rate(arm, angle) for angle in results.angles]
        draw_estimates(
            axes[0], results.angles, [r.rank1 for r in rows], label=arm, colour=_COLOURS.get(arm), factor=100
        )
    axes[0].set(xlabel="absolute yaw (degrees)", ylabel="rank-1 (%)", ylim=(-3, 103), xticks=results.angles)
    legend_below(figure, axes[0])
    return to_svg(figure, "recognition")


def quality_chart(results: Results) -> str:
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
    return to_svg(figure, "quality")


def training_chart(metrics: Path) -> str | None:
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
    for place, name in zip(axes, names, strict=True):
        points = [(row.get("images", row["step"]), row[name]) for row in rows if name in row]
        place.plot(*zip(*points, strict=True), color=_COLOURS["frontalised"], linewidth=1.1)
        place.set_title(name, fontsize=9, color=INK)
        place.xaxis.set_major_locator(MaxNLocator(3))
        place.xaxis.set_major_formatter(thousands())
        place.yaxis.set_major_locator(MaxNLocator(4))
    return to_svg(figure, "training")
