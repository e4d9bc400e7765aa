"""What is drawn lies where it was seen, and inside the picture."""

from dataclasses import replace

import numpy as np
import pytest
from numpy import ndarray

from enface.errors import FaceError
from enface.faces import geometry
from enface.faces.detectors.protocol import Detection, FaceBox, box_around
from enface.faces.landmarks68 import Landmarks68, detector_box
from enface.inference.drawing import HIDDEN, OWN_POINTS, SEEN, UNSURE, draw_faces, drawing_scale
from enface.inference.labels import Label, place_label
from enface.inference.observer import SeenFace
from enface.inference.pen import Pen
from enface.models.quality import FaceQuality, QualityParts

QUALITY = FaceQuality(0.5, QualityParts(1.0, 3.0, 1.0, 0.0, 0.0, 0.5))
GROUND = 120


def grid(left: float, top: float, step: float) -> ndarray:
    """68 points that are far from each other: no dot covers another one."""
    return np.array([[left + step * (k % 9), top + step * (k // 9)] for k in range(68)])


def face(points: ndarray, *, confidence: float = 0.9, hidden: range = range(0)) -> SeenFace:
    visible = np.ones(68)
    visible[hidden] = 0.1
    marks = Landmarks68(points, visible, np.ones(68), yaw=20, pitch=-5, roll=3, confidence=confidence)
    found = Detection(box=detector_box(points), points=marks.five, score=0.9, yaw=20)
    return SeenFace(found, marks, quality=QUALITY)


def grey(height: int, width: int) -> ndarray:
    return np.full((height, width, 3), GROUND, dtype=np.uint8)


def colours(photo: ndarray, seen: SeenFace) -> ndarray:
    """Of the drawing, at the 68 points."""
    drawn = draw_faces(photo, [seen])
    scale = drawing_scale(photo, [seen])
    assert drawn.shape == (*(round(side * scale) for side in photo.shape[:2]), 3)
    where = geometry.apply(geometry.rescale(scale), seen.marks.points).round().astype(int)
    return np.asarray(drawn[where[:, 1], where[:, 0]])


@pytest.mark.parametrize(("side", "step"), [(250, 10.0), (4000, 11.0), (4000, 150.0)])
def test_seen_points_are_filled_and_hidden_ones_hollow(side: int, step: float) -> None:
    seen = face(grid(side / 3, side / 3, step), hidden=range(40, 68))
    found = colours(grey(side, side), seen)
    np.testing.assert_allclose(found[:40], np.tile(SEEN, (40, 1)), atol=30)
    # The inside of a ring shows the photograph; a line may end in it, but fills none.
    np.testing.assert_allclose(found[40:].mean(axis=0), GROUND, atol=45)


def test_what_the_network_does_not_believe_has_another_colour() -> None:
    points = grid(80, 80, 10)
    found = colours(grey(250, 250), face(points, confidence=0.2))
    np.testing.assert_allclose(found, np.tile(UNSURE, (68, 1)), atol=30)


def test_points_of_the_detector_are_shown_where_they_are_not_the_networks() -> None:
    seen = face(grid(300, 300, 40))
    drawn = draw_faces(grey(1000, 1000), [seen])
    other = replace(seen.detection, points=np.array([[100.0 + 100 * k, 800] for k in range(5)]))
    crossed = draw_faces(grey(1000, 1000), [replace(seen, detection=other)])
    for x in range(100, 600, 100):
        np.testing.assert_allclose(crossed[800, x], OWN_POINTS, atol=30)
        assert (drawn[800, x] == GROUND).all()


def test_hidden_and_seen_colours_differ_enough_to_be_told_apart() -> None:
    assert np.abs(np.subtract(SEEN, HIDDEN)).max() > 100


@pytest.mark.parametrize(
    ("height", "width"), [(1, 1), (5, 5), (30, 30), (60, 30_000), (30_000, 60), (70_000, 8), (250, 250)]
)
def test_pictures_of_any_shape(height: int, width: int) -> None:
    """A face that is larger than the picture, and one beside it."""
    photo = grey(height, width)
    faces = [face(grid(-20, -20, 10)), face(grid(width + 50, height / 2, 4))]
    drawn = draw_faces(photo, faces)
    assert max(drawn.shape) <= 65_500
    assert drawn.shape[0] * width == pytest.approx(drawn.shape[1] * height, rel=0.6)
    assert (photo == GROUND).all()


@pytest.mark.parametrize(
    "corner", [(0, 0), (900, 0), (0, 900), (880, 880), (-80, 450), (450, -90), (450, 960)]
)
def test_labels_lie_inside_and_belong_to_the_picture(corner: tuple[int, int]) -> None:
    label = Label(("1  quality 0.97", "yaw -12°  pitch 5°  roll 3°"), size=20.0)
    box = FaceBox(*corner, 120, 150)
    place, _ = place_label(label, box, width=1000, height=1000, taken=[box])
    assert (place.width, place.height) == label.extent
    assert 0 <= place.x <= 1000 - place.width and 0 <= place.y <= 1000 - place.height
    picture = grey(1000, 1000)
    label.draw(picture, (int(place.x), int(place.y)))
    rows, columns = np.nonzero((picture != GROUND).any(axis=2))
    assert rows.min() >= place.y and columns.min() >= place.x
    assert rows.max() < place.y + place.height and columns.max() < place.x + place.width
    assert picture.max() > 240, "letters are white"


def test_a_label_is_above_its_box_and_gives_way_to_others() -> None:
    label = Label(("quality 0.97",), size=20.0)
    box = FaceBox(400, 400, 120, 150)
    first, covered = place_label(label, box, width=1000, height=1000, taken=[box])
    assert covered == 0 and first.y + first.height <= box.y and first.x == box.x
    second, covered = place_label(label, box, width=1000, height=1000, taken=[box, first])
    assert covered < 0.01 and second != first
    everything = FaceBox(0, 0, 1000, 1000)
    assert place_label(label, box, width=1000, height=1000, taken=[everything])[1] == pytest.approx(1)


@pytest.mark.parametrize(("width", "height"), [(100, 1000), (1000, 15), (60, 60)])
def test_labels_shrink_to_fit_or_are_left_out(width: int, height: int) -> None:
    label = Label(("quality 0.97", "yaw -12°  pitch 5°  roll 3°"), size=30.0)
    small = label.fitted(width=width, height=height)
    if small is not None:
        assert small.size < 30 and small.extent[0] <= width and small.extent[1] <= height
    assert label.fitted(width=1000, height=1000) == label
    assert label.fitted(width=20, height=1000) is None


def test_a_face_that_cannot_be_aligned_says_so() -> None:
    aligned = face(grid(300, 300, 40))
    failed = replace(aligned, quality=None, problem=FaceError("no"))
    one, other = (draw_faces(grey(1000, 1000), [some]) for some in (aligned, failed))
    assert (one != other).any()


def test_faces_are_numbered_where_there_are_several() -> None:
    """The two labels differ by the numbers alone."""
    left, right = face(grid(300, 400, 40)), face(grid(1300, 400, 40))
    drawn = draw_faces(grey(1000, 2000), [left, right])
    assert drawn.shape == (1000, 2000, 3)
    differ = (drawn[:, :1000] != drawn[:, 1000:]).any(axis=2)
    rows = np.nonzero(differ.any(axis=1))[0]
    assert 0 < len(rows) < 40, "one line of text"
    alone = draw_faces(grey(1000, 2000), [left])
    assert (drawn[:, :1000] != alone[:, :1000]).any()


def test_strokes_are_smooth_and_stay_near_their_points() -> None:
    picture = grey(60, 60)
    pen = Pen(picture, np.array([[20.0, 30.0], [40.0, 30.0]]), margin=6.0, rim=1.0)
    pen.dot(np.array([20.0, 30.0]), radius=4.0, colour=SEEN).put()
    assert tuple(picture[30, 20]) == SEEN
    changed = (picture != GROUND).any(axis=2)
    rows, columns = np.nonzero(changed)
    assert abs(columns.mean() - 20) < 0.1 and abs(rows.mean() - 30) < 0.1
    assert 4 <= np.hypot(columns - 20, rows - 30).max() <= 6
    assert len(np.unique(picture[changed][:, 0])) > 4, "edges have steps in between"


def test_a_box_without_extent_is_no_error() -> None:
    points = np.full((68, 2), 5.0)
    marks = Landmarks68(points, np.ones(68), np.ones(68), yaw=0, pitch=0, roll=0, confidence=0.9)
    found = Detection(box=box_around(marks.five), points=marks.five, score=0.5)
    assert draw_faces(grey(20, 20), [SeenFace(found, marks, quality=QUALITY)]).shape == (160, 160, 3)
