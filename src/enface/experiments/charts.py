"""Curves of several settings in one figure."""

import math
from collections.abc import Sequence

from enface.evaluation.report.figures import INK, draw_estimates, legend_below, new_figure, thousands, to_svg
from enface.experiments.record import Setting
from enface.experiments.table import SHOWN_ARM

COLOURS = (
    "#2f74d0",
    "#d9772b",
    "#3a9d6b",
    "#b0455a",
    "#7a5cc0",
    "#8c6d31",
    "#3fa7b5",
    "#c466a8",
    "#6b7f1f",
    "#5a6b7b",
)
_MOST_POINTS = 400


def colour(place: int) -> str:
    """Of the setting at a place."""
    return COLOURS[place % len(COLOURS)]


def recognition_chart(settings: Sequence[Setting], judge: str, *, name: str) -> str:
    """Rank-1 of the frontal face alone over absolute yaw; a line per run, a colour per setting."""
    figure, (axes,) = new_figure(1, width=7.4, height=3.8)
    first = settings[0].runs[0].results[judge]
    raw = [100 * first.rate("raw", angle).rank1.value for angle in first.angles]
    axes.plot(first.angles, raw, color="#8a8f98", linewidth=1.3, linestyle="--", label="raw pictures")
    for place, setting in enumerate(settings):
        for number, run in enumerate(setting.runs):
            draw_estimates(
                axes,
                first.angles,
                [run.results[judge].rate(SHOWN_ARM, angle).rank1 for angle in first.angles],
                label=setting.label if number == 0 else "_",
                colour=colour(place),
                factor=100,
            )
    axes.set(xlabel="absolute yaw (degrees)", ylabel="rank-1 (%)", ylim=(-3, 103), xticks=first.angles)
    legend_below(figure, axes)
    return to_svg(figure, name)


def loss_chart(settings: Sequence[Setting]) -> str | None:
    """Every term that a run logs, over the images seen; None when nobody logged twice."""
    names = sorted({key for s in settings for run in s.runs for row in run.rows for key in row if "/" in key})
    if not names or all(len(run.rows) < 2 for setting in settings for run in setting.runs):
        return None
    columns = min(3, len(names))
    rows = math.ceil(len(names) / columns)
    figure, axes = new_figure(len(names), width=7.4, height=1.75 * rows + 0.5, columns=columns)
    for panel, name in zip(axes, names, strict=True):
        for place, setting in enumerate(settings):
            for number, run in enumerate(setting.runs):
                points = [(row["images"], row[name]) for row in run.rows if name in row and "images" in row]
                points = points[:: max(1, len(points) // _MOST_POINTS)]
                panel.plot(
                    [x for x, _ in points],
                    [y for _, y in points],
                    color=colour(place),
                    linewidth=1.0,
                    label=setting.label if number == 0 else "_",
                )
        panel.set_title(name, fontsize=9, color=INK)
        panel.locator_params(nbins=4)
        panel.xaxis.set_major_formatter(thousands())
    legend_below(figure, axes[0])
    return to_svg(figure, "losses")
