"""Intervals that respect that the pictures of one person are not independent: people are resampled.

Percentiles of a bootstrap are too narrow for few people: the spread within a sample of n is smaller than that
of the population by sqrt((n - 1) / n), and quantiles of a normal distribution stand in for those of Student's
t. The percentiles are widened by just that ("expanded percentile interval", Hesterberg 2015, "What teachers
should know about the bootstrap", The American Statistician 69).

Measured on simulated people (tests/metrics/test_coverage.py, 2,000 data sets each): see `mean_over_people`.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from jaxtyping import Float, Int
from scipy.special import ndtr, stdtrit


@dataclass(frozen=True)
class Estimate:
    """A number and its percentile interval."""

    value: float
    low: float
    high: float


def draw_people(count: int, *, resamples: int, seed: int) -> Int[np.ndarray, "draws people"]:
    """How often each of `count` people is drawn; a row is one bootstrap sample.

    Args:
        count: number of people.
        resamples: number of rows.
        seed: the same seed gives the same draws.
    """
    generator = np.random.Generator(np.random.Philox(key=seed))
    draws: Int[np.ndarray, "draws people"] = generator.multinomial(
        count, np.full(count, 1 / count), size=resamples
    )
    return draws


def percentiles(draws: Float[np.ndarray, " draws"], *, people: int, level: float) -> tuple[float, float]:
    """Ends of the expanded percentile interval.

    Args:
        draws: the statistic in each bootstrap sample, finite.
        people: how many were resampled; with one the draws have no width, and nothing can be expanded.
        level: share inside.
    """
    tail = (1 - level) / 2
    if people > 1:
        tail = float(ndtr(np.sqrt(people / (people - 1)) * stdtrit(people - 1, tail)))
    low, high = np.quantile(draws, [tail, 1 - tail])
    return float(low), float(high)


def mean_over_people(
    values: Float[np.ndarray, " n"],
    *,
    people: Sequence[str],
    resamples: int = 2000,
    level: float = 0.95,
    seed: int = 0,
) -> Estimate:
    """Mean over pictures with an interval from resampling people with replacement.

    A drawn person brings all of their pictures, so the interval is about new people, not about new pictures
    of the same ones. With one person, or where all values are equal, it has no width, which says nothing
    about certainty.

    Args:
        values: one number for each picture, for example 1 where recognised and 0 elsewhere.
        people: whose picture it is.
        resamples: number of bootstrap samples.
        level: share of them inside the interval.
        seed: of the resampling; the same seed gives the same interval.

    Raises:
        ValueError: no value, lengths that differ, or a value that is not finite.
    """
    draws, number = _means(values, people=people, resamples=resamples, seed=seed)
    return Estimate(
        float(np.asarray(values, dtype=np.float64).mean()), *percentiles(draws, people=number, level=level)
    )


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


def contrast_over_people(
    values: Float[np.ndarray, " n"],
    *,
    inside: np.ndarray,
    people: Sequence[str],
    resamples: int = 2000,
    level: float = 0.95,
    seed: int = 0,
) -> Estimate:
    """Mean inside a group less the mean outside, with an interval over people, who may have pictures in both.

    Args:
        values: one number for each picture.
        inside: whether each picture is in the group; some are and some are not.
        people: whose picture it is.
        resamples: number of bootstrap samples; those without a picture on one side are left out.
        level: share of them inside the interval.
        seed: of the resampling.

    Raises:
        ValueError: as `mean_over_people`, or nothing on one side.
    """
    values, inside = np.asarray(values, dtype=np.float64), np.asarray(inside, dtype=np.bool_)
    if inside.all() or not inside.any():
        raise ValueError("a contrast needs pictures inside and outside of the group")
    person, number = _checked(values, people)
    draws = draw_people(number, resamples=resamples, seed=seed)

    def means(here: np.ndarray) -> Float[np.ndarray, " draws"]:
        totals = np.bincount(person[here], weights=values[here], minlength=number)
        counts = np.bincount(person[here], minlength=number)
        with np.errstate(invalid="ignore"):
            result: Float[np.ndarray, " draws"] = (draws @ totals) / (draws @ counts)
        return result

    differences = means(inside) - means(~inside)
    # Each side's own people decide how much the percentiles must be widened.
    fewest = min(len(np.unique(person[inside])), len(np.unique(person[~inside])))
    value = float(values[inside].mean() - values[~inside].mean())
    told = differences[np.isfinite(differences)]
    return Estimate(value, *percentiles(told, people=fewest, level=level))


def _means(
    values: Float[np.ndarray, " n"], *, people: Sequence[str], resamples: int, seed: int
) -> tuple[Float[np.ndarray, " draws"], int]:
    """Mean in each bootstrap sample, and the number of people."""
    values = np.asarray(values, dtype=np.float64)
    person, number = _checked(values, people)
    totals = np.bincount(person, weights=values, minlength=number)
    draws = draw_people(number, resamples=resamples, seed=seed)
    return (draws @ totals) / (draws @ np.bincount(person, minlength=number)), number


def _checked(values: Float[np.ndarray, " n"], people: Sequence[str]) -> tuple[Int[np.ndarray, " n"], int]:
    """Number of the person of each picture, and how many people there are."""
    if values.ndim != 1 or len(values) == 0 or len(values) != len(people):
        raise ValueError(f"need one value per picture and at least one: {values.shape} and {len(people)}")
    if not np.isfinite(values).all():
        raise ValueError("values must be finite")
    names, person = np.unique(np.asarray(people), return_inverse=True)
    return person, len(names)
