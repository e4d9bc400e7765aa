"""Is one model better than another on the same pictures, or was it chance?"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from jaxtyping import Bool, Float
from scipy.special import bdtr

from enface.metrics.bootstrap import Estimate, draw_people, percentiles


@dataclass(frozen=True)
class PairedTest:
    """Second less first."""

    difference: Estimate
    p_value: float
    """How often people drawn anew would turn the sign of the difference or annul it; two-sided, never 0."""
    people: int


def paired_bootstrap(
    first: Float[np.ndarray, " n"],
    second: Float[np.ndarray, " n"],
    *,
    people: Sequence[str],
    resamples: int = 2000,
    level: float = 0.95,
    seed: int = 0,
) -> PairedTest:
    """Mean difference on the same pictures with an interval and a p-value over people.

    Args:
        first: one number for each picture.
        second: of the same pictures.
        people: whose picture it is; a drawn person brings all of them.
        resamples: number of bootstrap samples; the p-value is at least 2 / (resamples + 1).
        level: share of them inside the interval.
        seed: of the resampling.

    Raises:
        ValueError: no value, lengths that differ, or a value that is not finite.
    """
    totals, counts = _by_person(first, second, people)
    draws = draw_people(len(totals), resamples=resamples, seed=seed)
    means = (draws @ totals) / (draws @ counts)
    value = float(totals.sum() / counts.sum())
    return PairedTest(
        difference=Estimate(value, *percentiles(means, people=len(totals), level=level)),
        p_value=two_sided(means),
        people=len(totals),
    )


def two_sided(draws: Float[np.ndarray, " draws"]) -> float:
    """How often bootstrap draws of a difference lie on the rarer side of 0, doubled; never 0.

    Args:
        draws: finite.
    """
    tail = min(int((draws <= 0).sum()), int((draws >= 0).sum()))
    return min(1.0, 2 * (tail + 1) / (len(draws) + 1))


def sign_test(
    first: Float[np.ndarray, " n"], second: Float[np.ndarray, " n"], *, people: Sequence[str]
) -> float:
    """Exact two-sided sign test on each person's sum of second - first; people without a difference leave.

    Pictures of one person are not independent, people are, so this holds where McNemar's test on pictures
    claims too much.

    Raises:
        ValueError: as `paired_bootstrap`.
    """
    totals, _ = _by_person(first, second, people)
    return _even_odds(int((totals > 0).sum()), int((totals < 0).sum()))


def mcnemar(first: Bool[np.ndarray, " n"], second: Bool[np.ndarray, " n"]) -> float:
    """McNemar's exact two-sided test of paired successes, for pictures of different people.

    Raises:
        ValueError: lengths that differ.
    """
    first, second = np.asarray(first, dtype=np.bool_), np.asarray(second, dtype=np.bool_)
    if first.shape != second.shape:
        raise ValueError(f"pairs need equal lengths: {first.shape} and {second.shape}")
    return _even_odds(int((second & ~first).sum()), int((first & ~second).sum()))


def _even_odds(wins: int, losses: int) -> float:
    """Two-sided p-value of so many wins and losses when both are equally likely."""
    total = wins + losses
    return min(1.0, 2 * float(bdtr(min(wins, losses), total, 0.5))) if total else 1.0


def _by_person(
    first: Float[np.ndarray, " n"], second: Float[np.ndarray, " n"], people: Sequence[str]
) -> tuple[Float[np.ndarray, " people"], Float[np.ndarray, " people"]]:
    """Sum of second - first and number of pictures of each person."""
    first, second = np.asarray(first, dtype=np.float64), np.asarray(second, dtype=np.float64)
    if first.shape != second.shape or first.ndim != 1 or len(first) != len(people) or not len(first):
        raise ValueError(
            f"need two values per picture and at least one: {first.shape}, {second.shape} and {len(people)}"
        )
    if not (np.isfinite(first).all() and np.isfinite(second).all()):
        raise ValueError("values must be finite")
    _, person = np.unique(np.asarray(people), return_inverse=True)
    return np.bincount(person, weights=second - first), np.bincount(person).astype(np.float64)
