"""One self-contained page about several settings."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import fmean

import jinja2
import numpy as np
from jaxtyping import UInt8

import enface
from enface.evaluation import report
from enface.evaluation.report.pictures import data_address
from enface.experiments.charts import colour, loss_chart, recognition_chart
from enface.experiments.faces import FaceRows
from enface.experiments.record import Run, Setting, differing_settings
from enface.experiments.table import (
    SHOWN_ARM,
    Spread,
    mean_l1,
    mean_rank1,
    mean_ssim,
    rank1,
)
from enface.resources.atomic import atomic_write

PAGE = "comparison.html"


@dataclass(frozen=True)
class Block:
    """What one judge says."""

    judge: str
    probes: int
    people: int
    angles: tuple[int, ...]
    raw: tuple[float, ...]
    """Rank-1 of the raw pictures, 0..1."""
    rates: dict[str, tuple[Spread, ...]]
    """By setting, at the angles, of the frontal face alone."""
    fused: dict[str, tuple[Spread, ...]]
    """The same of the mean of both embeddings; empty where that arm is missing."""
    chart: str


@dataclass(frozen=True)
class PictureRow:
    """One row of faces, as addresses inside the page."""

    label: str
    colour: str | None
    pictures: tuple[tuple[str, str], ...]
    """Address and words of each."""


def build_page(
    path: Path,
    *,
    settings: Sequence[Setting],
    judges: Sequence[str],
    faces: FaceRows,
    stopped: Sequence[str] = (),
) -> Path:
    """Writes the page, whole or not at all.

    Args:
        path: of the HTML file.
        settings: at least one.
        judges: who judged all runs.
        faces: test faces through the models, in the order of the settings' runs.
        stopped: sentences about runs that did not come to an end.
    """
    # The style of all pages is the report's.
    templates = [Path(module).parent / "templates" for module in (__file__, report.__file__)]
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(templates),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.globals |= {"fmean": fmean, "mean_l1": mean_l1, "mean_ssim": mean_ssim}
    html = environment.get_template("comparison.html.j2").render(
        version=enface.__version__,
        settings=settings,
        colours={setting.label: colour(place) for place, setting in enumerate(settings)},
        runs=sum(len(setting.runs) for setting in settings),
        verdict=verdict(settings, judges),
        stopped=stopped,
        fields=_fields(settings),
        yaws=[probe.yaw for probe in faces.probes],
        rows=_rows(settings, faces),
        blocks=[_block(settings, judge, number) for number, judge in enumerate(judges)],
        losses=loss_chart(settings),
        judge=judges[0],
    )
    with atomic_write(path) as temporary:
        temporary.write_text(html, encoding="utf-8")
    return path


def verdict(settings: Sequence[Setting], judges: Sequence[str]) -> list[str]:
    """Who is ahead, by how much, and whether seeds differ by as much."""
    sentences = []
    for judge in judges:
        means = {
            setting.label: [100 * mean_rank1(run, judge=judge, arm=SHOWN_ARM) for run in setting.runs]
            for setting in settings
        }
        order = sorted(means, key=lambda label: fmean(means[label]), reverse=True)
        best = fmean(means[order[0]])
        if len(order) == 1:
            sentences.append(f"{judge}: {order[0]} reaches a rank-1 rate of {best:.1f} % (mean over angles).")
            continue
        gap = best - fmean(means[order[1]])
        text = (
            f"{judge}: {order[0]} has the highest rank-1 rate of the frontal face alone, {best:.1f} % as "
            f"mean over angles, {gap:.1f} points more than {order[1]}"
        )
        ranges = [max(values) - min(values) for values in means.values() if len(values) > 1]
        if not ranges:
            sentences.append(f"{text}. One seed each: how much seeds differ is not known.")
        elif gap <= max(ranges):
            sentences.append(
                f"{text}; seeds of one setting differ by up to {max(ranges):.1f}, so it is open."
            )
        else:
            sentences.append(f"{text}; seeds of one setting differ by at most {max(ranges):.1f}.")
    nearest = min(settings, key=lambda s: fmean(mean_l1(run, judge=judges[0]) for run in s.runs))
    l1 = fmean(mean_l1(run, judge=judges[0]) for run in nearest.runs)
    sentences.append(f"Nearest to the true frontal picture is {nearest.label}, with a mean L1 of {l1:.4f}.")
    return sentences


def _fields(settings: Sequence[Setting]) -> dict[str, list[str]]:
    return {
        name: [value if isinstance(value, str) else json.dumps(value) for value in values]
        for name, values in differing_settings(settings).items()
    }


def _rows(settings: Sequence[Setting], faces: FaceRows) -> list[PictureRow]:
    angles = [f"{probe.yaw} degrees" for probe in faces.probes]
    rows = [PictureRow("input", None, _pictures(faces.inputs, [f"Input at {angle}" for angle in angles]))]
    outputs = iter(faces.outputs)
    for place, setting in enumerate(settings):
        for run in setting.runs:
            name = _run_name(setting, run)
            words = [f"Synthesised frontal face by {name}, from {angle}" for angle in angles]
            rows.append(PictureRow(name, colour(place), _pictures(next(outputs), words, synthesised=True)))
    truths = ["True frontal picture of the same person"] * len(faces.truths)
    if truths:
        rows.append(PictureRow("truth", None, _pictures(faces.truths, truths)))
    return rows


def _run_name(setting: Setting, run: Run) -> str:
    return setting.label if len(setting.runs) == 1 else f"{setting.label}, seed {run.experiment.seed}"


def _pictures(
    images: UInt8[np.ndarray, "n size size 3"], words: Sequence[str], *, synthesised: bool = False
) -> tuple[tuple[str, str], ...]:
    return tuple(
        (data_address(image, synthesised=synthesised), text)
        for image, text in zip(images, words, strict=True)
    )


def _block(settings: Sequence[Setting], judge: str, number: int) -> Block:
    first = settings[0].runs[0].results[judge]

    def rates(arm: str) -> dict[str, tuple[Spread, ...]]:
        return {
            setting.label: tuple(rank1(setting, judge=judge, arm=arm, angle=a) for a in first.angles)
            for setting in settings
        }

    return Block(
        judge=judge,
        probes=first.setup.probes,
        people=first.setup.people,
        angles=first.angles,
        raw=tuple(first.rate("raw", angle).rank1.value for angle in first.angles),
        rates=rates(SHOWN_ARM),
        fused=rates("fused") if "fused" in first.arms else {},
        chart=recognition_chart(settings, judge, name=f"recognition{number}"),
    )
