"""Yaw from five landmarks."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from enface.errors import FaceError
from enface.faces.landmarks import five_points
from enface.faces.pose import estimate_yaw
from enface.faces.templates import TEMPLATES

from .rendered_people import outlined_faces

TEMPLATE = TEMPLATES["enface-250-v1"]


@given(yaw=st.floats(-90, 90), roll=st.floats(-180, 180), scale=st.floats(0.01, 100))
def test_exact_for_the_mean_face_at_any_roll_and_scale(yaw: float, roll: float, scale: float) -> None:
    c, s = np.cos(np.radians(roll)), np.sin(np.radians(roll))
    points = scale * TEMPLATE.turned(yaw) @ np.array([[c, s], [-s, c]])
    # The mouth lies a little in front of the eyes, which tilts the line between them: under 2 degrees.
    assert abs(estimate_yaw(points) - yaw) < 2


def test_sign_negative_when_the_nose_points_to_the_right() -> None:
    points = TEMPLATE.points.copy()
    points[2, 0] += 15
    assert estimate_yaw(points) < -10
    assert estimate_yaw(TEMPLATE.points) == pytest.approx(0, abs=1e-9)


def test_rendered_people() -> None:
    """Mean absolute error over 50 people: 3 degrees at head height, 7 at cameras raised by 30 degrees."""
    errors: dict[str, list[float]] = {}
    for face in outlined_faces():
        key = "raised" if face.pitch else f"{face.yaw:+.0f}"
        errors.setdefault(key, []).append(abs(estimate_yaw(face.points) - face.yaw))
    means = {key: float(np.mean(values)) for key, values in errors.items()}
    assert len(means) == 14
    assert means.pop("raised") < 7.5
    assert max(means.values()) < 4.5, means


@pytest.mark.parametrize(
    ("points", "message"),
    [
        (np.zeros((4, 2)), "five"),
        (np.full((5, 2), np.nan), "finite"),
        (np.ones((5, 2)), "one spot"),
    ],
)
def test_bad_landmarks(points: np.ndarray, message: str) -> None:
    with pytest.raises(FaceError, match=message):
        five_points(points)
    with pytest.raises(FaceError, match=message):
        estimate_yaw(points)
