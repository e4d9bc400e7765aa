"""Pictures as data addresses inside the page, and the grid of test people."""

import base64
import io
from dataclasses import dataclass

import numpy as np
from jaxtyping import UInt8
from PIL import Image

from enface.evaluation.runner import Evaluation
from enface.images import mark
from enface.images.resize import resize

QUALITY = 90
MAX_SIDE = 720
"""Larger pictures are shrunk: the page is for looking, the files stay where they are."""


@dataclass(frozen=True)
class Shown:
    """An embedded picture."""

    address: str
    alt: str


@dataclass(frozen=True)
class GridRow:
    """One test person at every yaw."""

    person: str
    inputs: tuple[Shown | None, ...]
    """None where the person has no probe."""
    frontals: tuple[Shown | None, ...]
    truth: Shown | None
    """None where nobody knows it."""


def data_address(image: UInt8[np.ndarray, "height width 3"], *, synthesised: bool) -> str:
    """`data:` address of a JPEG, with the mark in its metadata when synthesised."""
    height, width = image.shape[:2]
    if (longest := max(height, width)) > MAX_SIDE:
        scale = MAX_SIDE / longest
        image = resize(image, height=max(1, round(height * scale)), width=max(1, round(width * scale)))
    stream = io.BytesIO()
    options = mark.jpeg_options({"model": "enface report"}) if synthesised else {}
    Image.fromarray(image).save(stream, format="JPEG", quality=QUALITY, subsampling=0, **options)
    return "data:image/jpeg;base64," + base64.b64encode(stream.getvalue()).decode("ascii")


def picture_grid(evaluation: Evaluation, *, people: int) -> tuple[tuple[int, ...], tuple[GridRow, ...]]:
    """Yaws of the columns, and one row for each of some test people.

    The people are spread evenly over the sorted names, so nobody is chosen by how well it went.

    Args:
        evaluation: its pictures.
        people: how many to show.
    """
    probes, faces = evaluation.protocol.probes, evaluation.faces
    yaws = tuple(sorted({probe.yaw for probe in probes}))
    names = sorted({probe.record.subject for probe in probes})
    spread = np.linspace(0, len(names) - 1, min(people, len(names))).round().astype(int)
    rows = []
    for name in (names[i] for i in spread):
        first: dict[int, int] = {}
        for i, probe in enumerate(probes):
            if probe.record.subject == name:
                first.setdefault(probe.yaw, i)
        inputs: list[Shown | None] = []
        frontals: list[Shown | None] = []
        for yaw in yaws:
            if yaw not in first:
                inputs.append(None)
                frontals.append(None)
                continue
            place = first[yaw]
            inputs.append(shown(faces.inputs[place], f"Person {name}, camera at {yaw} degrees"))
            made = f"Synthesised frontal face of person {name}, made from the view at {yaw} degrees"
            frontals.append(shown(faces.outputs[place], made, synthesised=True))
        truth = None
        if faces.truth_of:
            image = faces.truths[faces.truth_of[next(iter(first.values()))]]
            truth = shown(image, f"Ground truth: true frontal picture of person {name}")
        rows.append(
            GridRow(
                person=name,
                inputs=tuple(inputs),
                frontals=tuple(frontals),
                truth=truth,
            )
        )
    return yaws, tuple(rows)


def shown(image: UInt8[np.ndarray, "height width 3"], alt: str, *, synthesised: bool = False) -> Shown:
    """An embedded picture; `synthesised` marks it in its metadata."""
    return Shown(address=data_address(image, synthesised=synthesised), alt=alt)
