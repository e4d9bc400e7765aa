"""Pasting a face back."""

import numpy as np
import pytest

from enface.errors import FaceError
from enface.faces import geometry
from enface.faces.align import Alignment, align, alignment_matrix
from enface.faces.paste import paste_back
from enface.faces.templates import TEMPLATES

TEMPLATE = TEMPLATES["enface-250-v1"]


def _photo(rows: int = 420, columns: int = 510) -> geometry.Pixels:
    y, x = np.mgrid[0:rows, 0:columns]
    return np.stack([x * 255 / columns, y * 255 / rows, 128 + 60 * np.sin((x + y) / 40)], axis=-1).astype(
        np.uint8
    )


def _placed(degrees: float, scale: float) -> Alignment:
    c, s = scale * np.cos(np.radians(degrees)), scale * np.sin(np.radians(degrees))
    turn = np.array([[c, -s, 0], [s, c, 0]])
    centre = geometry.apply(turn, np.array([[124.5, 124.5]]))[0]
    to_photo = geometry.compose(turn, geometry.shift(*([255, 210] - centre)))
    return alignment_matrix(geometry.apply(to_photo, TEMPLATE.points))


@pytest.mark.parametrize(("degrees", "scale"), [(0.0, 1.0), (25.0, 1.3), (-10.0, 0.3)])
@pytest.mark.parametrize("size", [224, 112])
def test_own_pixels_pasted_back_change_almost_nothing(degrees: float, scale: float, size: int) -> None:
    photo, alignment = _photo(), _placed(degrees, scale)
    whole = geometry.warp(photo, alignment.matrix, height=250, width=250)
    crop = geometry.warp(whole[13:237, 13:237], geometry.rescale(size / 224), height=size, width=size)
    pasted = paste_back(photo, crop, alignment)
    assert np.abs(pasted.astype(int) - photo).mean() < 0.5
    assert np.abs(pasted.astype(int) - photo).max() <= 6


def test_pixels_outside_the_circle_are_untouched_and_the_middle_is_the_face() -> None:
    photo, alignment = _photo(), _placed(30, 1.1)
    before = photo.copy()
    pasted = paste_back(photo, np.full((224, 224, 3), 255, dtype=np.uint8), alignment)
    assert np.array_equal(photo, before)
    y, x = np.mgrid[0:420, 0:510]
    radius = np.hypot(x - 255, y - 210) / 1.1
    assert np.array_equal(pasted[radius > 112.5], photo[radius > 112.5])
    assert (pasted[radius < 80] == 255).all()


def test_rim_is_soft() -> None:
    photo = np.zeros((420, 510, 3), dtype=np.uint8)
    pasted = paste_back(photo, np.full((224, 224, 3), 255, dtype=np.uint8), _placed(0, 1.0), feather=0.5)
    profile = pasted[210, 255:, 0].astype(int)
    assert (np.diff(profile) <= 0).all() and np.diff(profile).min() > -10


def test_face_half_outside_the_photograph() -> None:
    photo = _photo(200, 200)
    alignment = alignment_matrix(TEMPLATE.points - [100, 60])
    pasted = paste_back(photo, np.full((224, 224, 3), 255, dtype=np.uint8), alignment)
    assert pasted.shape == photo.shape and (pasted[60, 20] == 255).all()
    assert np.array_equal(pasted[150:, 150:], photo[150:, 150:])


def test_face_taken_from_a_large_photograph_keeps_its_place() -> None:
    photo = np.zeros((60, 30_000, 3), dtype=np.uint8)
    face = align(photo, TEMPLATE.points * 0.2 + [29_000, 4])
    pasted = paste_back(photo, np.full((224, 224, 3), 255, dtype=np.uint8), face.alignment)
    lit = np.flatnonzero(pasted[..., 0].any(axis=0))
    assert lit.min() > 29_000 and lit.max() < 29_050


def test_bad_input() -> None:
    alignment = alignment_matrix(TEMPLATE.points)
    with pytest.raises(FaceError, match="square"):
        paste_back(_photo(), np.zeros((10, 20, 3), dtype=np.uint8), alignment)
    with pytest.raises(FaceError, match="feather"):
        paste_back(_photo(), np.zeros((10, 10, 3), dtype=np.uint8), alignment, feather=0)
    with pytest.raises(FaceError, match="outside"):
        paste_back(_photo(), np.zeros((10, 10, 3), dtype=np.uint8), alignment_matrix(TEMPLATE.points + 9000))
