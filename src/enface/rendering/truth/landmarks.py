"""68 and 5 landmarks with visibility."""

from typing import NamedTuple

import numpy as np
from jaxtyping import Bool, Float32
from numpy import ndarray

from enface.faces.landmarks68 import LEFT_EYE, MOUTH_CORNERS, NOSE, RIGHT_EYE, five_points_of
from enface.rendering.scene.stage import Stage
from enface.rendering.view import View

SLACK = 0.8
"""Centimetres that a landmark may lie behind the surface that is seen there; hair and glasses are surface."""


class Landmarks(NamedTuple):
    """Pixels, centre of the upper left one at (0, 0); anatomical names stay in every pose."""

    points: Float32[ndarray, "n 2"]
    visible: Bool[ndarray, " n"]


def landmarks68(stage: Stage, view: View) -> Landmarks:
    """The iBUG landmarks; hidden ones lie where they are in space."""
    width = view.nearness.shape[0]
    screen = view.camera.project(stage.landmarks, width)
    column = np.clip(screen[:, 0].astype(int), 0, width - 1)
    row = np.clip(screen[:, 1].astype(int), 0, width - 1)
    near = view.nearness[row, column]
    surface = np.where(near > 0.0, 1.0 / np.maximum(near, 1e-9), np.inf)
    inside = ((screen[:, :2] >= 0.0) & (screen[:, :2] < width)).all(axis=1)
    visible = inside & (1.0 / screen[:, 2] <= surface + SLACK)
    return Landmarks(screen[:, :2] / view.samples - 0.5, visible)


def five_landmarks(all68: Landmarks) -> Landmarks:
    """Subject's right eye, left eye (means of the lid points), nose tip, right and left mouth corner."""
    points, visible = all68
    seen = [visible[RIGHT_EYE].sum() >= 3, visible[LEFT_EYE].sum() >= 3]
    rest = [NOSE, *MOUTH_CORNERS]
    return Landmarks(five_points_of(points), np.array([*seen, *visible[rest]], bool))
