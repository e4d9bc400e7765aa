"""Intervals of verification numbers that respect that pairs share people: people are resampled.

A drawn person brings all their pairs: a pair of one person counts as often as the person is drawn, a pair of
two people as often as the product of both (Owen 2007, "The pigeonhole bootstrap", Annals of Applied
Statistics 1). The intervals err to the wide side, because a pair's own noise counts for both of its people.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from jaxtyping import Bool, Float

Weights = Float[np.ndarray, "draws pairs"]

_CHUNK = 100
"""Draws weighed at once; 100 draws of 6,000 pairs are 5 MB an array."""


@dataclass(frozen=True, eq=False)
class PairMeasures:
    """One row per draw; NaN where a draw holds only one kind of pair."""

    best_accuracy: Float[np.ndarray, " draws"]
    """At the best threshold of the draw."""
    equal_error_rate: Float[np.ndarray, " draws"]
    true_accept_rates: Float[np.ndarray, "draws rates"]
    accuracy: Float[np.ndarray, " draws"]
    """Share of the given decisions that are right."""


def draw_pairs(
    people: Sequence[tuple[str, str]], *, resamples: int = 2000, seed: int = 0
) -> Iterator[Weights]:
    """How often each pair counts in each bootstrap sample, in pieces.

    Args:
        people: who is on both sides of each pair.
        resamples: number of bootstrap samples.
        seed: the same seed gives the same draws.
    """
    names, index = np.unique(np.array(people).reshape(-1), return_inverse=True)
    first, second = index.reshape(-1, 2).T
    generator = np.random.Generator(np.random.Philox(key=seed))
    for start in range(0, resamples, _CHUNK):
        size = min(_CHUNK, resamples - start)
        drawn = generator.multinomial(len(names), np.full(len(names), 1 / len(names)), size=size)
        yield np.where(first == second, drawn[:, first], drawn[:, first] * drawn[:, second]).astype(float)


def weighed(
    scores: Float[np.ndarray, " pairs"],
    *,
    same: Bool[np.ndarray, " pairs"],
    correct: Bool[np.ndarray, " pairs"],
    weights: Weights,
    false_accept_rates: Sequence[float],
) -> PairMeasures:
    """The measures of `metrics.verification` when each pair counts `weights` times.

    Args:
        scores: finite; higher is more alike.
        same: whether a pair shows one person.
        correct: decisions whose accuracy is wanted, for example at thresholds of other folds.
        weights: from `draw_pairs`, or ones.
        false_accept_rates: where to read the true accept rate.
    """
    order = np.argsort(-scores, kind="stable")
    last = np.append(np.flatnonzero(np.diff(scores[order])), len(scores) - 1)
    sorted_weights, hits = weights[:, order], same[order]
    true = np.cumsum(sorted_weights * hits, axis=1)[:, last]
    false = np.cumsum(sorted_weights * ~hits, axis=1)[:, last]
    zero = np.zeros((len(weights), 1))
    true, false = np.hstack([zero, true]), np.hstack([zero, false])
    genuine, impostor = true[:, -1:], false[:, -1:]
    empty = ((genuine == 0) | (impostor == 0))[:, 0]
    tar = true / np.where(genuine == 0, 1, genuine)
    far = false / np.where(impostor == 0, 1, impostor)
    best = (true - false).max(axis=1) + impostor[:, 0]
    total = np.where(empty, 1, (genuine + impostor)[:, 0])
    rates = [np.where(far <= rate, tar, 0).max(axis=1) for rate in false_accept_rates]
    return PairMeasures(
        best_accuracy=np.where(empty, np.nan, best / total),
        equal_error_rate=np.where(empty, np.nan, _equal_error(far, tar)),
        true_accept_rates=np.where(empty[:, None], np.nan, np.stack(rates, axis=1)),
        accuracy=np.where(empty, np.nan, weights @ correct.astype(float) / total),
    )


def _equal_error(
    far: Float[np.ndarray, "draws thresholds"], tar: Float[np.ndarray, "draws thresholds"]
) -> Float[np.ndarray, " draws"]:
    """As `metrics.verification.equal_error_rate`, for each row."""
    above = far - (1 - tar)
    rows = np.arange(len(far))
    second = np.maximum(np.argmax(above >= 0, axis=1), 1)
    first = second - 1
    step = above[rows, second] - above[rows, first]
    part = -above[rows, first] / np.where(step == 0, 1, step)
    result: Float[np.ndarray, " draws"] = far[rows, first] + part * (far[rows, second] - far[rows, first])
    return result
