"""Crops stay inside, small images average or pick exactly what they say."""

import numpy as np
import pytest

from enface.data.randomness import Stream, generator_at
from enface.data.transforms import mirror, random_crop, shrink
from enface.errors import ConfigError


def coordinates(size: int) -> np.ndarray:
    """Red is the column, green the row."""
    image = np.zeros((size, size, 3), np.uint8)
    image[..., 0] = np.arange(size)
    image[..., 1] = np.arange(size)[:, None]
    return image


def test_mirror_exchanges_left_and_right() -> None:
    assert np.array_equal(mirror(coordinates(5))[2, :, 0], [4, 3, 2, 1, 0])
    assert np.array_equal(mirror(coordinates(5))[:, 2, 1], np.arange(5))


def test_random_crops_reach_every_offset_and_are_windows() -> None:
    image = coordinates(30)
    corners = set()
    for position in range(400):
        crop = random_crop(
            image, size=27, generator=generator_at(position, seed=0, stream=Stream.AUGMENTATION)
        )
        left, top = int(crop[0, 0, 0]), int(crop[0, 0, 1])
        assert np.array_equal(crop, image[top : top + 27, left : left + 27])
        corners.add((top, left))
    # Offsets 0..3 in each axis, as 0..26 for 224 of 250 (specification A.1).
    assert corners == {(top, left) for top in range(4) for left in range(4)}


def test_decimation_takes_every_kth_pixel() -> None:
    small = shrink(coordinates(224), size=56, method="decimate")
    assert np.array_equal(small[..., 0], np.broadcast_to(4 * np.arange(56), (56, 56)))
    assert np.array_equal(small[:, 0, 1], 4 * np.arange(56))


def test_antialiasing_averages_what_decimation_would_miss() -> None:
    stripes = np.zeros((64, 64, 3), np.uint8)
    stripes[:, 1::2] = 200
    assert shrink(stripes, size=32, method="decimate").max() == 0
    small = shrink(stripes, size=32, method="antialias")[:, 2:-2]
    assert np.abs(small.astype(int) - 100).max() <= 1


def test_the_same_size_is_untouched() -> None:
    image = coordinates(8)
    assert shrink(image, size=8, method="decimate") is image


def test_impossible_sizes_are_refused() -> None:
    with pytest.raises(ConfigError, match="size 16 is larger than the 8 px crop"):
        shrink(coordinates(8), size=16)
    with pytest.raises(ConfigError, match="8 px cannot be decimated to 3 px"):
        shrink(coordinates(8), size=3, method="decimate")
