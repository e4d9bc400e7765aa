"""Ground truth: landmarks, layers, and the field from the frontal picture, tested by warping with it."""

from dataclasses import replace

import numpy as np
import pytest
from scipy.ndimage import binary_erosion, map_coordinates

from enface.rendering.errors import RenderingError
from enface.rendering.people.occluder import Occluder
from enface.rendering.people.person import Person
from enface.rendering.people.surroundings import PLAIN_CLOTHES, Clothes
from enface.rendering.scene.camera import Camera
from enface.rendering.scene.expressions import expression_weights
from enface.rendering.scene.stage import Stage, set_stage
from enface.rendering.truth.correspondence import ABSENT, HIDDEN, MIRRORED, VISIBLE, correspondence
from enface.rendering.truth.landmarks import five_landmarks, landmarks68
from enface.rendering.truth.layers import SEGMENTS, layers_of
from enface.rendering.view import View, take_view

SIZE = 128
FACE = SEGMENTS.index("face")


def _seen(
    person: Person,
    yaw: float,
    expression: str = "neutral",
    neckline: float = -12.5,
    occluder: Occluder | None = None,
) -> tuple[Stage, View]:
    clothes = Clothes(neckline, PLAIN_CLOTHES.colour, None, (0.0, 0.0))
    stage = set_stage(person, expression_weights(person.asset, expression), clothes, occluder)
    return stage, take_view(stage, Camera(yaw=yaw), size=SIZE, samples=1)


def _in_look(person: Person, **changes: str) -> Person:
    return Person(person.asset, person.identity, replace(person.look, **changes), texture_size=256)


def test_the_field_of_the_frontal_picture_is_the_identity(person: Person) -> None:
    stage, view = _seen(person, 0.0)
    field, classes = correspondence(stage, view, stage, view)
    y, x = np.mgrid[0:SIZE, 0:SIZE]
    known = classes != ABSENT
    assert np.abs(field - np.stack([x, y], axis=2))[known].max() < 0.01
    assert (classes[known] == VISIBLE).mean() > 0.99
    assert np.isnan(field[~known]).all()


@pytest.mark.parametrize(("yaw", "expression"), [(30.0, "smile"), (-45.0, "neutral"), (75.0, "neutral")])
def test_visible_pixels_reproduce_the_frontal_colours(person: Person, yaw: float, expression: str) -> None:
    frontal_stage, frontal = _seen(person, 0.0)
    stage, view = _seen(person, yaw, expression, neckline=-11.0)
    field, classes = correspondence(frontal_stage, frontal, stage, view)
    wanted, there = layers_of(frontal_stage, frontal), layers_of(stage, view)
    places = [np.nan_to_num(field[..., 1]), np.nan_to_num(field[..., 0])]
    warped = np.stack([map_coordinates(there.albedo[..., k], places, order=1) for k in range(3)], axis=2)
    error = np.abs(warped - wanted.albedo).mean(axis=2)
    skin = wanted.segmentation == FACE
    # The stated error: 0.015 of linear colour on visible skin, on average.
    assert error[skin & (classes == VISIBLE)].mean() < 0.015
    unseen = skin & ((classes == HIDDEN) | (classes == MIRRORED))
    assert error[unseen].mean() > 2 * error[skin & (classes == VISIBLE)].mean()


def test_a_profile_hides_the_far_half_which_its_mirror_shows(person: Person) -> None:
    frontal_stage, frontal = _seen(person, 0.0)
    stage, view = _seen(person, -90.0)
    classes = correspondence(frontal_stage, frontal, stage, view).classes
    # The camera stands on the subject's right: the left of a frontal picture.
    left, right = classes[:, : SIZE // 2], classes[:, SIZE // 2 :]
    known = left != ABSENT
    assert (left[known] == VISIBLE).mean() > 0.6
    assert (right[right != ABSENT] == VISIBLE).mean() < 0.2
    assert (right[right != ABSENT] == MIRRORED).mean() > 0.5
    mirrored = classes == MIRRORED
    assert (classes[:, ::-1][mirrored] == VISIBLE).all()


def test_layers_agree_with_each_other(person: Person) -> None:
    stage, view = _seen(person, 20.0)
    layers = layers_of(stage, view)
    seen = layers.segmentation > 0
    assert ((layers.depth > 0) == seen).all()
    assert layers.depth[seen].min() > 90 and layers.depth[seen].max() < 150
    assert np.linalg.norm(layers.normals[seen], axis=1) == pytest.approx(1.0, abs=1e-3)
    face = layers.segmentation == FACE
    assert face.mean() > 0.15 and layers.normals[face][:, 2].mean() > 0.5
    assert (layers.albedo[~seen] == 0).all()


def test_depth_is_that_of_the_landmark(person: Person) -> None:
    stage, view = _seen(person, 0.0)
    points, visible = landmarks68(stage, view)
    nose = np.round(points[30]).astype(int)
    assert visible[30]
    wanted = 115.0 - (stage.landmarks[30, 2] - 4.0)
    assert layers_of(stage, view).depth[nose[1], nose[0]] == pytest.approx(wanted, abs=0.3)


def test_five_points_lie_as_in_a_face_and_hide_in_profile(person: Person) -> None:
    frontal = five_landmarks(landmarks68(*_seen(person, 0.0)))
    right_eye, left_eye, nose, right_corner, left_corner = frontal.points
    assert frontal.visible.all()
    assert right_eye[0] < nose[0] < left_eye[0] and right_corner[0] < left_corner[0]
    assert right_eye[1] < nose[1] < right_corner[1]
    profile = five_landmarks(landmarks68(*_seen(person, -90.0)))
    assert profile.visible[0] and not profile.visible[1] and not profile.visible[4]


def test_views_with_several_samples_are_refused(person: Person) -> None:
    stage, view = _seen(person, 0.0)
    fine = take_view(stage, Camera(), size=SIZE, samples=2)
    with pytest.raises(RenderingError, match="1 sample"):
        layers_of(stage, fine)
    with pytest.raises(RenderingError, match="1 sample"):
        correspondence(stage, view, stage, fine)


def test_a_hand_hides_what_is_behind_it_from_every_truth(person: Person) -> None:
    hand = Occluder("hand", 1.0, "mouth")
    bare_stage, bare = _seen(person, 0.0)
    stage, view = _seen(person, 0.0, occluder=hand)
    assert stage.body_triangles == bare_stage.body_triangles
    segments = layers_of(stage, view).segmentation
    covered = segments == SEGMENTS.index("occluder")
    assert covered.mean() > 0.05
    classes = correspondence(bare_stage, bare, stage, view).classes
    face = layers_of(bare_stage, bare).segmentation == FACE
    behind = binary_erosion(covered) & face  # at its rim a pixel may see both
    assert np.isin(classes[behind], [HIDDEN, MIRRORED]).mean() > 0.99
    assert (classes[face & ~covered] == VISIBLE).mean() > 0.9
    mouth = slice(48, 60)
    assert landmarks68(bare_stage, bare).visible[mouth].all()
    assert landmarks68(stage, view).visible[mouth].sum() <= 2


@pytest.mark.parametrize("kind", ["strand", "microphone", "cup"])
def test_other_occluders_stand_before_the_face(person: Person, kind: str) -> None:
    long_haired = _in_look(person, style="long")
    before = layers_of(*_seen(long_haired, 0.0))
    after = layers_of(*_seen(long_haired, 0.0, occluder=Occluder(kind, 1.0)))
    changed = (after.segmentation != before.segmentation) & (before.segmentation == FACE)
    assert changed.mean() > 0.003
    assert (after.depth[changed] < before.depth[changed]).all()
    wanted = "hair" if kind == "strand" else "occluder"
    assert (after.segmentation[changed] == SEGMENTS.index(wanted)).all()


def test_no_strand_falls_from_short_hair(person: Person) -> None:
    cropped = _in_look(person, style="buzz")
    bare, stage = _seen(cropped, 0.0)[0], _seen(cropped, 0.0, occluder=Occluder("strand", 1.0))[0]
    assert len(stage.geometry.triangles) == len(bare.geometry.triangles)


@pytest.mark.parametrize("covering", ["cap", "beanie", "hat", "headscarf"])
def test_a_covering_is_seen_on_the_head_and_leaves_the_face_free(person: Person, covering: str) -> None:
    covered = _in_look(person, covering=covering)
    stage, view = _seen(covered, 0.0)
    segments = layers_of(stage, view).segmentation
    worn = segments == SEGMENTS.index("covering")
    rows = np.flatnonzero(worn.any(axis=1))
    assert worn.mean() > 0.03 and rows[0] < SIZE // 8
    marks = landmarks68(stage, view)
    assert marks.visible[[30, 36, 45, 48, 54]].all()
    if covering == "headscarf":
        assert (segments == SEGMENTS.index("hair")).mean() < 0.01
    # It belongs to the look: the frontal picture's covering has its place in another view.
    turned_stage, turned = _seen(covered, 30.0)
    classes = correspondence(stage, view, turned_stage, turned).classes
    assert (classes[worn] == VISIBLE).mean() > 0.3
