"""Differences with their intervals as inline SVG."""

from enface.evaluation.comparison.findings import Comparison, Measure
from enface.evaluation.comparison.words import main_measure
from enface.evaluation.report.chapters import Chart
from enface.evaluation.report.charts import arm_colour
from enface.evaluation.report.figures import INK, draw_estimates, legend_below, new_figure, to_svg


def comparison_charts(comparison: Comparison, *, suffix: str = "") -> tuple[Chart, ...]:
    """By yaw, differences in rank-1 and margin; else the main measure of every arm.

    Args:
        comparison: any.
        suffix: makes names inside a page unlike those of others.
    """
    if not comparison.angles:
        return (_arms(comparison, main_measure(comparison), suffix=suffix),)
    return tuple(_yaw(comparison, measure, suffix=suffix) for measure in ("rank-1", "margin"))


def _yaw(comparison: Comparison, measure: Measure, *, suffix: str) -> Chart:
    name = f"{measure}-difference"
    figure, axes = new_figure(1, width=7.4, height=3.3)
    for arm in comparison.arms:
        rows = [comparison.row(arm, angle, measure) for angle in comparison.angles]
        draw_estimates(
            axes[0],
            comparison.angles,
            [row.difference for row in rows],
            label=arm,
            colour=arm_colour(arm, comparison.arms),
            factor=1 if measure == "margin" else 100,
        )
    axes[0].axhline(0, color=INK, linewidth=0.8, alpha=0.6)
    unit = "cosine" if measure == "margin" else "points"
    axes[0].set(
        xlabel="absolute yaw (degrees)",
        ylabel=f"{measure}, B less A ({unit})",
        xticks=comparison.angles,
    )
    legend_below(figure, axes[0])
    text = f"{measure} of B less A against absolute yaw, one line for each arm, bands are intervals"
    return Chart(name, to_svg(figure, f"{name}{suffix}"), text)


def _arms(comparison: Comparison, measure: Measure, *, suffix: str) -> Chart:
    name = f"{measure}-difference"
    arms = comparison.arms
    figure, axes = new_figure(1, width=7.4, height=0.9 + 0.36 * len(arms))
    for place, arm in enumerate(arms):
        found = comparison.row(arm, None, measure).difference
        value, low, high = (100 * v for v in (found.value, found.low, found.high))
        colour = arm_colour(arm, arms)
        axes[0].plot([low, high], [place, place], color=colour, linewidth=2.4)
        axes[0].plot([value], [place], color=colour, marker="o", markersize=6)
    axes[0].axvline(0, color=INK, linewidth=0.8, alpha=0.6)
    axes[0].set(
        xlabel=f"{measure}, B less A (points)",
        yticks=range(len(arms)),
        ylim=(len(arms) - 0.5, -0.5),
    )
    axes[0].set_yticklabels(arms)
    text = f"Difference in {measure} of B less A with its interval, one row for each arm"
    return Chart(name, to_svg(figure, f"{name}{suffix}"), text)
