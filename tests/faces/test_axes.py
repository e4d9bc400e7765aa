"""Where the axes of a turned head point."""

import numpy as np
import pytest

from enface.faces.axes import head_axes


def test_an_upright_frontal_head() -> None:
    np.testing.assert_allclose(head_axes(yaw=0, pitch=0, roll=0), [[1, 0], [0, 1], [0, 0]], atol=1e-12)


@pytest.mark.parametrize(
    ("angles", "axis", "points_to"),
    [
        ((-40, 0, 0), 2, (1, 0)),  # the nose to the image's right
        ((40, 0, 0), 2, (-1, 0)),
        ((0, 30, 0), 2, (0, 1)),  # seen from above, the nose lies lower
        ((0, 0, 90), 0, (0, 1)),  # turned clockwise, the left ear lies below
        ((0, 0, 90), 1, (-1, 0)),
    ],
)
def test_signs(angles: tuple[float, float, float], axis: int, points_to: tuple[float, float]) -> None:
    yaw, pitch, roll = angles
    found = head_axes(yaw=yaw, pitch=pitch, roll=roll)[axis]
    np.testing.assert_allclose(found / np.hypot(*found), points_to, atol=1e-12)


def test_axes_are_those_of_a_rotation() -> None:
    """With the third coordinate that the picture lacks, columns are orthonormal."""
    axes = head_axes(yaw=33, pitch=-21, roll=14)
    np.testing.assert_allclose(axes.T @ axes, np.eye(2), atol=1e-12)
