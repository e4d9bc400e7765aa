"""Means, d-prime, EER and TAR from counts of scores, with intervals over the people of both sides."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from jaxtyping import Float, Float32

from enface.metrics.bootstrap import Estimate, draw_people
from enface.metrics.matching import COARSE, FINE, MatchCounts, fine_bins, roc_of
from enface.metrics.pair_bootstrap import corrected, equal_errors
from enface.metrics.verification import Roc, equal_error_rate, resolves, true_accept_rate

_STEPS = 32
"""Steps of each rate that merged bins tell apart."""
_DECADES = 6
"""Of false accept rates that these steps span."""
_FIRST_RATE = 3
"""Place of the first rate among the statistics, after both means and d-prime."""


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
    product = tables.statistics(*_drawn(tables.bundles, resamples=resamples, seed=seed))
    single = tables.statistics(*_drawn_alone(tables.bundles, resamples=max(1, resamples // 4), seed=seed + 1))
    rows = [
        corrected(
            exact[i],
            product[:, i] + exact[i] - tables.value[i],
            single[:, i],
            people=min(tables.bundles, people),
            level=level,
            rate=i >= _FIRST_RATE,
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


Draws = tuple[Float32[np.ndarray, "draws bundles"], Float32[np.ndarray, "draws couples"]]


@lru_cache(maxsize=2)
def _drawn(bundles: int, *, resamples: int, seed: int) -> Draws:
    """How often bundles and couples count when bundles are drawn; remembered for all arms and angles."""
    weights = draw_people(bundles, resamples=resamples, seed=seed).astype(np.float32)
    first, second = np.triu_indices(bundles)
    return weights, weights[:, first] * weights[:, second]


@lru_cache(maxsize=2)
def _drawn_alone(bundles: int, *, resamples: int, seed: int) -> Draws:
    """The same when couples are drawn on their own, which `corrected` needs."""
    generator = np.random.Generator(np.random.Philox(key=seed))
    couples = generator.poisson(1.0, size=(resamples, bundles * (bundles + 1) // 2))
    return np.ones((resamples, bundles), dtype=np.float32), couples.astype(np.float32)


class _Tables:
    """The statistics on merged coarse bins when bundles of people count as often as they are drawn."""

    def __init__(self, counts: MatchCounts, rates: Sequence[float]) -> None:
        couples = len(counts.by_couple)
        self.bundles = int((np.sqrt(8 * couples + 1) - 1) / 2)
        self._rates = rates
        scores, bundles = np.concatenate(counts.genuine), np.concatenate(counts.genuine_bundles)
        genuine = np.zeros((self.bundles, COARSE), dtype=np.float32)
        np.add.at(genuine, (bundles, fine_bins(scores) >> 7), 1)
        # From the highest score down, as thresholds fall.
        genuine, impostors = genuine[:, ::-1], counts.by_couple[:, ::-1].astype(np.float32)
        sums = [kind.sum(axis=0, dtype=np.float64) for kind in (genuine, impostors)]
        starts = _starts(*sums)
        centres = (np.arange(COARSE)[::-1] + 0.5) * (2 / COARSE) - 1
        self._middle = float(sums[1] @ centres / sums[1].sum())
        self._genuine = self._merged(genuine, starts, centres)
        self._impostors = self._merged(impostors, starts, centres)
        ones = np.ones((1, self.bundles), dtype=np.float32), np.ones((1, couples), dtype=np.float32)
        self.value = self.statistics(*ones)[0]

    def _merged(self, table: np.ndarray, starts: np.ndarray, centres: np.ndarray) -> np.ndarray:
        """Counts of merged bins, then first and second moment about the impostors' mean."""
        deviations = centres - self._middle
        moments = table @ np.stack([deviations, deviations**2], axis=1).astype(np.float32)
        return np.hstack([np.add.reduceat(table, starts, axis=1), moments])

    def statistics(
        self, bundles: Float32[np.ndarray, "draws bundles"], couples: Float32[np.ndarray, "draws couples"]
    ) -> Float[np.ndarray, "draws statistics"]:
        """Means of both kinds, d-prime, EER and TAR of each draw; NaN where it holds one kind only."""
        genuine, impostors = bundles @ self._genuine, couples @ self._impostors
        return self._read(genuine.astype(np.float64), impostors.astype(np.float64))

    def _read(
        self, genuine: Float[np.ndarray, "draws columns"], impostors: Float[np.ndarray, "draws columns"]
    ) -> Float[np.ndarray, "draws statistics"]:
        with np.errstate(invalid="ignore", divide="ignore"):
            genuine = genuine / genuine[:, :-2].sum(axis=1, keepdims=True)
            impostors = impostors / impostors[:, :-2].sum(axis=1, keepdims=True)
            means = [kind[:, -2] for kind in (genuine, impostors)]
            spread = np.sqrt(
                np.maximum(sum(kind[:, -1] - kind[:, -2] ** 2 for kind in (genuine, impostors)), 0) / 2
            )
            d_prime = np.where(spread > 0, (means[0] - means[1]) / spread, 0.0)
        zero = np.zeros((len(genuine), 1))
        tar, far = (np.hstack([zero, np.cumsum(kind[:, :-2], axis=1)]) for kind in (genuine, impostors))
        rates = [_at_far(far, tar, rate) for rate in self._rates]
        middles = [mean + self._middle for mean in means]
        return np.stack([*middles, d_prime, equal_errors(far, tar), *rates], axis=1)


def _starts(genuine: Float[np.ndarray, " coarse"], impostors: Float[np.ndarray, " coarse"]) -> np.ndarray:
    """First bin of each group of bins between whose edges neither rate takes a step of its scale.

    The scale of false accepts is logarithmic, that of true accepts is even: `_STEPS` steps each.
    """
    far = np.cumsum(impostors) / impostors.sum()
    tar = np.cumsum(genuine) / genuine.sum()
    with np.errstate(divide="ignore"):
        levels = np.stack([np.floor(_STEPS * (1 + np.log10(far) / _DECADES)), np.floor(_STEPS * tar)])
    levels[0] = np.maximum(levels[0], -1)
    changed = (np.diff(levels, axis=1) != 0).any(axis=0)
    return np.append(0, 1 + np.flatnonzero(changed))


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
