"""Verification numbers from counts of scores, for more comparisons than fit into memory.

Impostor scores fall into `FINE` bins of 2 / FINE each. At the edges of the bins all rates are exact;
thresholds in between are not considered. For intervals, people are put into at most `BUNDLES` bundles that
are resampled as people are, and scores into `COARSE` bins.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Self

import numpy as np
from jaxtyping import Float, Float32, Int

from enface.metrics.bootstrap import Estimate, draw_people
from enface.metrics.pair_bootstrap import corrected, equal_errors
from enface.metrics.verification import Roc, equal_error_rate, resolves, true_accept_rate

FINE = 65_536
COARSE = 512
BUNDLES = 64
_CHUNK = 100


@dataclass(frozen=True, eq=False)
class MatchCounts:
    """Scores of genuine and impostor comparisons; arrays grow in place while a search runs."""

    genuine: list[Float32[np.ndarray, " some"]]
    """Scores in the order of the search."""
    genuine_bundles: list[Int[np.ndarray, " some"]]
    impostors: Int[np.ndarray, " fine"]
    """Number of impostor scores in each fine bin, lowest first."""
    by_bundle: Int[np.ndarray, "bundles bundles coarse"]
    """Impostor scores by bundle of the probe's person, bundle of the enrolled one, and coarse bin."""

    @classmethod
    def empty(cls, bundles: int) -> Self:
        """Nothing counted yet."""
        return cls(
            [], [], np.zeros(FINE, dtype=np.int64), np.zeros((bundles, bundles, COARSE), dtype=np.int64)
        )

    @classmethod
    def together(cls, parts: Sequence[Self]) -> Self:
        """Counts of several searches with the same bundles."""
        return cls(
            [scores for part in parts for scores in part.genuine],
            [bundles for part in parts for bundles in part.genuine_bundles],
            np.sum([part.impostors for part in parts], axis=0),
            np.sum([part.by_bundle for part in parts], axis=0),
        )

    @property
    def genuine_count(self) -> int:
        """Comparisons with the right person."""
        return sum(len(scores) for scores in self.genuine)

    @property
    def impostor_count(self) -> int:
        """Comparisons with anybody else."""
        return int(self.impostors.sum())


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
    here, number = np.arange(len(scores)), counts.by_bundle.shape[0]
    fine = np.clip(((scores + 1) * np.float32(FINE / 2)).astype(np.int32), 0, FINE - 1)
    own_bins, own_bundles = fine[here, own], bundles[own]
    counts.genuine.append(scores[here, own].copy())
    counts.genuine_bundles.append(own_bundles)
    np.add(counts.impostors, np.bincount(fine.ravel(), minlength=FINE), out=counts.impostors)
    np.subtract.at(counts.impostors, own_bins, 1)
    np.right_shift(fine, 7, out=fine)  # FINE / COARSE is 2 to the power of 7
    fine += (own_bundles[:, None] * number + bundles[None, :]).astype(np.int32) * np.int32(COARSE)
    flat = counts.by_bundle.reshape(-1)
    flat += np.bincount(fine.ravel(), minlength=flat.size)
    np.subtract.at(flat, fine[here, own], 1)


def roc_of(counts: MatchCounts) -> Roc:
    """Rates at the edges of the fine bins, strictest first.

    Raises:
        ValueError: no comparison of one kind.
    """
    genuine = np.sort(np.concatenate(counts.genuine)) if counts.genuine else np.empty(0, dtype=np.float32)
    if not len(genuine) or not counts.impostor_count:
        raise ValueError("need comparisons with the right person and with others")
    # The same rounding as of the impostors, so that equal scores fall into one bin.
    bins = np.clip(((genuine + 1) * np.float32(FINE / 2)).astype(np.int32), 0, FINE - 1)
    accepted = np.cumsum(np.bincount(bins, minlength=FINE)[::-1])
    false = np.cumsum(counts.impostors[::-1])
    # Edges between which nothing lies add nothing.
    kept = np.flatnonzero(np.diff(accepted, prepend=0) + np.diff(false, prepend=0))
    return Roc(
        thresholds=np.append(np.inf, (FINE - 1 - kept) * (2 / FINE) - 1),
        false_accepts=np.append(0.0, false[kept] / false[-1]),
        true_accepts=np.append(0.0, accepted[kept] / accepted[-1]),
    )


@dataclass(frozen=True)
class MatchNumbers:
    """See `enface.evaluation.findings.Matching`."""

    genuine_mean: Estimate
    impostor_mean: Estimate
    d_prime: Estimate | None
    equal_error_rate: Estimate
    true_accept_rates: tuple[Estimate | None, ...]
    curve: Roc


def match_numbers(
    counts: MatchCounts,
    *,
    false_accept_rates: Sequence[float],
    people: int,
    resamples: int = 2000,
    level: float = 0.95,
    seed: int = 0,
) -> MatchNumbers:
    """Means, d-prime, EER and TAR with intervals over people on both sides of a comparison.

    Args:
        counts: of a search.
        false_accept_rates: where to read the true accept rate; None where the impostors cannot resolve it.
        people: with probes.
        resamples: number of bootstrap samples.
        level: share of them inside the intervals.
        seed: of the resampling.

    Raises:
        ValueError: see `roc_of`; or a rate outside (0, 1].
    """
    curve = roc_of(counts)
    told = [resolves(counts.impostor_count, rate=rate) for rate in false_accept_rates]
    genuine, impostors = np.concatenate(counts.genuine).astype(np.float64), counts.impostors
    centres = (np.arange(FINE) + 0.5) * (2 / FINE) - 1
    mean = float(impostors @ centres / impostors.sum())
    variance = float(impostors @ (centres - mean) ** 2 / impostors.sum())
    spread = float(np.sqrt((genuine.var() + variance) / 2))
    exact = np.array(
        [
            genuine.mean(),
            mean,
            (genuine.mean() - mean) / spread if spread > 0 else 0.0,
            equal_error_rate(curve),
            *(true_accept_rate(curve, false_accept_rate=rate) for rate in false_accept_rates),
        ]
    )
    tables = _Tables(counts, false_accept_rates)
    number = counts.by_bundle.shape[0]
    weights = draw_people(number, resamples=resamples, seed=seed).astype(np.float32)
    product = tables.statistics(weights, weights[:, :, None] * weights[:, None, :])
    generator = np.random.Generator(np.random.Philox(key=seed + 1))
    # Comparisons of the same two bundles are drawn together, whichever side is the probe.
    upper = np.triu(generator.poisson(1.0, size=(max(1, resamples // 4), number, number)).astype(np.float32))
    alone = upper + np.triu(upper, 1).transpose(0, 2, 1)
    single = tables.statistics(np.ones((len(alone), number)), alone)
    rows = [
        corrected(
            exact[i],
            product[:, i] + exact[i] - tables.value[i],
            single[:, i],
            people=min(number, people),
            level=level,
        )
        for i in range(len(exact))
    ]
    return MatchNumbers(
        genuine_mean=rows[0],
        impostor_mean=rows[1],
        d_prime=rows[2] if spread > 0 else None,
        equal_error_rate=rows[3],
        true_accept_rates=tuple(row if ok else None for row, ok in zip(rows[4:], told, strict=True)),
        curve=curve,
    )


class _Tables:
    """The statistics on coarse bins when bundles of people count as often as they are drawn."""

    def __init__(self, counts: MatchCounts, rates: Sequence[float]) -> None:
        number = counts.by_bundle.shape[0]
        self._rates = rates
        self._impostors = counts.by_bundle.reshape(number * number, COARSE).astype(np.float32)
        self._genuine = np.zeros((number, COARSE), dtype=np.float32)
        scores, bundles = np.concatenate(counts.genuine), np.concatenate(counts.genuine_bundles)
        bins = np.clip(((scores + 1) * np.float32(COARSE / 2)).astype(np.int32), 0, COARSE - 1)
        np.add.at(self._genuine, (bundles, bins), 1)
        self._centres = (np.arange(COARSE) + 0.5) * (2 / COARSE) - 1
        self.value = self.statistics(np.ones((1, number)), np.ones((1, number, number)))[0]

    def statistics(
        self, weights: Float[np.ndarray, "draws bundles"], pairs: Float[np.ndarray, "draws bundles bundles"]
    ) -> Float[np.ndarray, "draws statistics"]:
        """Means of both kinds, d-prime, EER and TAR of each draw; NaN where it holds one kind only."""
        rows = []
        for start in range(0, len(weights), _CHUNK):
            some = slice(start, start + _CHUNK)
            genuine = (weights[some].astype(np.float32) @ self._genuine).astype(np.float64)
            cells = pairs[some].astype(np.float32).reshape(len(genuine), -1)
            rows.append(self._read(genuine, (cells @ self._impostors).astype(np.float64)))
        return np.concatenate(rows)

    def _read(
        self, genuine: Float[np.ndarray, "draws coarse"], impostors: Float[np.ndarray, "draws coarse"]
    ) -> Float[np.ndarray, "draws statistics"]:
        with np.errstate(invalid="ignore", divide="ignore"):
            genuine = genuine / genuine.sum(axis=1, keepdims=True)
            impostors = impostors / impostors.sum(axis=1, keepdims=True)
            means = [kind @ self._centres for kind in (genuine, impostors)]
            variances = [
                kind @ self._centres**2 - mean**2
                for kind, mean in zip((genuine, impostors), means, strict=True)
            ]
            spread = np.sqrt(np.maximum(variances[0] + variances[1], 0) / 2)
            d_prime = np.where(spread > 0, (means[0] - means[1]) / spread, 0.0)
        zero = np.zeros((len(genuine), 1))
        tar = np.hstack([zero, np.cumsum(genuine[:, ::-1], axis=1)])
        far = np.hstack([zero, np.cumsum(impostors[:, ::-1], axis=1)])
        rates = [_at_far(far, tar, rate) for rate in self._rates]
        return np.stack([*means, d_prime, equal_errors(far, tar), *rates], axis=1)


def _at_far(
    far: Float[np.ndarray, "draws edges"], tar: Float[np.ndarray, "draws edges"], rate: float
) -> Float[np.ndarray, " draws"]:
    """True accept rate on a straight line between the two edges around a false accept rate."""
    rows = np.arange(len(far))
    last = np.minimum((far <= rate).sum(axis=1), far.shape[1] - 1)
    first = np.maximum(last - 1, 0)
    step = far[rows, last] - far[rows, first]
    part = np.clip((rate - far[rows, first]) / np.where(step > 0, step, 1), 0, 1)
    value: Float[np.ndarray, " draws"] = tar[rows, first] + part * (tar[rows, last] - tar[rows, first])
    return value
