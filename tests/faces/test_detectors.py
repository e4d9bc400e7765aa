"""Detectors that need no network: registry, sidecar file, already aligned."""

import json
from pathlib import Path

import numpy as np
import pytest

from enface.errors import FaceError
from enface.faces.align import alignment_matrix
from enface.faces.detectors.registry import make_detector
from enface.faces.templates import TEMPLATES

TEMPLATE = TEMPLATES["enface-250-v1"]
HEADER = "path,lex,ley,rex,rey,nx,ny,lmx,lmy,rmx,rmy,yaw\n"
IMAGE = np.zeros((300, 300, 3), dtype=np.uint8)


def _row(path: str, points: np.ndarray, yaw: str = "") -> str:
    return ",".join([path, *(f"{value}" for value in points.ravel()), yaw]) + "\n"


def test_unknown_detector_lists_the_known_ones() -> None:
    with pytest.raises(FaceError, match="yunet, sidecar, aligned"):
        make_detector("mtcnn")


def test_csv_largest_first_with_yaw(tmp_path: Path) -> None:
    file = tmp_path / "points.csv"
    small, large = TEMPLATE.points * 0.3, TEMPLATE.points
    file.write_text(HEADER + _row("a/b.jpg", small, "-30") + _row("a/b.jpg", large) + _row("c.jpg", small))
    detector = make_detector("sidecar", file=file)
    found = detector.detect(IMAGE, path=tmp_path / "a" / "b.jpg")
    assert np.allclose(found[0].points, large) and np.allclose(found[1].points, small)
    assert found[0].yaw is None and found[1].yaw == -30 and found[0].score == 1
    box = found[0].box
    assert box.x < large[:, 0].min() and box.x + box.width > large[:, 0].max()
    assert box.y < large[:, 1].min() and box.y + box.height > large[:, 1].max()
    assert len(detector.detect(IMAGE, path=tmp_path / "c.jpg")) == 1


def test_json(tmp_path: Path) -> None:
    file = tmp_path / "points.json"
    file.write_text(json.dumps({"c.jpg": [TEMPLATE.points.tolist()], "empty.jpg": []}))
    detector = make_detector("sidecar", file=file)
    assert np.allclose(detector.detect(IMAGE, path=tmp_path / "c.jpg")[0].points, TEMPLATE.points)
    with pytest.raises(FaceError, match="no landmarks for"):
        detector.detect(IMAGE, path=tmp_path / "other.jpg")
    with pytest.raises(FaceError, match="without a path"):
        detector.detect(IMAGE)


@pytest.mark.parametrize("name", ["points.csv", "points.json"])
def test_a_byte_order_mark_is_no_part_of_the_file(tmp_path: Path, name: str) -> None:
    rows = {"points.csv": HEADER + _row("c.jpg", TEMPLATE.points)}
    text = rows.get(name) or json.dumps({"c.jpg": [TEMPLATE.points.tolist()]})
    (tmp_path / name).write_text(text, encoding="utf-8-sig")  # as Excel does
    detector = make_detector("sidecar", file=tmp_path / name)
    assert np.allclose(detector.detect(IMAGE, path=tmp_path / "c.jpg")[0].points, TEMPLATE.points)


def test_rows_without_landmarks_are_passed_over(tmp_path: Path) -> None:
    """As a manifest may have."""
    file = tmp_path / "points.csv"
    file.write_text(HEADER + "none.jpg,,,,,,,,,,,30\n" + _row("c.jpg", TEMPLATE.points))
    detector = make_detector("sidecar", file=file)
    assert len(detector.detect(IMAGE, path=tmp_path / "c.jpg")) == 1
    with pytest.raises(FaceError, match="no landmarks for"):
        detector.detect(IMAGE, path=tmp_path / "none.jpg")


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("p.txt", "", "give a .csv or a .json"),
        ("p.csv", "path,lex\na,1\n", "lacks the columns ley"),
        ("p.csv", HEADER + "a.jpg,1,2,x,4,5,6,7,8,9,10,\n", "line 2.*not a number"),
        ("p.csv", HEADER + "a.jpg,1,2,3\n", "line 2.*not a number"),
        ("p.csv", HEADER + "a.jpg,1,2,3,4,5,6,7,8,,10,\n", "line 2.*not a number"),
        ("p.csv", HEADER + _row("a.jpg", TEMPLATE.points, "nan"), "line 2.*yaw nan.*leave the cell empty"),
        ("p.csv", HEADER + _row("a.jpg", TEMPLATE.points, "-inf"), "line 2.*yaw -inf"),
        ("p.csv", HEADER + _row("a.jpg", TEMPLATE.points, "left"), "line 2.*yaw is not a number"),
        ("p.csv", HEADER + "a.jpg,1,1,1,1,1,1,1,1,1,1,\n", "line 2.*one spot"),
        ("p.json", "[1, 2]", "must be an object"),
        ("p.json", "{", "cannot be read"),
        ("p.json", '{"a.jpg": [[[1, 2], [3, 4]]]}', "a.jpg, face 1.*five"),
        ("p.json", '{"a.jpg": [[[1, 2], ["x", 4], [1, 2], [1, 2], [1, 2]]]}', "a.jpg, face 1"),
    ],
)
def test_broken_files_are_named(tmp_path: Path, name: str, content: str, message: str) -> None:
    (tmp_path / name).write_text(content)
    with pytest.raises(FaceError, match=message):
        make_detector("sidecar", file=tmp_path / name)


def test_missing_file(tmp_path: Path) -> None:
    with pytest.raises(FaceError, match="cannot be read"):
        make_detector("sidecar", file=tmp_path / "none.csv")


@pytest.mark.parametrize("side", [250, 96])
def test_aligned_whole_frame_aligns_to_itself(side: int) -> None:
    found = make_detector("aligned").detect(np.zeros((side, side, 3), dtype=np.uint8))
    alignment = alignment_matrix(found[0].points, size=side, yaw=found[0].yaw)
    assert np.allclose(alignment.matrix, [[1, 0, 0], [0, 1, 0]], atol=1e-9)


def test_aligned_crop_lies_in_the_middle_of_the_frame() -> None:
    found = make_detector("aligned", frame="crop").detect(np.zeros((224, 224, 3), dtype=np.uint8))
    assert np.allclose(alignment_matrix(found[0].points).matrix, [[1, 0, 13], [0, 1, 13]], atol=1e-9)


def test_aligned_refuses_other_shapes() -> None:
    with pytest.raises(FaceError, match="square"):
        make_detector("aligned").detect(np.zeros((10, 20, 3), dtype=np.uint8))
    with pytest.raises(FaceError, match="whole, crop"):
        make_detector("aligned", frame="head")
