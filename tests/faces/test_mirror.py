"""Mirroring swaps names, columns and the sign of the yaw together."""

import numpy as np

from enface.faces.mirror import mirror_image, mirror_points, mirror_yaw
from enface.faces.pose import estimate_yaw
from enface.faces.templates import TEMPLATES

TEMPLATE = TEMPLATES["enface-250-v1"]


def test_points_stay_on_their_pixels() -> None:
    rng = np.random.default_rng(1)
    image = rng.integers(0, 256, (20, 30, 3), dtype=np.uint8)
    points = np.array([[3, 4], [20, 5], [11, 9], [5, 15], [17, 16]])
    mirrored = mirror_points(points.astype(float), 30).astype(int)
    flipped = mirror_image(image)
    for new, old in zip(range(5), (1, 0, 2, 4, 3), strict=True):
        assert np.array_equal(
            flipped[mirrored[new, 1], mirrored[new, 0]], image[points[old, 1], points[old, 0]]
        )


def test_mirroring_twice_changes_nothing() -> None:
    points = TEMPLATE.turned(37)
    assert np.allclose(mirror_points(mirror_points(points, 250), 250), points)


def test_mirrored_face_has_the_opposite_yaw() -> None:
    for yaw in (-80.0, -30.0, 0.0, 55.0):
        mirrored = mirror_points(TEMPLATE.turned(yaw), 250)
        assert np.allclose(mirrored, TEMPLATE.turned(mirror_yaw(yaw)))
        assert np.isclose(estimate_yaw(mirrored), -estimate_yaw(TEMPLATE.turned(yaw)))
