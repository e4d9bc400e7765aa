"""Every probe against everybody enrolled, block by block: the matrix of scores is never held as a whole."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from jaxtyping import Bool, Float, Float32, Int

from enface.metrics.matching import MatchCounts, tally

TIE = 1e-6
"""Scores this near are equal: single precision tells no more."""
_BLOCK = 1_000_000
"""Scores computed at once; 4 MB, which fit into the processor's cache."""


@dataclass(frozen=True, eq=False)
class Search:
    """What a search in the gallery found for every probe."""

    own: Float32[np.ndarray, " probes"]
    """Score with the right person."""
    hardest: Float32[np.ndarray, "probes folds"]
    """Highest score with anybody else, by fold of the gallery; -inf where a fold holds nobody else."""
    nearest: Int[np.ndarray, " probes"]
    """Row of the gallery with the highest score of anybody else."""
    places: Int[np.ndarray, " probes"]
    """Place of the right person, 1 is first. Whoever scores as high stands before, so a tie is an error: a
    model that gives everybody the same face earns nothing."""
    counts: MatchCounts | None
    """All scores as counts, where bundles of people were given."""

    @property
    def margins(self) -> Float32[np.ndarray, " probes"]:
        """Score with the right person less the highest with anybody else; above 0: recognised."""
        margins: Float32[np.ndarray, " probes"] = self.own - self.hardest.max(axis=1)
        return margins


def search(
    probes: Float[np.ndarray, "probes feature"],
    *,
    gallery: Float[np.ndarray, "gallery feature"],
    probe_people: Sequence[str],
    gallery_people: Sequence[str],
    folds: Int[np.ndarray, " gallery"] | None = None,
    bundles: Int[np.ndarray, " gallery"] | None = None,
    block: int = _BLOCK,
) -> Search:
    """Compares by dot product in single precision.

    Args:
        probes: rows whose dot products with those of the gallery are scores in -1 .. 1, for example unit
            rows.
        gallery: one row for each person.
        probe_people: who is on each probe; everybody is in the gallery.
        gallery_people: all different.
        folds: number 0, 1, ... of each person's fold, for `Search.hardest`; None puts all into one.
        bundles: number 0, 1, ... of each person's bundle, see `matching.MatchCounts`; None counts no scores.
        block: scores computed at once.

    Raises:
        ValueError: shapes that do not fit, values that are not finite, a person twice in the gallery, one
            person only, or a probe of somebody who is not there.
    """
    probes, gallery = (np.ascontiguousarray(rows, dtype=np.float32) for rows in (probes, gallery))
    own_column = _columns(probes, gallery, probe_people, gallery_people)
    fold_of = np.zeros(len(gallery), dtype=np.intp) if folds is None else np.asarray(folds)
    # Folds side by side, so that each is one slice of a block.
    order = np.argsort(fold_of, kind="stable")
    present, starts = np.unique(fold_of[order], return_index=True)
    column = np.argsort(order)[own_column]
    turned = np.ascontiguousarray(gallery[order].T)
    bundle_of = None if bundles is None else np.asarray(bundles)[order]
    count = 1 + int(fold_of.max())
    own = np.empty(len(probes), dtype=np.float32)
    hardest = np.full((len(probes), count), -np.inf, dtype=np.float32)
    nearest = np.empty(len(probes), dtype=np.int64)
    places = np.empty(len(probes), dtype=np.int64)
    counts = None if bundle_of is None else MatchCounts.empty(1 + int(bundle_of.max()))
    for rows in _blocks(len(probes), max(1, block // len(gallery))):
        scores = probes[rows] @ turned
        here = np.arange(len(scores))
        own[rows] = scores[here, column[rows]]
        places[rows] = (scores >= own[rows, None] - TIE).sum(axis=1)
        if counts is not None and bundle_of is not None:
            tally(counts, scores, own=column[rows], bundles=bundle_of)
        scores[here, column[rows]] = -np.inf
        nearest[rows] = order[scores.argmax(axis=1)]
        hardest[rows][:, present] = np.maximum.reduceat(scores, starts, axis=1)
    return Search(own, hardest, nearest, places, counts)


def _blocks(count: int, size: int) -> Iterator[slice]:
    for start in range(0, count, size):
        yield slice(start, min(start + size, count))


def _columns(
    probes: Float32[np.ndarray, "probes feature"],
    gallery: Float32[np.ndarray, "gallery feature"],
    probe_people: Sequence[str],
    gallery_people: Sequence[str],
) -> Int[np.ndarray, " probes"]:
    """Place of each probe's person in the gallery."""
    if len(probes) != len(probe_people) or len(gallery) != len(gallery_people):
        raise ValueError(
            f"need a person for each of {len(probes)} probes and {len(gallery)} gallery rows, got "
            f"{len(probe_people)} and {len(gallery_people)}"
        )
    if not (_finite(probes) and _finite(gallery)):
        raise ValueError("features must be finite")
    place = {person: i for i, person in enumerate(gallery_people)}
    if len(place) != len(gallery_people):
        raise ValueError("a person is in the gallery twice; average the pictures of one person")
    if len(place) < 2:
        raise ValueError("one person only is in the gallery, who is always found; enrol at least two")
    missing = sorted(set(probe_people) - set(place))
    if missing:
        raise ValueError(f"{len(missing)} people are not in the gallery, first {missing[0]!r}")
    return np.array([place[person] for person in probe_people], dtype=np.intp)


def _finite(rows: Float32[np.ndarray, "n feature"]) -> bool:
    finite: Bool[np.ndarray, "n feature"] = np.isfinite(rows)
    return bool(finite.all())


def cumulative_matches(places: Int[np.ndarray, " probes"], *, most: int) -> tuple[float, ...]:
    """Cumulative match characteristic: share of probes found among the first 1, 2, .. `most` places."""
    counts = np.bincount(np.minimum(np.asarray(places), most + 1), minlength=most + 2)[1 : most + 1]
    return tuple((np.cumsum(counts) / len(places)).tolist())
