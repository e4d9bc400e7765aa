"""Resizing and picture grids."""

import numpy as np
import pytest

from enface.images import grid, resize


def flat(height: int, width: int, value: int) -> np.ndarray:
    return np.full((height, width, 3), value, dtype=np.uint8)


def test_cells_lie_where_they_should() -> None:
    sheet = grid([[flat(4, 6, 10), flat(4, 6, 20)], [flat(4, 6, 30)]], gap=2)
    assert sheet.shape == (10, 14, 3)
    assert (sheet[:4, :6] == 10).all() and (sheet[:4, 8:] == 20).all() and (sheet[6:, :6] == 30).all()
    assert (sheet[6:, 6:] == 255).all() and (sheet[4:6] == 255).all()


def test_empty_cells_and_different_sizes() -> None:
    sheet = grid([[None, flat(2, 2, 0)], [flat(5, 3, 0), None]], gap=1)
    assert sheet.shape == (11, 7, 3)
    assert (sheet[:5, :3] == 255).all() and (sheet[:2, 4:6] == 0).all() and (sheet[6:, :3] == 0).all()


def test_labels_add_room_and_ink_outside_the_cells() -> None:
    plain = grid([[flat(40, 40, 255)] * 2])
    labelled = grid([[flat(40, 40, 255)] * 2], row_labels=["input"], column_labels=["-45°", "+45°"])
    left, top = labelled.shape[1] - plain.shape[1], labelled.shape[0] - plain.shape[0]
    assert left > 20 and top > 8
    assert labelled[:top, left:].min() < 128 and labelled[top:, :left].min() < 128
    assert (labelled[top:, left:] == 255).all()


def test_unusable_grids() -> None:
    for rows in ([], [[]], [[None]]):
        with pytest.raises(ValueError, match="at least one"):
            grid(rows)
    with pytest.raises(ValueError, match="labels"):
        grid([[flat(2, 2, 0)]], column_labels=["a", "b"])


def test_shrinking_averages_instead_of_aliasing() -> None:
    stripes = np.zeros((64, 64, 3), dtype=np.uint8)
    stripes[:, ::2] = 255
    small = resize(stripes, height=16, width=16)
    assert small.shape == (16, 16, 3)
    assert np.abs(small.astype(int) - 127).max() <= 16
    assert (resize(flat(5, 7, 99), height=20, width=3) == 99).all()
