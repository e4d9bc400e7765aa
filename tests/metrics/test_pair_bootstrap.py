"""Weighed verification measures against the plain ones, and intervals on data with a known answer."""

import numpy as np
import pytest

from enface.metrics.pair_bootstrap import corrected, draw_pairs, weighed
from enface.metrics.verification import best_accuracy, equal_error_rate, roc, true_accept_rate

GENERATOR = np.random.Generator(np.random.Philox(key=5))
SAME = np.arange(60) < 25
SCORES = np.round(GENERATOR.normal(size=60) + SAME, 1)
RATES = (0.03, 0.1, 0.5)


def plain(scores: np.ndarray, same: np.ndarray) -> list[float]:
    curve = roc(scores, same=same)
    return [
        best_accuracy(scores, same=same)[0],
        equal_error_rate(curve),
        *(true_accept_rate(curve, false_accept_rate=rate) for rate in RATES),
    ]


def measured(weights: np.ndarray) -> np.ndarray:
    found = weighed(SCORES, same=SAME, correct=SAME, weights=weights, false_accept_rates=RATES)
    return np.column_stack([found.best_accuracy, found.equal_error_rate, found.true_accept_rates])


def test_weights_count_pairs_as_if_they_were_listed_so_often() -> None:
    weights = GENERATOR.integers(0, 4, size=(20, 60)).astype(float)
    for row, times in zip(measured(weights), weights.astype(int), strict=True):
        np.testing.assert_allclose(row, plain(np.repeat(SCORES, times), np.repeat(SAME, times)))


def test_perfect_and_reversed_scores_in_every_draw() -> None:
    weights = np.ones((1, 2))
    same, correct = np.array([True, False]), np.array([True, False])
    for scores, accuracy, error in ((np.array([1.0, 0.0]), 1.0, 0.0), (np.array([0.0, 1.0]), 0.5, 1.0)):
        found = weighed(scores, same=same, correct=correct, weights=weights, false_accept_rates=[0.5])
        assert found.best_accuracy[0] == accuracy
        assert found.equal_error_rate[0] == error
        assert found.true_accept_rates[0, 0] == 1 - error
        assert found.accuracy[0] == 0.5


def test_a_draw_with_one_kind_of_pair_says_nothing() -> None:
    assert np.isnan(measured(SAME[None].astype(float))).all()


def test_a_person_brings_all_their_pairs() -> None:
    people = [("a", "a"), ("a", "a"), ("b", "b"), ("a", "b"), ("b", "a"), ("a", "c")]
    weights = np.concatenate(list(draw_pairs(people, resamples=250, seed=3)))
    assert weights.shape == (250, 6)
    a, b = weights[:, 0], weights[:, 2]
    c = 3 - a - b  # as many draws as people
    np.testing.assert_array_equal(weights, np.stack([a, a, b, a * b, a * b, a * c], axis=1))
    assert len(set(a)) > 1
    np.testing.assert_array_equal(weights, np.concatenate(list(draw_pairs(people, resamples=250, seed=3))))


def test_the_interval_of_a_rate_stays_in_0_to_1() -> None:
    draws, alone = GENERATOR.normal(0.99, 0.02, size=500), GENERATOR.normal(0.99, 0.005, size=100)
    open_, rate = (corrected(0.99, draws, alone, people=50, level=0.95, rate=rate) for rate in (False, True))
    assert open_.high > 1 == rate.high
    assert rate.low == open_.low < 0.99


@pytest.mark.slow
def test_interval_covers_the_true_accuracy_of_other_people() -> None:
    # 60 people, three pairs of each, all right or all wrong per person with probability 0.8.
    people = [(f"{i:02}",) * 2 for i in range(60) for _ in range(3)]
    people += [(f"{i:02}", f"{(i + 1) % 60:02}") for i in range(60)]
    same = np.array([a == b for a, b in people])
    weights = np.concatenate(list(draw_pairs(people, resamples=400, seed=1)))
    generator = np.random.Generator(np.random.Philox(key=7))
    inside = []
    for _ in range(300):
        scores = np.where(same, np.repeat(generator.random(80) < 0.8, 3)[: len(same)], 0.5).astype(float)
        found = weighed(scores, same=same, correct=same, weights=weights, false_accept_rates=[0.001])
        low, high = np.nanquantile(found.true_accept_rates[:, 0], [0.025, 0.975])
        inside.append(low <= 0.8 <= high)
    assert 0.90 <= np.mean(inside) <= 0.99
