"""What frontal faces look like, whoever is on them: how frontal, how evenly lit, how near to true frontals.

Every number is made of the gallery's pictures too: no true frontal picture is perfectly symmetric or lit, and
the networks that measure have errors of their own. Only the difference to them speaks about a model.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from jaxtyping import Bool, Float, UInt8

from enface.evaluation.arms import JudgedFaces
from enface.evaluation.bootstrapping import Bootstrap
from enface.evaluation.findings import PictureMeasure, Pictures, SetDistance
from enface.evaluation.picture_measures import PictureMeasures
from enface.evaluation.pooling import pool
from enface.evaluation.protocols import Protocol
from enface.metrics.distribution import frechet_interval, kernel_interval

Faces = UInt8[np.ndarray, "n size size 3"]
Values = Float[np.ndarray, " n"]

LOOKED_AT = 40
"""Pictures of each yaw, and of the gallery, that are measured one by one; spread evenly over the list. Faces
that the judge has embedded are all counted."""
COMPARED = 1000
"""Most pictures of one set in a distance: its cost grows with their square."""
FRECHET_RESAMPLES = 200
"""Each needs the eigenvalues of a matrix as wide as the feature."""
TO_INPUT, TO_FRONTAL = "cosine to the input", "cosine to the true frontal"


@dataclass(frozen=True)
class PictureNumbers:
    """Rows of the results."""

    pictures: tuple[PictureMeasure, ...]
    distances: tuple[SetDistance, ...]
    missing: tuple[str, ...]
    """What could not be measured and why, as sentences."""


NO_PICTURE_NUMBERS = PictureNumbers((), (), ("Numbers of pictures: left out on request.",))
"""Of evaluations that do not measure them."""


@dataclass(frozen=True, eq=False)
class Judged:
    """The judge's unit embeddings of both sides, and its name."""

    name: str
    probes: JudgedFaces
    gallery: JudgedFaces


def picture_numbers(
    protocol: Protocol, *, inputs: Faces, outputs: Faces, gallery: Faces, judged: Judged, bootstrap: Bootstrap
) -> PictureNumbers:
    """Means by absolute yaw and over all, and distances to the gallery, with intervals over people.

    Args:
        protocol: says who is who and at which yaw.
        inputs: centre crops of the probes.
        outputs: their frontal faces.
        gallery: centre crops of the gallery: the true frontal pictures.
        judged: embeddings of all of them.
        bootstrap: how intervals are made.
    """
    bins = _Bins(protocol)
    measures_of = PictureMeasures()
    rows: list[PictureMeasure] = []
    probes = bins.some(LOOKED_AT)
    here = evenly(len(gallery), LOOKED_AT)
    found: tuple[tuple[Pictures, Mapping[str, Values]], ...] = (
        ("inputs", measures_of.of_pictures(inputs[probes])),
        ("outputs", measures_of.of_frontals(outputs[probes])),
    )
    for pictures, measures in found:
        for metric, values in measures.items():
            rows += bins.means(metric, pictures, values, chosen=probes, bootstrap=bootstrap)
    for metric, values in measures_of.of_frontals(gallery[here]).items():
        rows += _mean(metric, "truths", None, values, bins.enrolled[here], bootstrap)
    every = np.arange(len(inputs))
    for pictures, metric, values in _identity(judged, bins):
        rows += bins.means(f"{metric} ({judged.name})", pictures, values, chosen=every, bootstrap=bootstrap)
    distances, unresolved = _distances(judged, bins, protocol.name, bootstrap)
    return PictureNumbers(tuple(rows), distances, (*measures_of.missing, *unresolved))


def evenly(count: int, most: int) -> np.ndarray:
    """Indices of at most `most` of `count` things, at even steps, ascending."""
    return np.arange(count) if count <= most else np.linspace(0, count - 1, most).round().astype(int)


class _Bins:
    """Probes by absolute yaw with their people."""

    def __init__(self, protocol: Protocol) -> None:
        self.people = np.array([probe.record.subject for probe in protocol.probes])
        self.yaws = np.array([abs(probe.yaw) for probe in protocol.probes])
        self.enrolled = np.array([record.subject for record in protocol.gallery])
        self.angles: tuple[int, ...] = tuple(sorted(set(self.yaws.tolist())))

    def at(self, angle: int | None) -> Bool[np.ndarray, " probes"]:
        return np.ones(len(self.yaws), dtype=np.bool_) if angle is None else self.yaws == angle

    def some(self, most: int) -> np.ndarray:
        """Indices of at most `most` probes of each angle."""
        places = [np.flatnonzero(self.at(angle)) for angle in self.angles]
        return np.sort(np.concatenate([place[evenly(len(place), most)] for place in places]))

    def means(
        self, metric: str, pictures: Pictures, values: Values, *, chosen: np.ndarray, bootstrap: Bootstrap
    ) -> list[PictureMeasure]:
        """By angle, then over all; `values` belong to the `chosen` probes."""
        rows: list[PictureMeasure] = []
        for angle in (*self.angles, None):
            here = self.at(angle)[chosen]
            rows += _mean(metric, pictures, angle, values[here], self.people[chosen][here], bootstrap)
        return rows


def _mean(
    metric: str,
    pictures: Pictures,
    angle: int | None,
    values: Values,
    people: np.ndarray,
    bootstrap: Bootstrap,
) -> list[PictureMeasure]:
    told = np.isfinite(values)
    if not told.any():
        return []
    mean = bootstrap.mean(values[told], people[told])
    return [PictureMeasure(metric, pictures, angle, int(told.sum()), mean)]


def _identity(judged: Judged, bins: _Bins) -> Iterator[tuple[Pictures, str, Values]]:
    """Cosines of faces with the pictures they came from and with their people's gallery."""
    names, means = pool(judged.gallery.raw, templates=bins.enrolled.tolist())
    place = {name: i for i, name in enumerate(names)}
    truth = means[[place[person] for person in bins.people]]
    raw, made = judged.probes.raw, judged.probes.frontalised
    yield "outputs", TO_INPUT, np.einsum("nf,nf->n", made, raw)
    yield "inputs", TO_FRONTAL, np.einsum("nf,nf->n", raw, truth)
    yield "outputs", TO_FRONTAL, np.einsum("nf,nf->n", made, truth)


def _distances(
    judged: Judged, bins: _Bins, protocol: str, bootstrap: Bootstrap
) -> tuple[tuple[SetDistance, ...], tuple[str, ...]]:
    """Distances to the gallery's pictures, and which could not be told."""
    reference = judged.gallery.raw[evenly(len(judged.gallery.raw), COMPARED)]
    dimension = reference.shape[1]
    sides: tuple[tuple[Pictures, np.ndarray], ...] = (
        ("inputs", judged.probes.raw),
        ("outputs", judged.probes.frontalised),
    )
    rows: list[SetDistance] = []
    missing: list[str] = []
    few: list[str] = []
    if len(reference) < 2:
        return (), ("Frechet and kernel distances: the gallery has one picture, which is no set.",)
    for angle in (*bins.angles, None):
        places = np.flatnonzero(bins.at(angle))
        places = places[evenly(len(places), COMPARED)]
        word = "all" if angle is None else f"{angle}°"
        if len(places) < 2:
            missing.append(f"Frechet and kernel distances at {word}: one picture is no set.")
            continue
        enough = min(len(places), len(reference)) > dimension
        if not enough:
            few.append(f"{word} ({len(places)})")
        for pictures, features in sides:
            shared: dict[str, Any] = {
                "space": judged.name,
                "reference": f"gallery of {protocol}",
                "pictures": pictures,
                "angle": angle,
                "count": len(places),
                "reference_count": len(reference),
                "dimension": dimension,
            }
            owners: Sequence[str] = bins.people[places].tolist()
            kernel = kernel_interval(features[places], reference, people=owners, **bootstrap.options)
            rows.append(SetDistance(kind="kernel", distance=kernel, **shared))
            if enough:
                fewer = replace(bootstrap, resamples=min(bootstrap.resamples, FRECHET_RESAMPLES)).options
                frechet = frechet_interval(features[places], reference, people=owners, **fewer)
                rows.append(SetDistance(kind="frechet", distance=frechet, **shared))
    if few:
        missing.append(
            f"Frechet distance: needs more than {dimension} pictures on both sides, as many as {judged.name} "
            f"has dimensions; the gallery has {len(reference)}, the probes at {', '.join(few)}."
        )
    return tuple(rows), tuple(missing)
