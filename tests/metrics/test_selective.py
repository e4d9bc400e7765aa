"""Thresholds and risk-coverage curves that can be counted by hand."""

import numpy as np
import pytest

from enface.metrics.selective import best_cut, risk_coverage

SIGNAL = np.array([90.0, 75.0, 60.0, 45.0, 30.0])


def test_acts_where_it_pays() -> None:
    assert best_cut(SIGNAL, gain=np.array([1, 1, 0, -1, -1])) == 67.5
    assert best_cut(SIGNAL[::-1], gain=np.array([-1, -1, 0, 1, 1])) == 67.5


def test_never_and_always() -> None:
    assert best_cut(SIGNAL, gain=np.array([-1, 0, 0, 0, 0])) == np.inf
    assert best_cut(SIGNAL, gain=np.zeros(5)) == np.inf
    assert best_cut(SIGNAL, gain=np.ones(5)) == -np.inf
    # A loss in the middle is worth what lies below it.
    assert best_cut(SIGNAL, gain=np.array([1, -1, 1, 1, 1])) == -np.inf


def test_ties_go_to_the_second_gain_then_to_acting_less() -> None:
    gain = np.array([1, 0, 0, 0, 0])
    assert best_cut(SIGNAL, gain=gain) == 82.5
    assert best_cut(SIGNAL, gain=gain, second=np.array([0, 0.2, 0.1, -0.5, 0.1])) == 52.5


def test_equal_signals_are_never_parted() -> None:
    signal = np.array([2.0, 1.0, 1.0, 0.0])
    assert best_cut(signal, gain=np.array([1, 2, -3, 0])) == 1.5


def test_risk_by_coverage() -> None:
    curve = risk_coverage(np.array([3.0, 1.0, 2.0, 0.0]), risk=np.array([0.0, 1.0, 0.0, 1.0]))
    np.testing.assert_allclose(curve.coverage, [0.25, 0.5, 0.75, 1])
    np.testing.assert_allclose(curve.risk, [0, 0, 1 / 3, 0.5])
    assert curve.area == pytest.approx((1 / 3 + 0.5) / 4)


def test_a_signal_that_knows_nothing_has_the_mean_risk_everywhere() -> None:
    curve = risk_coverage(np.ones(5), risk=np.array([1.0, 0, 0, 1, 0]))
    np.testing.assert_allclose(curve.risk, 0.4)
    assert curve.area == pytest.approx(0.4)


@pytest.mark.parametrize("signal", [np.array([]), np.ones(3), np.array([1.0, np.nan])])
def test_bad_signals(signal: np.ndarray) -> None:
    with pytest.raises(ValueError):
        best_cut(signal, gain=np.zeros(2))
    with pytest.raises(ValueError):
        risk_coverage(signal, risk=np.zeros(2))
