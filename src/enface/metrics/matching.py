"""Verification numbers from counts of scores, for more comparisons than fit into memory.

Impostor scores fall into `FINE` bins of 2 / FINE each. At the edges of the bins all rates are exact;
thresholds in between are not considered. For intervals, people are put into at most `BUNDLES` bundles that
are resampled as people are, and scores into `COARSE` bins, of which those between edges that rates hardly
tell apart are put together (`enface.metrics.match_numbers`).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Self

import numpy as np
from jaxtyping import Float32, Int

from enface.metrics.verification import Roc

FINE = 65_536
COARSE = 512
BUNDLES = 64


@dataclass(frozen=True, eq=False)
class MatchCounts:
    """Scores of genuine and impostor comparisons; arrays grow in place while a search runs."""

    genuine: list[Float32[np.ndarray, " some"]]
    """Scores in the order of the search."""
    genuine_bundles: list[Int[np.ndarray, " some"]]
    impostors: Int[np.ndarray, " fine"]
    """Number of impostor scores in each fine bin, lowest first."""
    by_couple: Int[np.ndarray, "couples coarse"]
    """Impostor scores by the bundles of both people, whichever of them is the probe (`couple_numbers`), and
    coarse bin."""

    @classmethod
    def empty(cls, bundles: int) -> Self:
        """Nothing counted yet."""
        couples = bundles * (bundles + 1) // 2
        return cls([], [], np.zeros(FINE, dtype=np.int64), np.zeros((couples, COARSE), dtype=np.int64))

    @classmethod
    def together(cls, parts: Sequence[Self]) -> Self:
        """Counts of several searches with the same bundles."""
        return cls(
            [scores for part in parts for scores in part.genuine],
            [bundles for part in parts for bundles in part.genuine_bundles],
            _sum([part.impostors for part in parts]),
            _sum([part.by_couple for part in parts]),
        )

    @property
    def genuine_count(self) -> int:
        """Comparisons with the right person."""
        return sum(len(scores) for scores in self.genuine)

    @property
    def impostor_count(self) -> int:
        """Comparisons with anybody else."""
        return int(self.impostors.sum())


def _sum(arrays: Sequence[np.ndarray]) -> np.ndarray:
    total = arrays[0].copy()
    for array in arrays[1:]:
        total += array
    return total


@lru_cache(maxsize=4)
def couple_numbers(bundles: int) -> Int[np.ndarray, "bundles bundles"]:
    """Number of each two bundles, whichever comes first; a bundle with itself is a couple as well."""
    numbers = np.empty((bundles, bundles), dtype=np.int32)
    rows, columns = np.triu_indices(bundles)
    numbers[rows, columns] = numbers[columns, rows] = np.arange(len(rows))
    numbers.setflags(write=False)
    return numbers


def make_bundles(people: int, *, seed: int = 0) -> Int[np.ndarray, " people"]:
    """Number of each person's bundle: one each for up to `BUNDLES` people, else bundles of nearly one
    size."""
    numbers = np.arange(people) % min(people, BUNDLES)
    return np.random.Generator(np.random.Philox(key=seed)).permutation(numbers)


def tally(
    counts: MatchCounts,
    scores: Float32[np.ndarray, "probes gallery"],
    *,
    own: Int[np.ndarray, " probes"],
    bundles: Int[np.ndarray, " gallery"],
) -> None:
    """Adds a block of scores in -1 .. 1.

    Args:
        counts: to add to.
        scores: of some probes with everybody.
        own: column of each probe's person.
        bundles: of everybody.
    """
    here = np.arange(len(scores))
    fine = fine_bins(scores)
    own_bins, own_bundles = fine[here, own], bundles[own]
    counts.genuine.append(scores[here, own].copy())
    counts.genuine_bundles.append(own_bundles)
    np.add(counts.impostors, np.bincount(fine.ravel(), minlength=FINE), out=counts.impostors)
    np.subtract.at(counts.impostors, own_bins, 1)
    flat = counts.by_couple.reshape(-1)
    number = int(bundles.max()) + 1
    np.right_shift(fine, 7, out=fine)  # FINE / COARSE is 2 to the power of 7
    fine += (couple_numbers(number) * np.int32(COARSE))[own_bundles][:, bundles]
    flat += np.bincount(fine.ravel(), minlength=flat.size)
    np.subtract.at(flat, fine[here, own], 1)


def fine_bins(scores: Float32[np.ndarray, "*shape"]) -> Int[np.ndarray, "*shape"]:
    """Fine bin of each score; one rounding for all, so that equal scores fall into one bin."""
    places = (scores + 1) * np.float32(FINE / 2)
    bins: Int[np.ndarray, "*shape"] = places.astype(np.int32)
    return np.clip(bins, 0, FINE - 1, out=bins)


def roc_of(counts: MatchCounts) -> Roc:
    """Rates at the edges of the fine bins, strictest first.

    Raises:
        ValueError: no comparison of one kind.
    """
    genuine = np.sort(np.concatenate(counts.genuine)) if counts.genuine else np.empty(0, dtype=np.float32)
    if not len(genuine) or not counts.impostor_count:
        raise ValueError("need comparisons with the right person and with others")
    accepted = np.cumsum(np.bincount(fine_bins(genuine), minlength=FINE)[::-1])
    false = np.cumsum(counts.impostors[::-1])
    # Edges between which nothing lies add nothing.
    kept = np.flatnonzero(np.diff(accepted, prepend=0) + np.diff(false, prepend=0))
    return Roc(
        thresholds=np.append(np.inf, (FINE - 1 - kept) * (2 / FINE) - 1),
        false_accepts=np.append(0.0, false[kept] / false[-1]),
        true_accepts=np.append(0.0, accepted[kept] / accepted[-1]),
    )
