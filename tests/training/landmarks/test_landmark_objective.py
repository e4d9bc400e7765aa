"""Closed forms of the landmark network's losses."""

import math

import pytest
import torch

from enface.networks.landmarks import LandmarkOutput
from enface.training.landmarks.framing import Crops
from enface.training.landmarks.objective import landmark_losses, point_likelihood
from enface.training.landmarks.recipe import RECIPES

RECIPE = RECIPES["landmarks_v1"]


def _crops(*, face: list[bool]) -> Crops:
    count = len(face)
    visible = torch.zeros(count, 68, dtype=torch.bool)
    visible[:, :34] = True
    return Crops(
        torch.zeros(count, 3, 8, 8),
        torch.zeros(count, 68, 2),
        visible,
        torch.zeros(count, 3),
        torch.tensor(face),
    )


def _output(count: int) -> LandmarkOutput:
    points = torch.zeros(count, 68, 2)
    points[:, :34] = torch.tensor([0.3, 0.4])
    pose = torch.tensor([[9.0, -18.0, 0.0]]).repeat(count, 1)
    return LandmarkOutput(points, torch.zeros(count, 68), torch.zeros(count, 68), pose, torch.zeros(count))


def test_the_likelihood_is_best_where_the_expected_distance_is_the_distance() -> None:
    truth = torch.zeros(1, 1, 2)
    guess = torch.tensor([[[0.3, 0.4]]])
    logs = torch.log(torch.tensor([0.3, 0.5, 0.8]))
    values = [float(point_likelihood(guess, log.view(1, 1), truth)) for log in logs]
    assert values[1] == min(values)
    assert values[1] == pytest.approx(2 * math.log(0.5) + 2)


def test_terms_of_a_batch_by_hand() -> None:
    terms = landmark_losses(_output(2), _crops(face=[True, True]), RECIPE)
    hidden = RECIPE.hidden_weight
    # Visible points are 0.5 off at d = 1, hidden ones right (up to the root's softening).
    assert float(terms["points"]) == pytest.approx(34 * 1.0 / (34 + 34 * hidden), abs=1e-4)
    assert float(terms["visible"]) == pytest.approx(RECIPE.visible_weight * math.log(2))
    assert float(terms["pose"]) == pytest.approx(RECIPE.pose_weight * (9 + 18) / 3 / 45)
    assert float(terms["face"]) == pytest.approx(RECIPE.face_weight * math.log(2))


def test_wrong_crops_count_in_the_face_term_only() -> None:
    alone = landmark_losses(_output(1), _crops(face=[True]), RECIPE)
    output = _output(2)
    output.points[1], output.pose[1] = 9.0, 90.0
    mixed = landmark_losses(output, _crops(face=[True, False]), RECIPE)
    for name in ("points", "visible", "pose"):
        assert float(mixed[name]) == pytest.approx(float(alone[name]))
    nothing = landmark_losses(_output(1), _crops(face=[False]), RECIPE)
    assert float(nothing["points"]) == 0
    assert float(nothing["face"]) == pytest.approx(RECIPE.face_weight * math.log(2))
