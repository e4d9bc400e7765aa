"""The comparison as numbers: one row per run, judge and arm, and means over seeds."""

import csv
import io
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import fmean

from enface.evaluation.results import Results
from enface.experiments.record import Run, Setting
from enface.metrics.bootstrap import Estimate
from enface.resources.atomic import atomic_write

TABLE = "table.csv"
SHOWN_ARM = "frontalised"


@dataclass(frozen=True)
class Spread:
    """One number of a setting over its seeds."""

    mean: float
    low: float
    high: float
    """Smallest and largest over seeds; with one seed the interval over people."""
    seeds: int


def rank1(setting: Setting, *, judge: str, arm: str, angle: int) -> Spread:
    """Rank-1 rate 0..1 of a setting at an absolute yaw."""
    return spread([run.results[judge].rate(arm, angle).rank1 for run in setting.runs])


def spread(estimates: Sequence[Estimate]) -> Spread:
    """Mean over seeds with their range, or one seed with its interval."""
    if len(estimates) == 1:
        (only,) = estimates
        return Spread(only.value, only.low, only.high, 1)
    values = [estimate.value for estimate in estimates]
    return Spread(fmean(values), min(values), max(values), len(values))


def mean_rank1(run: Run, *, judge: str, arm: str) -> float:
    """Mean over the angles of the table, 0..1."""
    results = run.results[judge]
    return fmean(results.rate(arm, angle).rank1.value for angle in results.angles)


def mean_l1(run: Run, *, judge: str) -> float:
    """Mean over yaws of the difference to the truth; the same for every judge."""
    return fmean(row.frontalised.l1.value for row in run.results[judge].quality)


def mean_ssim(run: Run, *, judge: str) -> float:
    """Mean over yaws of the structural similarity to the truth."""
    return fmean(row.frontalised.ssim.value for row in run.results[judge].quality)


def write_table(path: Path, settings: Sequence[Setting], judges: Sequence[str]) -> None:
    """CSV with one row per run, judge and arm; rates are 0..1, intervals over people."""
    angles = settings[0].runs[0].results[judges[0]].angles
    header = ["setting", "seed", "run", "images", "minutes", "images_per_second", "judge", "arm"]
    for angle in angles:
        header += [f"rank1_{angle}", f"rank1_{angle}_low", f"rank1_{angle}_high"]
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow([*header, "l1", "ssim"])
    for setting in settings:
        for run in setting.runs:
            for judge in judges:
                for arm in run.results[judge].arms:
                    writer.writerow(_row(setting, run, judge, arm, angles))
    with atomic_write(path) as temporary:
        temporary.write_text(text.getvalue(), encoding="utf-8")


def _row(setting: Setting, run: Run, judge: str, arm: str, angles: Sequence[int]) -> list[object]:
    results: Results = run.results[judge]
    row: list[object] = [setting.label, run.experiment.seed, str(run.folder), run.cost.images]
    row += [f"{run.cost.minutes:.3f}", f"{run.cost.images_per_second:.2f}", judge, arm]
    for angle in angles:
        rate = results.rate(arm, angle).rank1
        row += [f"{rate.value:.4f}", f"{rate.low:.4f}", f"{rate.high:.4f}"]
    return [*row, f"{mean_l1(run, judge=judge):.4f}", f"{mean_ssim(run, judge=judge):.4f}"]


def terminal_table(settings: Sequence[Setting], judges: Sequence[str]) -> str:
    """Rank-1 of the frontal face alone, nearness to the truth and cost, for a screen."""
    width = max(len("raw pictures"), *(len(setting.label) for setting in settings))
    lines = []
    for judge in judges:
        first = settings[0].runs[0].results[judge]
        lines += [f"{judge}: rank-1 (%) of the frontal face alone, {first.setup.probes} probes"]
        lines += [f"{'':<{width}}" + "".join(f"{angle:>15}°" for angle in first.angles)]
        raw = [f"{100 * first.rate('raw', angle).rank1.value:.1f}" for angle in first.angles]
        lines += [f"{'raw pictures':<{width}}" + "".join(f"{cell:>16}" for cell in raw)]
        for setting in settings:
            cells = [
                percent(rank1(setting, judge=judge, arm=SHOWN_ARM, angle=angle)) for angle in first.angles
            ]
            lines.append(f"{setting.label:<{width}}" + "".join(f"{cell:>16}" for cell in cells))
        lines.append("")
    several = any(len(setting.runs) > 1 for setting in settings)
    lines.append(
        f"In brackets: {'smallest and largest over seeds, or ' if several else ''}95 % interval over people"
        + (" where there is one seed" if several else "")
    )
    lines += [
        "",
        f"{'':<{width}}{'L1':>9}{'SSIM':>9}{'images':>12}{'minutes':>10}{'images/s':>10}{'seeds':>7}",
    ]
    for setting in settings:
        l1 = fmean(mean_l1(run, judge=judges[0]) for run in setting.runs)
        ssim = fmean(mean_ssim(run, judge=judges[0]) for run in setting.runs)
        images = fmean(run.cost.images for run in setting.runs)
        minutes = fmean(run.cost.minutes for run in setting.runs)
        rate = fmean(run.cost.images_per_second for run in setting.runs)
        lines.append(
            f"{setting.label:<{width}}{l1:>9.4f}{ssim:>9.3f}{images:>12,.0f}{minutes:>10.1f}{rate:>10.1f}"
            f"{len(setting.runs):>7}"
        )
    return "\n".join(lines)


def percent(value: Spread) -> str:
    """Percent with its range."""
    return f"{100 * value.mean:.1f} ({100 * value.low:.0f}-{100 * value.high:.0f})"
