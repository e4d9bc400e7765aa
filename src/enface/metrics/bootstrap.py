"""Intervals that respect that the pictures of one person are not independent: people are resampled."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from jaxtyping import Float


@dataclass(frozen=True)
class Estimate:
    """A mean and its percentile interval."""

    value: float
    low: float
    high: float


def mean_over_people(
    values: Float[np.ndarray, " n"],
    *,
    people: Sequence[str],
    resamples: int = 2000,
    level: float = 0.95,
    seed: int = 0,
) -> Estimate:
    """Mean over pictures with a percentile interval from resampling people with replacement.

    A drawn person brings all of their pictures, so the interval is about new people, not about new pictures
    of the same ones. With one person it has no width, which says nothing about certainty.

    Args:
        values: one number for each picture, for example 1 where recognised and 0 elsewhere.
        people: whose picture it is.
        resamples: number of bootstrap samples.
        level: share of them inside the interval.
        seed: of the resampling; the same seed gives the same interval.

    Raises:
        ValueError: no value, lengths that differ, or a value that is not finite.
    """
    values = np.asarray(values, dtype=np.float64)
    if values.ndim != 1 or len(values) == 0 or len(values) != len(people):
        raise ValueError(f"need one value per picture and at least one: {values.shape} and {len(people)}")
    if not np.isfinite(values).all():
        raise ValueError("values must be finite")
    _, person = np.unique(np.asarray(people), return_inverse=True)
    totals = np.bincount(person, weights=values)
    counts = np.bincount(person)
    generator = np.random.Generator(np.random.Philox(key=seed))
    # How often each person is drawn; a row is one bootstrap sample.
    draws = generator.multinomial(len(totals), np.full(len(totals), 1 / len(totals)), size=resamples)
    means = (draws @ totals) / (draws @ counts)
    low, high = np.quantile(means, [(1 - level) / 2, (1 + level) / 2])
    return Estimate(float(values.mean()), float(low), float(high))


def difference_over_people(
    first: Float[np.ndarray, " n"],
    second: Float[np.ndarray, " n"],
    *,
    people: Sequence[str],
    resamples: int = 2000,
    level: float = 0.95,
    seed: int = 0,
) -> Estimate:
    """Mean of second - first on the same pictures, with an interval over people.

    Pairing removes what is hard for both; an interval that excludes 0 is a difference on new people too.

    Raises:
        ValueError: as `mean_over_people`.
    """
    first, second = np.asarray(first, dtype=np.float64), np.asarray(second, dtype=np.float64)
    if first.shape != second.shape:
        raise ValueError(f"pairs need equal lengths: {first.shape} and {second.shape}")
    return mean_over_people(second - first, people=people, resamples=resamples, level=level, seed=seed)
