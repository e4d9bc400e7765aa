"""Rank-1 of hand-made scores and of planted features."""

import numpy as np
import pytest

from enface.metrics.identification import cosine_scores, normalised, ranks, within_rank


def test_ranks_of_hand_made_scores() -> None:
    scores = np.array([[0.9, 0.1, 0.2], [0.9, 0.1, 0.2], [0.3, 0.4, 0.2]])
    places = ranks(scores, probe_people=["a", "b", "c"], gallery_people=["a", "b", "c"])
    assert places.tolist() == [1, 3, 3]
    assert within_rank(places).tolist() == [True, False, False]
    assert within_rank(places, k=3).all()


def test_a_tie_is_an_error() -> None:
    places = ranks(np.full((2, 2), 0.5), probe_people=["a", "b"], gallery_people=["a", "b"])
    assert places.tolist() == [2, 2]


def test_a_person_counts_with_the_best_of_several_gallery_pictures() -> None:
    scores = np.array([[0.1, 0.5, 0.8]])
    assert ranks(scores, probe_people=["a"], gallery_people=["a", "b", "a"]).tolist() == [1]
    # Two pictures of the same wrong person are one wrong person.
    assert ranks(scores, probe_people=["b"], gallery_people=["a", "b", "a"]).tolist() == [2]


def test_planted_features_give_the_known_rate() -> None:
    gallery = np.eye(20)
    probes = 3.0 * np.eye(20) + 0.1
    probes[:5] = np.roll(probes[:5], 1, axis=1)  # five probes look like the next person
    people = [f"{i:02}" for i in range(20)]
    places = ranks(cosine_scores(probes, gallery=gallery), probe_people=people, gallery_people=people)
    assert within_rank(places).mean() == 0.75


def test_cosine_ignores_length_and_zero_rows_stay_zero() -> None:
    scores = cosine_scores(np.array([[2.0, 0.0], [0.0, 0.0], [-1.0, 0.0]]), gallery=np.array([[7.0, 0.0]]))
    np.testing.assert_allclose(scores, [[1.0], [0.0], [-1.0]])
    np.testing.assert_allclose(np.linalg.norm(normalised(np.array([[3.0, 4.0]])), axis=1), 1.0)


@pytest.mark.parametrize(
    ("scores", "probes", "match"),
    [
        (np.zeros((1, 2)), ["z"], "'z'"),
        (np.zeros((2, 2)), ["a"], "expected"),
        (np.array([[np.nan, 0.0]]), ["a"], "finite"),
    ],
)
def test_bad_input(scores: np.ndarray, probes: list[str], match: str) -> None:
    with pytest.raises(ValueError, match=match):
        ranks(scores, probe_people=probes, gallery_people=["a", "b"])
