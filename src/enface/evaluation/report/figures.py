"""Figures as inline SVG that takes its text colour from the page."""

import io
import math
import re
from collections.abc import Sequence

import matplotlib as mpl
import numpy as np
from matplotlib.axes import Axes
from matplotlib.backends.backend_svg import FigureCanvasSVG
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter

from enface.metrics.bootstrap import Estimate

INK = "#010203"
"""Stands for the page's text colour until the SVG is written."""


def draw_estimates(
    axes: Axes,
    x: Sequence[float],
    estimates: Sequence[Estimate],
    *,
    label: str,
    colour: str | None,
    factor: float = 1,
) -> None:
    """One line of means with its intervals as a band; `factor` multiplies all values."""
    value, low, high = (
        factor * np.array([getattr(e, n) for e in estimates]) for n in ("value", "low", "high")
    )
    axes.plot(x, value, color=colour, label=label, linewidth=1.8, marker="o", markersize=3.5)
    axes.fill_between(x, low, high, color=colour, alpha=0.16, linewidth=0)


def legend_below(figure: Figure, axes: Axes) -> None:
    """Outside the axes, where it hides no curve."""
    handles, labels = axes.get_legend_handles_labels()
    figure.legend(
        handles,
        labels,
        loc="outside lower center",
        ncols=min(len(labels), 5),
        frameon=False,
        labelcolor=INK,
        fontsize=9,
    )


def new_figure(
    count: int, *, width: float, height: float, columns: int | None = None
) -> tuple[Figure, list[Axes]]:
    """A transparent figure of `width` x `height` inches with `count` axes, by rows, in the page's colours."""
    columns = columns or count
    figure = Figure(figsize=(width, height), layout="constrained")
    figure.patch.set_alpha(0)
    rows = math.ceil(count / columns)
    axes = [figure.add_subplot(rows, columns, i + 1) for i in range(count)]
    for place in axes:
        place.patch.set_alpha(0)
        place.grid(alpha=0.18, color=INK, linewidth=0.6)
        place.spines[["top", "right"]].set_visible(False)
        place.spines[["left", "bottom"]].set_color(INK)
        place.tick_params(colors=INK, labelsize=9)
        place.xaxis.label.set_color(INK)
        place.yaxis.label.set_color(INK)
    return figure, axes


def thousands() -> FuncFormatter:
    """Writes 12000 as 12k on an axis."""
    return FuncFormatter(lambda value, _: f"{value / 1000:g}k" if abs(value) >= 1000 else f"{value:g}")


def to_svg(figure: Figure, name: str) -> str:
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
    return text.replace(INK, "currentColor")


def standalone(svg: str) -> str:
    """A figure of `to_svg` as a file of its own, in black on transparent."""
    return svg.replace("<svg ", '<svg xmlns="http://www.w3.org/2000/svg" color="#1c1e21" ', 1) + "\n"
