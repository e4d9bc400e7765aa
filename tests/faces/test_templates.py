"""The template is the rendered set's mean face, and lies where the critics look."""

import numpy as np
import pytest

from enface.errors import FaceError
from enface.faces.landmarks import eye_centre, mouth_centre
from enface.faces.regions import region_boxes
from enface.faces.templates import TEMPLATES, get_template

TEMPLATE = TEMPLATES["enface-250-v1"]

# Mean landmarks of the 300 frontal training galleries of the rendered set, in its 144 px images.
MEAN = np.array([[51.01, 65.02], [92.02, 65.01], [71.48, 84.35], [55.45, 108.89], [87.47, 108.86]])


def test_template_is_the_mean_face_made_symmetric() -> None:
    unit = mouth_centre(MEAN)[1] - eye_centre(MEAN)[1]
    scale = TEMPLATE.height / unit
    middle = (TEMPLATE.size - 1) / 2
    for pair in ((0, 1), (3, 4)):
        half = scale * (MEAN[pair[1], 0] - MEAN[pair[0], 0]) / 2
        assert np.allclose(TEMPLATE.points[list(pair), 0], [middle - half, middle + half], atol=0.02)
    assert np.allclose(
        TEMPLATE.points[2], [middle, 97 + scale * (MEAN[2, 1] - eye_centre(MEAN)[1])], atol=0.02
    )
    assert TEMPLATE.eye_row == 97 and TEMPLATE.mouth_row == 168


@pytest.mark.parametrize("version", ["v1", "v2", "template"])
def test_landmarks_of_the_crop_lie_in_their_boxes(version: str) -> None:
    boxes = region_boxes(version)  # type: ignore[arg-type]
    points = TEMPLATE.crop_points(224)
    for region, indices in {
        "eyes": [0, 1],
        "nose": [2],
        "mouth": [3, 4],
        "face": range(5),
        "whole": range(5),
    }.items():
        box = boxes[region]
        for x, y in points[list(indices)]:
            assert box.top <= y <= box.bottom - 1 and box.left <= x <= box.right - 1, (version, region)


def test_crop_points_are_the_points_less_the_margin() -> None:
    assert np.allclose(TEMPLATE.crop_points(224), TEMPLATE.points - 13)
    assert np.allclose(TEMPLATE.crop_points(112), (TEMPLATE.points - 13 + 0.5) / 2 - 0.5)


def test_turning_keeps_rows_and_moves_the_nose_to_the_right_for_negative_yaw() -> None:
    turned = TEMPLATE.turned(-40)
    assert np.array_equal(turned[:, 1], TEMPLATE.points[:, 1])
    assert turned[2, 0] > turned[:2, 0].mean() + 20
    assert np.allclose(TEMPLATE.turned(0), TEMPLATE.points)
    profile = TEMPLATE.turned(90)
    assert np.isclose(profile[0, 0], profile[1, 0]) and np.isclose(profile[3, 0], profile[4, 0])


def test_template_cannot_be_written_to() -> None:
    with pytest.raises(ValueError, match="read-only"):
        TEMPLATE.points[0, 0] = 3


def test_unknown_template_lists_the_known_ones() -> None:
    with pytest.raises(FaceError, match="enface-250-v1"):
        get_template("arcface")
