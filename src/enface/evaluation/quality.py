"""Frontal faces against the ground truth, with two baselines that know nothing of the probe or nearly all.

The mean face is what a model that ignores its input would make. The nearest train frontal is chosen by
looking at the truth: whoever only returned faces from the training set could not come nearer in L1.
"""

from dataclasses import dataclass

import numpy as np
from jaxtyping import Float, UInt8
from tqdm import tqdm

from enface.evaluation.bootstrapping import Bootstrap
from enface.evaluation.results import Quality, Similarity, Trend
from enface.metrics.image_quality import Picture, l1, psnr, ssim, unit

Faces = UInt8[np.ndarray, "n size size 3"]


@dataclass(frozen=True, eq=False)
class Baselines:
    """Pictures that need no model."""

    mean_face: Float[np.ndarray, "size size 3"]
    """Mean of the train frontals, 0 .. 1."""
    nearest: UInt8[np.ndarray, "truths size size 3"]
    """For each truth the train frontal with the smallest L1 to it."""


def make_baselines(train_frontals: Faces, truths: Faces) -> Baselines:
    """Both baselines for some truths, all pictures of one size."""
    mean = np.mean([unit(face) for face in train_frontals], axis=0)
    # Differences of bytes fit into 16 bits; one truth at a time keeps the memory small.
    library = train_frontals.astype(np.int16)
    choice = [int(np.abs(library - truth).mean(axis=(1, 2, 3)).argmin()) for truth in truths.astype(np.int16)]
    return Baselines(mean_face=mean, nearest=train_frontals[choice])


def nearness(
    outputs: Faces, *, truths: Faces, truth_of: list[int], progress: bool = False
) -> Float[np.ndarray, "n 3"]:
    """L1, SSIM and PSNR of each output to its truth.

    Args:
        outputs: the model's frontal face of each probe.
        truths: the different ground truths.
        truth_of: index into `truths` for each probe.
        progress: whether to show a progress bar.
    """
    pairs = zip(outputs, truth_of, strict=True)
    bar = tqdm(pairs, total=len(outputs), desc="compare", unit="face", disable=not progress)
    return np.array([_compared(face, truths[truth]) for face, truth in bar])


def quality_by_yaw(
    found: Float[np.ndarray, "n 3"],
    *,
    truths: Faces,
    truth_of: list[int],
    yaws: list[int],
    people: list[str],
    baselines: Baselines,
    bootstrap: Bootstrap,
) -> tuple[Quality, ...]:
    """L1, SSIM and PSNR for every signed yaw.

    Args:
        found: `nearness` of each probe.
        truths: the different ground truths.
        truth_of: index into `truths` for each probe.
        yaws: signed degrees of each probe.
        people: person of each probe.
        baselines: made for the same truths.
        bootstrap: how intervals are made.
    """
    mean_face = np.array([_compared(baselines.mean_face, truth) for truth in truths])[truth_of]
    nearest = np.array([_compared(face, t) for face, t in zip(baselines.nearest, truths, strict=True)])[
        truth_of
    ]
    yaw_of, owners = np.array(yaws), np.array(people)
    rows = []
    for yaw in sorted(set(yaws)):
        here = yaw_of == yaw

        def similarity(values: Float[np.ndarray, "n 3"], here: np.ndarray = here) -> Similarity:
            return Similarity(
                l1=bootstrap.mean(values[here, 0], owners[here]),
                ssim=bootstrap.mean(values[here, 1], owners[here]),
                psnr=bootstrap.mean(values[here, 2], owners[here]),
            )

        rows.append(
            Quality(
                yaw=yaw,
                probes=int(here.sum()),
                frontalised=similarity(found),
                mean_face=similarity(mean_face),
                nearest_frontal=similarity(nearest),
            )
        )
    return tuple(rows)


def trend_over_yaw(rows: tuple[Quality, ...]) -> Trend | None:
    """L1 at 0 and at 90 degrees absolute yaw, and the difference as a share of the first."""
    at_0, at_90 = _mean_l1(rows, 0), _mean_l1(rows, 90)
    if not at_0 or at_90 is None:
        return None
    return Trend(l1_at_0=at_0, l1_at_90=at_90, relative_difference=abs(at_90 - at_0) / at_0)


def _mean_l1(rows: tuple[Quality, ...], angle: int) -> float | None:
    chosen = [row for row in rows if abs(row.yaw) == angle]
    if not chosen:
        return None
    return float(np.average([r.frontalised.l1.value for r in chosen], weights=[r.probes for r in chosen]))


def _compared(image: Picture, truth: Picture) -> tuple[float, float, float]:
    return l1(image, truth=truth), ssim(image, truth=truth), psnr(image, truth=truth)
