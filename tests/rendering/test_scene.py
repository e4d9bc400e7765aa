"""Cameras, lights, expressions and whole pictures."""

import numpy as np
import pytest

from enface.rendering.errors import RenderingError
from enface.rendering.lighting import develop_view, prepare_light, shade_view
from enface.rendering.materials import CLOTH, FACE
from enface.rendering.people.person import Person
from enface.rendering.people.surroundings import PLAIN_CLOTHES, plain_background
from enface.rendering.scene.camera import AIM, Camera
from enface.rendering.scene.expressions import EXPRESSIONS, expression_weights
from enface.rendering.scene.lights import FRONTAL_FLASH, direction, multipie_light
from enface.rendering.scene.stage import Stage, set_stage
from enface.rendering.view import take_view


def _stage(person: Person, expression: str = "neutral") -> Stage:
    return set_stage(person, expression_weights(person.asset, expression), PLAIN_CLOTHES)


def _picture(person: Person, *, yaw: float = 0.0, light: int = FRONTAL_FLASH, size: int = 64) -> np.ndarray:
    stage = _stage(person)
    view = take_view(stage, Camera(yaw=yaw), size=size)
    radiance = shade_view(stage, view, prepare_light(stage, multipie_light(light)))
    return develop_view(view, radiance, plain_background(size))


def test_the_aim_is_in_the_middle_and_left_is_where_the_subject_has_it() -> None:
    pytest.importorskip("numba", reason="needs the `render` extra")
    points = np.array([AIM, (AIM[0] + 1.0, AIM[1], AIM[2]), (AIM[0], AIM[1] + 1.0, AIM[2])])
    screen = Camera(half_extent=12.0).project(points, 96)
    assert screen[0, :2] == pytest.approx([48.0, 48.0])
    assert screen[0, 2] == pytest.approx(1 / 115.0)
    assert screen[1, :2] == pytest.approx([52.0, 48.0])  # 96 / 24 samples a centimetre
    assert screen[2, :2] == pytest.approx([48.0, 44.0])


@pytest.mark.parametrize(("yaw", "side"), [(-60.0, 1.0), (60.0, -1.0)])
def test_the_nose_points_away_from_the_camera_side(yaw: float, side: float) -> None:
    pytest.importorskip("numba", reason="needs the `render` extra")
    nose = np.array([[0.0, 0.0, 12.0]])
    assert (Camera(yaw=yaw).project(nose, 100)[0, 0] - 50.0) * side > 10.0


def test_roll_and_shift_move_the_picture_without_distorting_it() -> None:
    pytest.importorskip("numba", reason="needs the `render` extra")
    points = np.random.default_rng(1).normal(size=(20, 3)) * 4
    plain = Camera().project(points, 100)[:, :2] - 50.0
    turned = Camera(roll=30.0, shift=(0.1, -0.2)).project(points, 100)[:, :2] - 50.0 - [10.0, -20.0]
    assert np.linalg.norm(turned, axis=1) == pytest.approx(np.linalg.norm(plain, axis=1), rel=1e-4)


@pytest.mark.parametrize("wrong", [{"yaw": 200.0}, {"pitch": 89.0}, {"distance": 5.0}, {"half_extent": 0.0}])
def test_impossible_cameras_are_refused(wrong: dict[str, float]) -> None:
    with pytest.raises(RenderingError, match="allowed"):
        Camera(**wrong)


def test_lights() -> None:
    assert direction(0.0, 0.0) == pytest.approx((0.0, 0.0, 1.0))
    assert direction(90.0, 0.0) == pytest.approx((1.0, 0.0, 0.0), abs=1e-12)
    assert multipie_light(FRONTAL_FLASH).directions[0] == pytest.approx((0.0, 0.0, 1.0))
    assert not multipie_light(0).casts_shadows and multipie_light(3).casts_shadows
    with pytest.raises(RenderingError, match="0 to 19"):
        multipie_light(20)


def test_expressions_are_checked(person: Person) -> None:
    asset = person.asset
    assert expression_weights(asset) == ()
    assert all(expression_weights(asset, name) for name in EXPRESSIONS if name != "neutral")
    with pytest.raises(RenderingError, match="unknown expression 'grin'"):
        expression_weights(asset, "grin")
    with pytest.raises(RenderingError, match="unknown shapes"):
        expression_weights(asset, {"grin": 1.0})


def test_a_smile_widens_the_mouth_and_leaves_the_forehead(person: Person) -> None:
    neutral, smile = _stage(person).landmarks, _stage(person, "smile").landmarks
    assert np.linalg.norm(smile[54] - smile[48]) > np.linalg.norm(neutral[54] - neutral[48]) + 0.3
    assert smile[27] == pytest.approx(neutral[27], abs=0.2)


def test_body_triangles_come_before_the_clothes(person: Person) -> None:
    stage = _stage(person)
    cloth = stage.geometry.materials == CLOTH
    assert not cloth[: stage.body_triangles].any() and cloth[stage.body_triangles :].all()
    assert stage.geometry.triangles.max() < len(stage.geometry.positions)
    assert np.linalg.norm(stage.geometry.normals, axis=1) == pytest.approx(1.0, abs=1e-3)


def test_the_same_person_gives_the_same_bytes(person: Person) -> None:
    again = Person(person.asset, person.identity, person.look, texture_size=256)
    assert np.array_equal(_picture(person, yaw=30.0, light=9), _picture(again, yaw=30.0, light=9))


def test_the_flash_lights_its_side(person: Person) -> None:
    stage = _stage(person)
    view = take_view(stage, Camera(), size=64)
    face = stage.geometry.materials[np.maximum(view.seen, 0)] == FACE
    face &= view.seen >= 0
    left_half = np.arange(face.shape[1]) < face.shape[1] // 2

    def brightness(light: int) -> tuple[float, float]:
        radiance = shade_view(stage, view, prepare_light(stage, multipie_light(light)))
        return float(radiance[face & left_half].mean()), float(radiance[face & ~left_half].mean())

    # Illumination 1 flashes from the subject's right, which is the left of a frontal picture.
    right_side, left_side = brightness(1)
    assert right_side > 2 * left_side
    right_side, left_side = brightness(13)
    assert left_side > 2 * right_side


def test_samples_agree_with_finer_ones(person: Person) -> None:
    """Lighting only the diagonal samples of smooth pixels must not change the picture beyond noise."""
    stage = _stage(person)
    light = prepare_light(stage, multipie_light(FRONTAL_FLASH))
    pictures = []
    for samples in (2, 4):
        view = take_view(stage, Camera(), size=64, samples=samples)
        pictures.append(
            develop_view(view, shade_view(stage, view, light), plain_background(64)).astype(float)
        )
    assert np.abs(pictures[0] - pictures[1]).mean() < 2.0
