"""Thresholds and risk-coverage curves that can be counted by hand."""

import numpy as np
import pytest

from enface.metrics.selective import cautious_cut, risk_coverage, shares_of_most_trusted

SIGNAL = np.array([90.0, 75.0, 60.0, 45.0, 30.0])


def cut(signal: np.ndarray, gain: np.ndarray, *, people: int = 12) -> float:
    """The threshold when `people` people have the same pictures with the same gains."""
    names = np.repeat([f"{k}" for k in range(people)], len(signal))
    return cautious_cut(np.tile(signal, people), gain=np.tile(gain, people), people=names)


def test_acts_where_it_pays() -> None:
    assert cut(SIGNAL, np.array([1, 1, 0, -1, -1])) == 67.5
    assert cut(SIGNAL[::-1], np.array([-1, -1, 0, 1, 1])) == 67.5


def test_never_and_always() -> None:
    assert cut(SIGNAL, np.array([-1, 0, 0, 0, 0])) == np.inf
    assert cut(SIGNAL, np.zeros(5)) == np.inf
    assert cut(SIGNAL, np.ones(5)) == -np.inf
    # A loss in the middle is worth what lies below it.
    assert cut(SIGNAL, np.array([1, -1, 1, 1, 1])) == -np.inf


def test_ties_go_to_acting_less() -> None:
    assert cut(SIGNAL, np.array([1, 0, 0, 0, 0])) == 82.5
    assert cut(SIGNAL, np.array([1, 1, -1, 1, 0])) == 67.5


def test_equal_signals_are_never_parted() -> None:
    assert cut(np.array([2.0, 1.0, 1.0, 0.0]), np.array([1, 2, -3, 0])) == 1.5


@pytest.mark.parametrize(
    ("helped", "hurt", "acts"), [(3, 0, False), (5, 0, False), (6, 0, True), (6, 4, False)]
)
def test_a_gain_of_few_people_is_no_gain(helped: int, hurt: int, acts: bool) -> None:
    """Of 40 people with one picture each; five times heads is no rare throw."""
    gain = np.concatenate([np.ones(helped), -np.ones(hurt), np.zeros(40 - helped - hurt)])
    found = cautious_cut(np.ones(40), gain=gain, people=np.arange(40))
    assert found == (-np.inf if acts else np.inf)


def test_a_large_gain_carries_nothing_along() -> None:
    """Half of the pictures surely gain; further down as many are made right as wrong, one more by chance."""
    signal = np.concatenate([np.full(20, 2.0), np.full(20, 1.0)])
    gain = np.concatenate([np.ones(20), np.zeros(13), -np.ones(3), np.ones(4)])
    assert cautious_cut(signal, gain=gain, people=np.arange(40)) == 1.5


def test_pictures_of_one_person_are_one_voice() -> None:
    gain = np.concatenate([np.ones(20), np.zeros(60)])
    assert cautious_cut(np.ones(80), gain=gain, people=np.arange(80)) == -np.inf
    assert cautious_cut(np.ones(80), gain=gain, people=np.arange(80) // 20) == np.inf
    assert cautious_cut(np.ones(80), gain=gain, people=np.zeros(80)) == np.inf


def test_chance_rarely_opens_it() -> None:
    """Right and wrong changes equally likely: the best mean is mostly above 0, the bound seldom."""
    generator = np.random.Generator(np.random.Philox(key=3))
    people = np.repeat(np.arange(90), 2)
    opened, tempting = 0, 0
    for _ in range(300):
        signal, draw = generator.random((2, len(people)))
        gain = (draw < 0.03).astype(float) - (draw > 0.97)
        opened += bool(np.isfinite(found := cautious_cut(signal, gain=gain, people=people)) or found < 0)
        tempting += bool(np.cumsum(gain[np.argsort(-signal)]).max() > 0)
    assert opened < 0.1 * 300
    assert tempting > 0.6 * 300


def test_many_values_are_tried_at_steps() -> None:
    signal = np.arange(5000.0)
    gain = np.where(signal > 2500, 1.0, -1.0)
    assert cautious_cut(signal, gain=gain, people=np.arange(5000) % 50) == pytest.approx(2500, abs=30)


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
        cautious_cut(signal, gain=np.zeros(2), people=np.zeros(2))
    with pytest.raises(ValueError):
        risk_coverage(signal, risk=np.zeros(2))


def test_equal_signals_share_what_is_trusted_most() -> None:
    signal = np.array([1.0, 3.0, 1.0, 2.0, 1.0])
    np.testing.assert_allclose(shares_of_most_trusted(signal, count=1), [0, 1, 0, 0, 0])
    np.testing.assert_allclose(shares_of_most_trusted(signal, count=3), [1 / 3, 1, 1 / 3, 1, 1 / 3])
    np.testing.assert_allclose(shares_of_most_trusted(signal, count=5), 1)
    risk = np.array([1.0, 0.0, 0.0, 1.0, 1.0])
    for count, expected in enumerate(risk_coverage(signal, risk=risk).risk, start=1):
        shares = shares_of_most_trusted(signal, count=count)
        assert shares.sum() == pytest.approx(count)
        assert (shares * risk).sum() / count == pytest.approx(expected)
