"""Plane maps and warping."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from enface.errors import FaceError
from enface.faces import geometry


def _similarity(scale: float, degrees: float, x: float, y: float) -> geometry.Affine:
    c, s = scale * np.cos(np.radians(degrees)), scale * np.sin(np.radians(degrees))
    return np.array([[c, -s, x], [s, c, y]])


@given(
    scale=st.floats(0.05, 20), degrees=st.floats(-180, 180), x=st.floats(-500, 500), y=st.floats(-500, 500)
)
def test_similarity_fit_recovers_a_drawn_map(scale: float, degrees: float, x: float, y: float) -> None:
    drawn = _similarity(scale, degrees, x, y)
    points = np.array([[30.0, 40.0], [70.0, 42.0], [50.0, 60.0], [35.0, 85.0]])
    assert np.allclose(geometry.fit_similarity(points, geometry.apply(drawn, points)), drawn, atol=1e-6)


def test_coinciding_points_have_no_fit() -> None:
    with pytest.raises(FaceError, match="coinciding"):
        geometry.fit_similarity(np.ones((4, 2)), np.eye(4)[:, :2])


def test_invert_and_compose_are_inverse_and_product() -> None:
    first, then = _similarity(2, 30, 5, -7), _similarity(0.3, -80, 1, 2)
    points = np.array([[0.0, 0.0], [10.0, 3.0]])
    assert np.allclose(geometry.apply(geometry.invert(first), geometry.apply(first, points)), points)
    both = geometry.apply(geometry.compose(first, then), points)
    assert np.allclose(both, geometry.apply(then, geometry.apply(first, points)))


def test_rescale_keeps_the_outer_edges() -> None:
    assert np.allclose(
        geometry.apply(geometry.rescale(0.5), geometry.outline(10, 20)), geometry.outline(5, 10)
    )


def _ramp(rows: int, columns: int) -> geometry.Pixels:
    y, x = np.mgrid[0:rows, 0:columns]
    return np.stack([x, y, np.full_like(x, 90)], axis=-1).astype(np.uint8)


@pytest.mark.parametrize(("scale", "degrees"), [(1.0, 0.0), (1.7, 20.0), (0.6, -35.0), (0.23, 10.0)])
def test_warp_puts_every_pixel_where_the_map_says(scale: float, degrees: float) -> None:
    image = _ramp(240, 250)
    matrix = _similarity(scale, degrees, 0, 0)
    size = 40
    # Aim the target at the image's middle, away from its edges.
    matrix = geometry.compose(
        matrix, geometry.shift(*(size / 2 - geometry.apply(matrix, np.array([[120.0, 110.0]]))[0]))
    )
    warped = geometry.warp(image, matrix, height=size, width=size)
    columns, rows = np.meshgrid(np.arange(size), np.arange(size))
    source = geometry.apply(geometry.invert(matrix), np.stack([columns, rows], -1).reshape(-1, 2))
    # The ramp rises by one grey level a pixel; rounding of the shrunk image and truncation add up to 1.5.
    assert np.abs(warped[..., :2].reshape(-1, 2) + 0.5 - source).max() < 1.5
    assert (np.abs(warped[..., 2].astype(int) - 90) <= 1).all()


def test_identity_warp_changes_nothing() -> None:
    image = np.random.default_rng(0).integers(0, 256, (30, 50, 3), dtype=np.uint8)
    assert np.array_equal(geometry.warp(image, geometry.shift(0, 0), height=30, width=50), image)


def test_shrinking_averages_a_fine_checkerboard() -> None:
    image = np.zeros((400, 400, 3), dtype=np.uint8)
    image[(np.indices((400, 400)).sum(axis=0) % 2) == 0] = 255
    warped = geometry.warp(image, geometry.rescale(0.23), height=92, width=92)
    assert np.abs(warped[5:-5, 5:-5].astype(int) - 127).max() < 12


def test_edge_goes_on_or_turns_black_outside() -> None:
    image = np.full((20, 20, 3), 200, dtype=np.uint8)
    matrix = geometry.shift(30, 0)
    assert (geometry.warp(image, matrix, height=20, width=40) == 200).all()
    black = geometry.warp(image, matrix, height=20, width=40, border="black")
    assert (black[:, :25] == 0).all() and (black[:, 35:] == 200).all()


def test_warp_of_one_pixel_and_of_a_very_wide_image() -> None:
    one = geometry.warp(np.full((1, 1, 3), 7, dtype=np.uint8), geometry.rescale(50.0), height=50, width=50)
    assert (one == 7).all()
    wide = np.zeros((4, 30_000, 3), dtype=np.uint8)
    wide[:, 29_000:] = 255
    warped = geometry.warp(
        wide, geometry.compose(geometry.shift(-28_990, 0), geometry.rescale(2.0)), height=8, width=40
    )
    assert warped[:, :15].max() == 0 and warped[:, 25:].min() == 255


def test_target_outside_the_image_is_an_error() -> None:
    with pytest.raises(FaceError, match="outside the 20 x 10 image"):
        geometry.warp(np.zeros((10, 20, 3), dtype=np.uint8), geometry.shift(500, 0), height=5, width=5)


def test_singular_map_is_an_error() -> None:
    with pytest.raises(FaceError, match="cannot be warped"):
        geometry.warp(np.zeros((10, 20, 3), dtype=np.uint8), np.zeros((2, 3)), height=5, width=5)
