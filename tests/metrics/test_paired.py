"""Tests of differences against hand counting and SciPy."""

import numpy as np
import pytest
from scipy.stats import binomtest

from enface.metrics.paired import mcnemar, paired_bootstrap, sign_test

GENERATOR = np.random.Generator(np.random.Philox(key=4))


def test_mcnemar_is_the_exact_binomial_test_of_the_discordant() -> None:
    first = np.array([True] * 30 + [False] * 12)
    second = np.array([True] * 26 + [False] * 4 + [True] * 11 + [False])
    assert mcnemar(first, second) == pytest.approx(binomtest(4, 15, 0.5).pvalue)
    assert mcnemar(first, first) == 1.0


def test_sign_test_counts_people_not_pictures() -> None:
    people = np.repeat([f"{i}" for i in range(8)], 100)
    first, second = np.zeros(800), np.repeat([1.0, 1, 1, 1, 1, 1, -1, 0], 100)
    expected = binomtest(1, 7, 0.5).pvalue
    assert sign_test(first, second, people=people.tolist()) == pytest.approx(expected)
    # McNemar's test takes 700 pictures of seven people for 700 opinions.
    assert mcnemar(first > 0.5, second > 0.5) < 1e-100


def test_constant_gain_is_certain_and_none_is_chance() -> None:
    people = [f"{i}" for i in range(40)]
    values = GENERATOR.normal(size=40)
    better = paired_bootstrap(values, values + 0.1, people=people, resamples=999)
    assert better.difference.value == pytest.approx(0.1)
    assert better.p_value == pytest.approx(2 / 1000)
    assert better.people == 40
    assert paired_bootstrap(values, values, people=people).p_value == 1.0
    worse = paired_bootstrap(values + 0.1, values, people=people, resamples=999)
    assert (worse.difference.value, worse.p_value) == (pytest.approx(-0.1), pytest.approx(2 / 1000))


def test_p_values_of_no_difference_are_uniform() -> None:
    people = np.repeat([f"{i}" for i in range(30)], 3).tolist()
    found = []
    for seed in range(400):
        shift = np.repeat(GENERATOR.normal(size=30), 3) + GENERATOR.normal(size=90)
        found.append(paired_bootstrap(np.zeros(90), shift, people=people, resamples=200, seed=seed).p_value)
    assert 0.02 < np.mean(np.array(found) <= 0.05) < 0.09
    assert 0.42 < np.mean(np.array(found) <= 0.5) < 0.58


@pytest.mark.parametrize("second", [np.zeros(3), np.array([0.0, np.nan])])
def test_bad_pairs(second: np.ndarray) -> None:
    with pytest.raises(ValueError):
        paired_bootstrap(np.zeros(2), second, people=["a", "b"])
    with pytest.raises(ValueError):
        sign_test(np.zeros(2), second, people=["a", "b"])
