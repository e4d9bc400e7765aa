"""Intervals against what the normal approximation and hand counting say."""

import numpy as np
import pytest

from enface.metrics.bootstrap import difference_over_people, mean_over_people


def test_value_is_the_mean_over_pictures() -> None:
    estimate = mean_over_people(np.array([1.0, 0.0, 1.0, 1.0]), people=["a", "a", "a", "b"])
    assert estimate.value == 0.75
    # Samples are aa, ab, ba, bb: means 2/3, 3/4, 3/4, 1.
    assert (estimate.low, estimate.high) == (pytest.approx(2 / 3), 1.0)


def test_width_follows_people_not_pictures() -> None:
    values = np.tile([0.0, 1.0], 50)
    people = [f"{i}" for i in range(100)]
    independent = mean_over_people(values, people=people)
    assert independent.high - independent.low == pytest.approx(2 * 1.96 * 0.5 / 10, rel=0.1)
    # Nine more copies of everybody's picture are no new evidence.
    repeated = mean_over_people(np.tile(values, 10), people=people * 10)
    assert (repeated.low, repeated.high) == (pytest.approx(independent.low), pytest.approx(independent.high))


def test_seeded() -> None:
    values, people = np.random.Generator(np.random.Philox(key=1)).random(30), [f"{i}" for i in range(30)]
    assert mean_over_people(values, people=people, seed=3) == mean_over_people(values, people=people, seed=3)
    assert mean_over_people(values, people=people, seed=3) != mean_over_people(values, people=people, seed=4)


def test_a_constant_has_no_width() -> None:
    estimate = mean_over_people(np.ones(6), people=list("aabbcc"))
    assert (estimate.value, estimate.low, estimate.high) == (1.0, 1.0, 1.0)


def test_whole_weights_are_repetitions() -> None:
    values, people = np.array([0.0, 1.0, 0.5, 0.2]), list("abbc")
    weighed = mean_over_people(values, people=people, weights=np.array([1.0, 2.0, 1.0, 3.0]))
    repeated = mean_over_people(values[[0, 1, 1, 2, 3, 3, 3]], people=list("abbbccc"))
    assert (weighed.value, weighed.low, weighed.high) == pytest.approx(
        (repeated.value, repeated.low, repeated.high)
    )


def test_pairing_sees_a_small_constant_difference() -> None:
    first = np.random.Generator(np.random.Philox(key=1)).random(40)
    people = [f"{i}" for i in range(40)]
    estimate = difference_over_people(first, first + 0.01, people=people)
    assert estimate.value == pytest.approx(0.01)
    assert estimate.low == pytest.approx(0.01)
    reverse = difference_over_people(first + 0.01, first, people=people)
    assert reverse.high == pytest.approx(-0.01)


def test_bad_input() -> None:
    with pytest.raises(ValueError, match="at least one"):
        mean_over_people(np.array([]), people=[])
    with pytest.raises(ValueError, match="finite"):
        mean_over_people(np.array([np.nan]), people=["a"])
    with pytest.raises(ValueError, match="equal lengths"):
        difference_over_people(np.zeros(2), np.zeros(3), people=["a"] * 3)
