"""ROC and accuracy of pairs counted by hand."""

import numpy as np
import pytest

from enface.metrics.verification import best_accuracy, roc, true_accept_rate

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
