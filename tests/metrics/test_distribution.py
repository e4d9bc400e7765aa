"""Distances of sets against closed forms, SciPy and scikit-learn."""

import numpy as np
import pytest
from scipy.linalg import sqrtm
from sklearn.metrics.pairwise import polynomial_kernel

from enface.metrics.distribution import (
    frechet_distance,
    frechet_interval,
    kernel_distance,
    kernel_interval,
)

GENERATOR = np.random.Generator(np.random.Philox(key=6))
FIRST = GENERATOR.normal(size=(90, 8))
SECOND = GENERATOR.normal(size=(70, 8)) @ GENERATOR.normal(size=(8, 8)) * 0.5 + 0.3
PEOPLE = [f"{i // 3}" for i in range(90)]


def test_frechet_of_a_set_with_itself_and_shifted() -> None:
    assert frechet_distance(FIRST, FIRST) == pytest.approx(0, abs=1e-9)
    assert frechet_distance(FIRST + 0.5, FIRST) == pytest.approx(8 * 0.25)
    # Twice the spread: (2 - 1)^2 times the trace of the covariance.
    trace = np.trace(np.cov(FIRST.T))
    twice = 2 * FIRST - FIRST.mean(axis=0)
    assert frechet_distance(twice, FIRST) == pytest.approx(trace)


def test_frechet_equals_scipys_matrix_root() -> None:
    a, b = np.cov(FIRST.T), np.cov(SECOND.T)
    shift = ((FIRST.mean(axis=0) - SECOND.mean(axis=0)) ** 2).sum()
    expected = shift + np.trace(a) + np.trace(b) - 2 * np.trace(sqrtm(a @ b)).real
    assert frechet_distance(FIRST, SECOND) == pytest.approx(expected)
    assert frechet_distance(SECOND, FIRST) == pytest.approx(expected)


def test_kernel_distance_equals_sums_over_scikit_learns_kernel() -> None:
    def kernel(a: np.ndarray, b: np.ndarray) -> np.ndarray:
        return polynomial_kernel(a, b, degree=3, gamma=1 / 8, coef0=1)

    own, other, cross = kernel(FIRST, FIRST), kernel(SECOND, SECOND), kernel(FIRST, SECOND)
    expected = (
        (own.sum() - np.trace(own)) / (90 * 89)
        + (other.sum() - np.trace(other)) / (70 * 69)
        - 2 * cross.mean()
    )
    assert kernel_distance(FIRST, SECOND) == pytest.approx(expected)


def test_kernel_distance_of_one_population_is_about_zero() -> None:
    found = [
        kernel_distance(GENERATOR.normal(size=(40, 4)), GENERATOR.normal(size=(40, 4))) for _ in range(200)
    ]
    assert abs(np.mean(found)) < 3 * np.std(found) / np.sqrt(200)


def test_intervals_hold_the_value_and_know_far_from_near() -> None:
    for interval, plain in ((frechet_interval, frechet_distance), (kernel_interval, kernel_distance)):
        found = interval(FIRST, SECOND, people=PEOPLE, resamples=200)
        assert found.value == pytest.approx(plain(FIRST, SECOND))
        assert found.low < found.value < found.high
        away = interval(FIRST + 3, SECOND, people=PEOPLE, resamples=200)
        assert away.low > found.high


def test_bad_sets() -> None:
    for distance in (frechet_distance, kernel_distance):
        with pytest.raises(ValueError, match="one length"):
            distance(FIRST, SECOND[:, :5])
        with pytest.raises(ValueError, match="two rows"):
            distance(FIRST[:1], SECOND)
        with pytest.raises(ValueError, match="finite"):
            distance(FIRST * np.nan, SECOND)
    with pytest.raises(ValueError, match="a person for each"):
        frechet_interval(FIRST, SECOND, people=["a"])
