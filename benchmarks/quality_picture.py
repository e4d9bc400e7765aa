"""The picture of docs/quality.md: rendered faces in the order of their quality, reliability, risk."""

from pathlib import Path

import matplotlib.pyplot as plt
import numpy as np

from enface.metrics.selective import risk_coverage
from enface.training.quality.examples import Examples

COLUMNS = 12
_INK = "#1b4f72"


def draw(path: Path, *, examples: Examples, quality: np.ndarray, known: np.ndarray) -> None:
    """Writes the picture.

    Args:
        path: of a PNG file.
        examples: rendered faces.
        quality: of each.
        known: share of the judges that put the right person first.
    """
    figure = plt.figure(figsize=(11, 5.6), layout="constrained")
    grid = figure.add_gridspec(2, 1, height_ratios=[1.15, 2.4])
    strip = grid[0].subgridspec(1, COLUMNS, wspace=0.02)
    order = np.argsort(quality)
    for column, number in enumerate(order[np.linspace(0, len(order) - 1, COLUMNS).round().astype(int)]):
        axes = figure.add_subplot(strip[column])
        axes.imshow(examples.crops[number])
        axes.set_axis_off()
        axes.set_title(f"{quality[number]:.2f}", fontsize=9)
    left, right = (figure.add_subplot(part) for part in grid[1].subgridspec(1, 2))
    tenth = np.argsort(np.argsort(quality)) * 10 // len(quality)
    told, true = (np.array([values[tenth == k].mean() for k in range(10)]) for values in (quality, known))
    left.plot([0, 1], [0, 1], color="0.7", linewidth=1)
    left.plot(told, true, "o-", color=_INK)
    left.set_xlabel("quality, means of tenths of the faces")
    left.set_ylabel("right person first")
    for name, judged in examples.judged.items():
        curve = risk_coverage(quality, risk=1.0 - judged.hits)
        right.plot(curve.coverage, curve.risk, label=name)
    right.set_xlabel("share of the faces, best quality first")
    right.set_ylabel("right person not first")
    right.legend(frameon=False)
    for axes in (left, right):
        axes.spines[["top", "right"]].set_visible(False)
    figure.savefig(path, dpi=110)
