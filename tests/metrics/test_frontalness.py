"""Symmetry, landmarks, openness and light of pictures made by hand."""

import numpy as np
import pytest

from enface.metrics.frontalness import asymmetry, landmark_error, openness
from enface.metrics.illumination import evenness, face_ellipse

SIZE = 64
GREY = np.full((SIZE, SIZE, 3), 0.5)
FACE = face_ellipse(SIZE)


def test_the_face_is_a_centred_ellipse() -> None:
    np.testing.assert_array_equal(FACE, FACE[:, ::-1])
    np.testing.assert_array_equal(FACE, FACE[::-1])
    assert FACE.mean() == pytest.approx(np.pi / 12, rel=0.03)


def test_asymmetry() -> None:
    picture = np.random.Generator(np.random.Philox(key=0)).random((SIZE, SIZE, 3))
    assert asymmetry((picture + picture[:, ::-1]) / 2) == pytest.approx(0, abs=1e-12)
    halves = GREY.copy()
    halves[:, : SIZE // 2] += 0.2
    assert asymmetry(halves) == pytest.approx(0.2)
    outside = np.where(FACE[..., None], GREY, picture)
    assert asymmetry(outside) == 0


def test_even_light() -> None:
    found = evenness(GREY)
    assert (found.variation, found.side_difference) == (pytest.approx(0, abs=1e-9), 0)
    # What surrounds the face does not count.
    dark = np.where(FACE[..., None], GREY, 0.0)
    assert evenness(dark).variation == pytest.approx(0, abs=1e-9)


def test_light_from_one_side() -> None:
    halves = np.full((SIZE, SIZE, 3), 0.6)
    halves[:, SIZE // 2 :] = 0.2
    assert evenness(halves).side_difference == pytest.approx(0.5)
    # A ramp across an ellipse of half width a = 16 px varies by slope times a / 2; blurred it varies less.
    ramp = np.broadcast_to(np.linspace(0.3, 0.7, SIZE)[None, :, None], (SIZE, SIZE, 3))
    slope = 0.4 / (SIZE - 1)
    assert 0.6 * slope * 8 / 0.5 < evenness(ramp).variation < slope * 8 / 0.5
    assert evenness(np.uint8(np.round(255 * ramp))).variation == pytest.approx(
        evenness(ramp).variation, abs=2e-3
    )


def test_fine_texture_is_no_light() -> None:
    board = np.where((np.indices((SIZE, SIZE)).sum(axis=0) % 2)[..., None], 0.4, 0.6) * np.ones(3)
    assert evenness(board).variation < 0.01


def test_landmark_error_in_eye_distances() -> None:
    truth = np.array([[0.0, 0], [10, 0], [5, 5], [2, 9], [8, 9]])
    assert landmark_error(truth, truth=truth) == 0
    assert landmark_error(truth + np.array([3, 4]), truth=truth) == pytest.approx(0.5)


def test_openness() -> None:
    points = np.zeros((68, 2))
    eye = np.array([[0, 0], [1, 1.5], [3, 1.5], [4, 0], [3, -1.5], [1, -1.5]])
    points[36:42], points[42:48] = eye, eye * [1, 0.5]
    points[[60, 64, 62, 66]] = [[0, 0], [8, 0], [4, -1], [4, 1]]
    found = openness(points)
    assert found.eyes == pytest.approx((3 / 4 + 1.5 / 4) / 2)
    assert found.mouth == pytest.approx(0.25)


def test_bad_input_is_named() -> None:
    with pytest.raises(ValueError, match="square"):
        asymmetry(GREY[:, 3:])
    with pytest.raises(ValueError, match="square"):
        evenness(GREY[2:])
    with pytest.raises(ValueError, match="black"):
        evenness(0 * GREY)
    with pytest.raises(ValueError, match="68"):
        openness(np.zeros((5, 2)))
    with pytest.raises(ValueError, match="in one place"):
        openness(np.zeros((68, 2)))
    with pytest.raises(ValueError, match="in one place"):
        landmark_error(np.ones((5, 2)), truth=np.zeros((5, 2)))
