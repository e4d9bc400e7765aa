"""ROC and accuracy of pairs counted by hand."""

import numpy as np
import pytest
from scipy.stats import norm

from enface.metrics.verification import (
    best_accuracy,
    equal_error_rate,
    fold_accuracy,
    rates_at_far,
    roc,
    separation,
    true_accept_rate,
)

SCORES = np.array([0.9, 0.8, 0.7, 0.6, 0.5, 0.4])
SAME = np.array([True, True, False, True, False, False])


def test_roc_by_hand() -> None:
    curve = roc(SCORES, same=SAME)
    assert curve.thresholds.tolist() == [np.inf, 0.9, 0.8, 0.7, 0.6, 0.5, 0.4]
    np.testing.assert_allclose(curve.true_accepts, [0, 1 / 3, 2 / 3, 2 / 3, 1, 1, 1])
    np.testing.assert_allclose(curve.false_accepts, [0, 0, 0, 1 / 3, 1 / 3, 2 / 3, 1])


def test_rate_at_a_false_accept_rate() -> None:
    curve = roc(SCORES, same=SAME)
    assert true_accept_rate(curve, false_accept_rate=0.0) == pytest.approx(2 / 3)
    assert true_accept_rate(curve, false_accept_rate=0.4) == 1.0


def test_equal_scores_cannot_be_told_apart() -> None:
    curve = roc(np.ones(4), same=np.array([True, False, True, False]))
    assert curve.thresholds.tolist() == [np.inf, 1.0]
    assert true_accept_rate(curve, false_accept_rate=0.5) == 0.0


def test_best_accuracy() -> None:
    accuracy, threshold = best_accuracy(SCORES, same=SAME)
    assert accuracy == pytest.approx(5 / 6)
    assert threshold == 0.8


@pytest.mark.parametrize("same", [np.ones(6, dtype=bool), np.zeros(6, dtype=bool), np.ones(5, dtype=bool)])
def test_bad_input(same: np.ndarray) -> None:
    with pytest.raises(ValueError):
        roc(SCORES, same=same)


def test_far_that_the_impostors_cannot_resolve_has_no_rate() -> None:
    scores = np.concatenate([np.linspace(0.5, 1, 10), np.linspace(-1, 0.6, 1000)])
    same = np.arange(1010) < 10
    rates = rates_at_far(scores, same=same, false_accept_rates=(3e-2, 1e-3, 1e-4))
    assert {rate.impostors for rate in rates} == {1000}
    # One different pair may be accepted at 1e-3: the one at 0.6. 28 of them lie above the same pair at 0.556.
    assert [rate.true_accept_rate for rate in rates] == [pytest.approx(0.9), pytest.approx(0.8), None]


@pytest.mark.parametrize("rate", [0.0, -0.1, 1.1])
def test_impossible_far(rate: float) -> None:
    with pytest.raises(ValueError, match="false accept rate"):
        rates_at_far(SCORES, same=SAME, false_accept_rates=[rate])


def test_equal_error_rate_by_hand() -> None:
    # At 0.6: every same pair and a third of the others are accepted; at 0.7 a third of both goes wrong.
    assert equal_error_rate(roc(SCORES, same=SAME)) == pytest.approx(1 / 3)
    assert equal_error_rate(roc(np.array([2.0, 1.0]), same=np.array([True, False]))) == 0.0
    assert equal_error_rate(roc(np.array([1.0, 2.0]), same=np.array([True, False]))) == 1.0
    assert equal_error_rate(roc(np.ones(2), same=np.array([True, False]))) == pytest.approx(0.5)


def test_equal_error_rate_and_d_prime_of_two_normal_distributions() -> None:
    # Unit normals two apart: errors are equal in the middle, at the normal distribution's value of -1.
    quantiles = norm.ppf((np.arange(20_000) + 0.5) / 20_000)
    scores, same = np.concatenate([quantiles + 2, quantiles]), np.arange(40_000) < 20_000
    assert equal_error_rate(roc(scores, same=same)) == pytest.approx(norm.cdf(-1), abs=1e-4)
    found = separation(scores, same=same)
    assert (found.genuine_mean, found.impostor_mean) == (pytest.approx(2), pytest.approx(0, abs=1e-12))
    assert found.d_prime == pytest.approx(2, rel=1e-3)


def test_separation_without_spread_has_no_d_prime() -> None:
    found = separation(np.array([1.0, 1.0, 0.0]), same=np.array([True, True, False]))
    assert (found.genuine_mean, found.impostor_mean, found.d_prime) == (1.0, 0.0, None)


def test_threshold_comes_from_the_other_folds() -> None:
    scores = np.array([0.9, 0.1, 0.5, 0.2, 0.8, 0.6])
    same = np.array([True, False, True, False, True, False])
    found = fold_accuracy(scores, same=same, folds=np.array([3, 3, 5, 5, 9, 9]))
    # Fold 9's different pair scores 0.6, above fold 5's same pair: each is wrong at the others' threshold.
    assert found.thresholds == (0.8, 0.8, 0.5)
    assert found.accuracies == (1.0, 0.5, 0.5)
    assert found.mean == pytest.approx(2 / 3)
    assert found.standard_error == pytest.approx(np.std([1, 0.5, 0.5], ddof=1) / np.sqrt(3))


@pytest.mark.parametrize("folds", [np.zeros(6, dtype=int), np.arange(5)])
def test_bad_folds(folds: np.ndarray) -> None:
    with pytest.raises(ValueError, match="fold"):
        fold_accuracy(SCORES, same=SAME, folds=folds)
