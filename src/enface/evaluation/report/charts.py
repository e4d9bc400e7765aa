"""Curves as inline SVG that takes its text colour from the page."""

import io
import json
import math
import re
from collections.abc import Sequence
from pathlib import Path

import matplotlib as mpl
import numpy as np
from matplotlib.axes import Axes
from matplotlib.backends.backend_svg import FigureCanvasSVG
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter, MaxNLocator

from enface.evaluation.results import Results
from enface.metrics.bootstrap import Estimate

_INK = "#010203"
"""Stands for the page's text colour until the SVG is written."""
_COLOURS = {"raw": "#8a8f98", "frontalised": "#2f74d0", "fused": "#d9772b"}
_MOST_POINTS = 600
_MOST_TERMS = 12


def recognition_chart(results: Results) -> str:
    """Rank-1 by absolute yaw, one line for each arm, bands are the intervals."""
    figure, axes = _figure(1, width=7.4, height=3.3)
    for arm in results.arms:
        rows = [results.rate(arm, angle) for angle in results.angles]
        _line(
            axes[0], results.angles, [r.rank1 for r in rows], label=arm, colour=_COLOURS.get(arm), factor=100
        )
    axes[0].set(xlabel="absolute yaw (degrees)", ylabel="rank-1 (%)", ylim=(-3, 103), xticks=results.angles)
    _legend(figure, axes[0])
    return _svg(figure, "recognition")


def quality_chart(results: Results) -> str:
    """L1 and SSIM to the ground truth by yaw, beside both baselines."""
    figure, axes = _figure(2, width=7.4, height=3.3)
    yaws = [row.yaw for row in results.quality]
    kinds = (
        ("frontalised", "frontalised", _COLOURS["frontalised"]),
        ("mean_face", "mean face", "#8a8f98"),
        ("nearest_frontal", "nearest frontal", "#3a9d6b"),
    )
    for kind, label, colour in kinds:
        found = [getattr(row, kind) for row in results.quality]
        _line(axes[0], yaws, [s.l1 for s in found], label=label, colour=colour)
        _line(axes[1], yaws, [s.ssim for s in found], label=label, colour=colour)
    for place, title in zip(axes, ("L1, lower is better", "SSIM, higher is better"), strict=True):
        place.set(xlabel="yaw (degrees)", xticks=[y for y in yaws if y % 45 == 0])
        place.set_title(title, fontsize=10, color=_INK)
    axes[0].set_ylim(bottom=0)
    _legend(figure, axes[0])
    return _svg(figure, "quality")


def training_chart(metrics: Path) -> str | None:
    """Every loss term of a run over the images seen; None when there are fewer than two rows."""
    rows = _read_rows(metrics)
    names = sorted({name for row in rows for name in row if "/" in name})[:_MOST_TERMS]
    if len(rows) < 2 or not names:
        return None
    rows = rows[:: max(1, len(rows) // _MOST_POINTS)]
    columns = min(3, len(names))
    figure, axes = _figure(
        len(names), width=7.4, height=1.75 * math.ceil(len(names) / columns), columns=columns
    )
    for place, name in zip(axes, names, strict=True):
        points = [(row.get("images", row["step"]), row[name]) for row in rows if name in row]
        place.plot(*zip(*points, strict=True), color=_COLOURS["frontalised"], linewidth=1.1)
        place.set_title(name, fontsize=9, color=_INK)
        place.xaxis.set_major_locator(MaxNLocator(3))
        place.xaxis.set_major_formatter(FuncFormatter(_short))
        place.yaxis.set_major_locator(MaxNLocator(4))
    return _svg(figure, "training")


def _read_rows(metrics: Path) -> list[dict[str, float]]:
    rows = []
    for line in metrics.read_text(encoding="utf-8").splitlines():
        try:
            row = json.loads(line)
        except json.JSONDecodeError:
            break  # a kill can leave half a last line
        rows.append({k: v for k, v in row.items() if isinstance(v, int | float) and math.isfinite(v)})
    return [row for row in rows if "step" in row]


def _short(value: float, _: object = None) -> str:
    return f"{value / 1000:g}k" if abs(value) >= 1000 else f"{value:g}"


def _line(
    axes: Axes,
    x: Sequence[float],
    estimates: Sequence[Estimate],
    *,
    label: str,
    colour: str | None,
    factor: float = 1,
) -> None:
    value, low, high = (
        factor * np.array([getattr(e, n) for e in estimates]) for n in ("value", "low", "high")
    )
    axes.plot(x, value, color=colour, label=label, linewidth=1.8, marker="o", markersize=3.5)
    axes.fill_between(x, low, high, color=colour, alpha=0.16, linewidth=0)


def _legend(figure: Figure, axes: Axes) -> None:
    """Outside the axes, where it hides no curve."""
    handles, labels = axes.get_legend_handles_labels()
    figure.legend(
        handles,
        labels,
        loc="outside lower center",
        ncols=len(labels),
        frameon=False,
        labelcolor=_INK,
        fontsize=9,
    )


def _figure(
    count: int, *, width: float, height: float, columns: int | None = None
) -> tuple[Figure, list[Axes]]:
    columns = columns or count
    figure = Figure(figsize=(width, height), layout="constrained")
    figure.patch.set_alpha(0)
    rows = math.ceil(count / columns)
    axes = [figure.add_subplot(rows, columns, i + 1) for i in range(count)]
    for place in axes:
        place.patch.set_alpha(0)
        place.grid(alpha=0.18, color=_INK, linewidth=0.6)
        place.spines[["top", "right"]].set_visible(False)
        place.spines[["left", "bottom"]].set_color(_INK)
        place.tick_params(colors=_INK, labelsize=9)
        place.xaxis.label.set_color(_INK)
        place.yaxis.label.set_color(_INK)
    return figure, axes


def _svg(figure: Figure, name: str) -> str:
    """The figure for a page: no outside address, page colours, ids that no other figure has."""
    stream = io.StringIO()
    with mpl.rc_context({"svg.fonttype": "none", "svg.hashsalt": name}):
        FigureCanvasSVG(figure).print_svg(stream, metadata={"Date": None})  # type: ignore[no-untyped-call]
    text = stream.getvalue()
    text = text[text.index("<svg") :]
    text = re.sub(r"<metadata>.*?</metadata>|<style.*?</style>", "", text, flags=re.DOTALL)
    text = re.sub(r'\sxmlns(:\w+)?="[^"]*"', "", text).replace("xlink:href", "href")
    text = re.sub(r'<svg ([^>]*?)height="[^"]*" ?', r"<svg \1", text, count=1)
    text = re.sub(r'<svg ([^>]*?)width="[^"]*" ?', r'<svg aria-hidden="true" \1', text, count=1)
    text = re.sub(r'\bid="([^"]+)"', rf'id="{name}-\1"', text)
    text = re.sub(r'(href="|url\()#', rf"\1#{name}-", text)
    return text.replace(_INK, "currentColor")
