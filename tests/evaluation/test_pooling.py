"""Templates: media first, then the mean, directions only."""

import numpy as np
import pytest

from enface.evaluation.pooling import pool

X, Y = np.array([1.0, 0.0]), np.array([0.0, 1.0])


def test_mean_of_directions() -> None:
    names, rows = pool(np.stack([9 * X, 2 * Y, Y]), templates=["b", "b", "a"])
    assert names == ("b", "a")
    np.testing.assert_allclose(rows, [[np.sqrt(0.5)] * 2, Y])


def test_a_video_counts_as_one_picture() -> None:
    frames = np.stack([X, Y, Y, Y])
    _, flat = pool(frames, templates=["a"] * 4)
    _, media = pool(frames, templates=["a"] * 4, media=["still", "clip", "clip", "clip"])
    np.testing.assert_allclose(flat, [np.array([1, 3]) / np.sqrt(10)])
    np.testing.assert_allclose(media, [[np.sqrt(0.5)] * 2])


def test_media_of_other_templates_stay_apart() -> None:
    _, rows = pool(np.stack([X, Y]), templates=["a", "b"], media=["clip", "clip"])
    np.testing.assert_allclose(rows, [X, Y])


def test_one_picture_stays_itself() -> None:
    _, rows = pool(np.stack([3 * X, Y]), templates=["a", "b"])
    np.testing.assert_allclose(rows, [X, Y])


def test_lengths() -> None:
    with pytest.raises(ValueError, match="each of 2 pictures"):
        pool(np.stack([X, Y]), templates=["a"])
