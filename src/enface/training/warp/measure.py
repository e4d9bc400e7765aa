"""How far predicted fields are from exact ones, by yaw, on people who were not trained on."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import torch
from jaxtyping import Float, Int
from numpy import ndarray
from torch import Tensor, nn

from enface.networks.warp import CLASSES, WarpOutput
from enface.networks.warp.blocks import mirrored
from enface.rendering.geometry_set.shards import ShardReader
from enface.training.warp.placing import cut_out, moved_fields, placement, sampling_grid
from enface.training.warp.recipe import Jitter

YAW_BINS = ((0, 15), (15, 30), (30, 45), (45, 60), (60, 75), (75, 95))
_FRAME = 128.0
"""Errors are told in pixels of a frame of this side (the template's eyes are 34 of them apart)."""


@dataclass(frozen=True)
class FieldRow:
    """Mean errors of one range of absolute yaw; pixels of a frame of 128, shares from 0 to 1."""

    yaw: tuple[int, int]
    pictures: int
    coarse: float
    """Of the coefficients' field, over the head."""
    head: float
    """Of the corrected field, over the head."""
    averaged: float
    """The same, mean of the picture's and the mirrored picture's fields."""
    face_seen: float
    """Averaged, over the inner face where it is seen in the picture."""
    face_hidden: float
    classes: float
    """Share of the head's pixels whose class is right."""


@torch.no_grad()
def measure_fields(
    network: nn.Module,
    reader: ShardReader,
    *,
    size: int,
    samples: Sequence[int] | None = None,
    neutral: bool = False,
    jitter: Jitter | None = None,
    batch_size: int = 32,
) -> list[FieldRow]:
    """Errors by yaw.

    Args:
        network: `WarpNetwork` in evaluation mode.
        reader: pictures of people who were not trained on.
        size: of the network's pictures, pixels.
        samples: which ones; all by default.
        neutral: the mode.
        jitter: how wrong the aligning landmarks are; exact by default.
        batch_size: pictures looked at together.
    """
    numbers = list(range(reader.plan.samples) if samples is None else samples)
    mode = "neutral" if neutral else "kept"
    names = ("image", "landmarks", "pose", f"{mode}.field", f"{mode}.classes")
    rows = []
    for first in range(0, len(numbers), batch_size):
        batch = reader.read(numbers[first : first + batch_size], names)
        rng = np.random.default_rng([7, first])
        rows.append(_batch_errors(network, batch, size=size, neutral=neutral, jitter=jitter, rng=rng))
    values = {name: np.concatenate([row[name] for row in rows]) for name in rows[0]}
    yaw = np.abs(values.pop("yaw"))
    return [
        FieldRow(
            yaw=(low, high),
            pictures=int(chosen.sum()),
            **{name: float(np.nanmean(column[chosen])) for name, column in values.items()},
        )
        for low, high in YAW_BINS
        if (chosen := (yaw >= low) & (yaw < high)).any()
    ]


def _batch_errors(
    network: nn.Module,
    batch: dict[str, ndarray],
    *,
    size: int,
    neutral: bool,
    jitter: Jitter | None,
    rng: np.random.Generator,
) -> dict[str, Float[ndarray, " batch"]]:
    mode = "neutral" if neutral else "kept"
    count = len(batch["image"])
    matrices = [
        placement(points, float(pose[0]), size=size, jitter=jitter, rng=rng)
        for points, pose in zip(batch["landmarks"], batch["pose"], strict=True)
    ]
    grid = sampling_grid(
        matrices, picture=batch["image"].shape[1], size=size, mirror=torch.zeros(count, dtype=torch.bool)
    )
    images = cut_out(torch.from_numpy(batch["image"]), grid, size=size) * 2.0 - 1.0
    exact = moved_fields(torch.from_numpy(batch[f"{mode}.field"]).float(), grid)
    classes = torch.from_numpy(batch[f"{mode}.classes"]).long()
    chosen = torch.full((count,), neutral)
    own: WarpOutput = network(images, chosen)
    other: WarpOutput = network(images.flip(3), chosen)
    averaged = (own.field + mirrored(other.field)) / 2
    head = classes != CLASSES.index("absent")
    face = inner_face(exact.shape[-1])
    seen = classes == CLASSES.index("seen")
    return {
        "yaw": batch["pose"][:, 0],
        "coarse": _mean_error(own.modes[:, int(neutral)], exact, head),
        "head": _mean_error(own.field, exact, head),
        "averaged": _mean_error(averaged, exact, head),
        "face_seen": _mean_error(averaged, exact, face & seen),
        "face_hidden": _mean_error(averaged, exact, face & head & ~seen),
        "classes": _share(own.classes.argmax(dim=1) == classes, head),
    }


def _mean_error(
    field: Float[Tensor, "batch 2 h w"], exact: Float[Tensor, "batch 2 h w"], where: Tensor
) -> Float[ndarray, " batch"]:
    error = (field - exact).norm(dim=1) * (_FRAME / 2)
    return _share(error, where)


def _share(values: Tensor, where: Tensor) -> Float[ndarray, " batch"]:
    """Mean over pixels; NaN for a picture without any."""
    counts = where.sum(dim=(1, 2)).float()
    sums = (values.float() * where).sum(dim=(1, 2))
    return np.asarray((sums / counts).numpy(), dtype=np.float64)


def inner_face(side: int) -> Int[Tensor, "side side"]:
    """Brows to below the mouth, between the outer corners of the eyes, in the template's frame."""
    line = (torch.arange(side) + 0.5) / side
    inside_rows = (line > 0.32) & (line < 0.74)
    inside_columns = (line > 0.29) & (line < 0.71)
    return inside_rows[:, None] & inside_columns[None, :]
