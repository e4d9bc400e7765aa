"""The 68 points: mirroring, the five points in them, the crops around them, the yardstick of errors."""

import numpy as np
import pytest

from enface.faces import geometry
from enface.faces.detectors.protocol import FaceBox
from enface.faces.interocular import frontal_interocular
from enface.faces.landmarks68 import COUNT, MIRRORED, detector_box, five_points_of
from enface.faces.loose_crop import LooseCrop, loose_crop, rotation, upright_crop
from enface.faces.mirror import mirror_points


def test_mirroring_twice_changes_nothing_and_keeps_the_middle() -> None:
    order = np.array(MIRRORED)
    assert sorted(MIRRORED) == list(range(COUNT))
    np.testing.assert_array_equal(order[order], np.arange(COUNT))
    assert [k for k in range(COUNT) if order[k] == k] == [8, 27, 28, 29, 30, 33, 51, 57, 62, 66]


def test_mirroring_the_68_mirrors_the_five() -> None:
    points = np.random.default_rng(0).uniform(0, 99, (COUNT, 2))
    mirrored = points[list(MIRRORED)] * [-1, 1] + [99, 0]
    np.testing.assert_allclose(five_points_of(mirrored), mirror_points(five_points_of(points), width=100))


def test_a_crop_maps_its_middle_and_its_upper_left_corner() -> None:
    matrix = LooseCrop(x=50.0, y=40.0, side=20.0).matrix(10)
    np.testing.assert_allclose(geometry.apply(matrix, np.array([[50.0, 40.0]])), [[4.5, 4.5]])
    np.testing.assert_allclose(geometry.apply(matrix, np.array([[40.0, 30.0]])), [[-0.5, -0.5]])


def test_a_turned_crop_makes_what_is_turned_with_it_upright() -> None:
    matrix = LooseCrop(x=0.0, y=0.0, side=10.0, turn=30.0).matrix(10)
    downwards = rotation(30.0) @ [0.0, 3.0]
    np.testing.assert_allclose(geometry.apply(matrix, downwards[None]), [[4.5, 7.5]], atol=1e-9)


def test_a_loose_crop_is_a_square_about_the_box() -> None:
    crop = loose_crop(FaceBox(10, 20, 40, 60))
    assert (crop.x, crop.y, crop.side, crop.turn) == (30, 50, 75, 0)


def test_the_upright_crop_turns_with_the_head() -> None:
    points = np.random.default_rng(1).uniform(-20, 20, (COUNT, 2))
    straight = upright_crop(points, roll=0.0)
    turned = upright_crop(points @ rotation(25.0).T, roll=25.0)
    assert turned.side == pytest.approx(straight.side)
    np.testing.assert_allclose([turned.x, turned.y], rotation(25.0) @ [straight.x, straight.y])
    assert straight.side == pytest.approx(1.25 * detector_box(points).height)


@pytest.mark.parametrize("yaw", [-90.0, -40.0, 0.0, 5.0, 65.0])
@pytest.mark.parametrize("pitch", [-20.0, 0.0, 30.0])
def test_the_interocular_distance_of_a_distant_face_is_exact_from_any_side(yaw: float, pitch: float) -> None:
    head = np.random.default_rng(2).uniform(-5, 5, (COUNT, 3))  # right, up, towards the camera
    a, b, c = np.radians([yaw, pitch, 15.0])
    right = np.array([np.cos(a), 0, -np.sin(a)])
    up = np.array([-np.sin(a) * np.sin(b), np.cos(b), -np.cos(a) * np.sin(b)])
    level = np.stack([head @ right, -(head @ up)], axis=1)
    seen = 7 * level @ np.array([[np.cos(c), np.sin(c)], [-np.sin(c), np.cos(c)]]) + [80, 90]
    frontal = 0.02 * head[:, :2] * [1, -1] + 0.5
    distance = frontal_interocular(seen, frontal, yaw=yaw, pitch=pitch, roll=15.0)
    eyes = head[[36, 45], :2]
    assert distance == pytest.approx(7 * np.hypot(*(eyes[1] - eyes[0])), rel=2e-3)
