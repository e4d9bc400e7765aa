"""The curve of a run: losses and recognition over the images seen, as lines of JSON and as a picture."""

import json
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np
from matplotlib import colormaps
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

from enface.resources import atomic_write
from enface.training.recognizer.validation import YawRow
from enface.training.supervised.trainer import CURVE

PICTURE = "curve.png"
_LOOKS = {"same_look": "gallery of the same look", "other_look": "gallery of other looks"}


def log_recognition(folder: Path, rows: Sequence[YawRow], *, step: int, images: int) -> None:
    """Appends rank-1 by yaw to the run's curve, beside the terms that the trainer writes there."""
    line = {"step": step, "images": images, "rank1": [asdict(row) for row in rows]}
    with (folder / CURVE).open("a", encoding="utf-8") as stream:
        stream.write(json.dumps(line) + "\n")


def read_curve(folder: Path) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """Lines with terms and lines with rank-1, by step; of a step that was done twice after a kill, the last.

    A line that a kill cut off is left out.
    """
    found: dict[str, dict[int, dict[str, Any]]] = {"terms": {}, "rank1": {}}
    for text in (folder / CURVE).read_text(encoding="utf-8").splitlines():
        try:
            line = json.loads(text)
        except json.JSONDecodeError:
            continue
        for kind, lines in found.items():
            if kind in line:
                lines[line["step"]] = line
    terms, rank1 = ([lines[step] for step in sorted(lines)] for lines in found.values())
    return terms, rank1


def draw_curve(folder: Path) -> Path:
    """Draws the run's curve into its folder: terms, and rank-1 by yaw within and across looks."""
    terms, rank1 = read_curve(folder)
    figure = Figure(figsize=(12, 3.8), layout="constrained")
    FigureCanvasAgg(figure)
    losses, *looks = (figure.add_subplot(1, 3, place) for place in (1, 2, 3))
    for name in sorted({name for line in terms for name in line["terms"]}):
        points = [(line["images"] / 1000, line["terms"][name]) for line in terms if name in line["terms"]]
        losses.plot(*zip(*points, strict=True), label=name, linewidth=1)
    losses.set(title="terms of the loss", xlabel="thousand images", yscale="log")
    if terms:
        losses.legend(frameon=False, fontsize=8)
    for axes, (key, title) in zip(looks, _LOOKS.items(), strict=True):
        _draw_rank1(axes, rank1, key)
        axes.set(title=f"rank-1 (%), {title}", xlabel="thousand images", ylim=(-3, 103))
    with atomic_write(folder / PICTURE) as part:
        figure.savefig(part, dpi=110)
    return folder / PICTURE


def _draw_rank1(axes: Axes, lines: Sequence[dict[str, Any]], key: str) -> None:
    yaws = sorted({row["yaw"] for line in lines for row in line["rank1"]})
    colours = colormaps["viridis"](np.linspace(0, 0.9, max(1, len(yaws))))
    for yaw, colour in zip(yaws, colours, strict=False):
        points = [
            (line["images"] / 1000, 100 * row[key])
            for line in lines
            for row in line["rank1"]
            if row["yaw"] == yaw and row[key] is not None
        ]
        if not points:  # nobody has another look
            continue
        axes.plot(*zip(*points, strict=True), color=colour, label=f"{yaw}°", marker="o", markersize=3)
    if axes.lines:
        axes.legend(title="yaw", frameon=False, fontsize=8, title_fontsize=8)
