"""Region boxes."""

import numpy as np
import pytest

from enface.errors import FaceError
from enface.faces.regions import REGIONS, Box, boxes_from_landmarks, region_boxes
from enface.faces.templates import TEMPLATES


def test_boxes_of_the_specification() -> None:
    assert region_boxes("v1")["eyes"] == Box(64, 100, 50, 174)
    assert region_boxes("v2")["mouth"] == Box(144, 180, 80, 144)
    sizes = {name: (box.height, box.width) for name, box in region_boxes("v1").items()}
    assert sizes == {
        "whole": (224, 224),
        "eyes": (36, 124),
        "nose": (65, 44),
        "mouth": (30, 74),
        "face": (116, 124),
    }


@pytest.mark.parametrize("version", ["v1", "v2", "template"])
@pytest.mark.parametrize("size", [56, 112, 224])
def test_order_symmetry_and_frame(version: str, size: int) -> None:
    boxes = region_boxes(version, size=size)  # type: ignore[arg-type]
    assert tuple(boxes) == REGIONS
    assert boxes["whole"] == Box(0, size, 0, size)
    for box in boxes.values():
        assert 0 <= box.top < box.bottom <= size and 0 <= box.left < box.right <= size
        assert abs(box.left + box.right - size) <= 1


def test_derived_boxes_are_the_seeds_on_a_face_that_lies_where_the_seeds_did() -> None:
    # Eye line 81.5, mouth line 154.5: the middles of the seed's boxes; other columns do not enter.
    face = np.array([[77.0, 81.5], [146.0, 81.5], [111.5, 113.7], [85.0, 154.5], [138.0, 154.5]])
    for name, box in boxes_from_landmarks(face, size=224).items():
        assert np.abs(np.array(box) - region_boxes("v1")[name]).max() <= 1, name


def test_derived_boxes_follow_the_landmarks() -> None:
    template = TEMPLATES["enface-250-v1"].crop_points(224)
    moved = boxes_from_landmarks(template + np.array([0, 5]), size=224)
    for name in ("eyes", "nose", "mouth", "face"):
        before = region_boxes("template")[name]
        assert moved[name] == Box(before.top + 5, before.bottom + 5, before.left, before.right)


def test_bad_versions_and_landmarks() -> None:
    with pytest.raises(FaceError, match="v1, v2, template"):
        region_boxes("v3")  # type: ignore[arg-type]
    upside_down = TEMPLATES["enface-250-v1"].crop_points(224) * [1, -1] + [0, 223]
    with pytest.raises(FaceError, match="upright"):
        boxes_from_landmarks(upside_down, size=224)
