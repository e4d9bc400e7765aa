"""Closed forms of the finder's targets and losses."""

import math

import pytest
import torch

from enface.networks.finder import MIDDLE_SIDE, FinderOutput, cell_middles
from enface.training.finder.objective import Targets, finder_losses, targets_of
from enface.training.finder.recipe import RECIPES
from enface.training.finder.truth import FACE, IGNORED, NOTHING

RECIPE = RECIPES["finder_v2"]


def _targets(kind: int, *, x: float = 43.5, y: float = 27.5, side: float = 28.0) -> Targets:
    boxes = torch.tensor([[[x, y, 0.7 * side, side]]])
    return targets_of(boxes, torch.tensor([[kind]]), rows=8, columns=10)


def test_the_cell_under_the_middle_must_find_the_face() -> None:
    # Cell 5 of a row has its middle at 43.5, cell 3 of a column at 27.5.
    assert float(cell_middles(10)[5]) == 43.5
    targets = _targets(FACE)
    assert targets.face[0].nonzero().tolist() == [[3, 5]]
    assert targets.offset[0, :, 3, 5].tolist() == [0.0, 0.0]
    assert float(targets.log_side[0, 3, 5]) == pytest.approx(math.log(28.0 / MIDDLE_SIDE))
    # The eight around are nearer than 0.45 sides: their answer does not count.
    around = ~targets.counted[0]
    assert around.sum() == 8 and not around[3, 5]


def test_offsets_point_from_the_cell_to_the_middle() -> None:
    targets = _targets(FACE, x=45.5, y=24.5)
    assert targets.offset[0, :, 3, 5].tolist() == pytest.approx([2 / 8, -3 / 8])
    assert targets.offset[0, :, 4, 5].tolist() == pytest.approx([2 / 8, -11 / 8])


def test_large_faces_have_several_cells_and_tiny_ones_one() -> None:
    assert int(_targets(FACE, side=50.0).face.sum()) == 5
    assert int(_targets(FACE, x=45.0, y=26.0, side=8.0).face.sum()) == 1


def test_ignored_faces_neither_count_for_nor_against() -> None:
    targets = _targets(IGNORED)
    assert not targets.face.any()
    assert not targets.counted[0, 3, 5]
    assert _targets(NOTHING).counted.all()


def test_terms_by_hand() -> None:
    targets = _targets(FACE)
    offset = torch.zeros(1, 2, 8, 10)
    offset[:, 0] = 0.3
    output = FinderOutput(torch.zeros(1, 8, 10), offset, torch.full((1, 8, 10), 0.1))
    terms = finder_losses(output, targets, RECIPE)
    counted = int(targets.counted.sum())
    assert float(terms["face"]) == pytest.approx(counted * 0.25 * math.log(2))
    # Huber: 0.3 - 0.1 in x, none in y; 0.1² / 0.2 for the side.
    assert float(terms["offset"]) == pytest.approx(RECIPE.offset_weight * 0.2 / 2)
    assert float(terms["side"]) == pytest.approx(RECIPE.side_weight * 0.05)


def test_pictures_without_faces_cost_alarms_only() -> None:
    targets = _targets(NOTHING)
    output = FinderOutput(torch.full((1, 8, 10), 3.0), torch.ones(1, 2, 8, 10), torch.ones(1, 8, 10))
    terms = finder_losses(output, targets, RECIPE)
    assert float(terms["face"]) > 50
    assert float(terms["offset"]) == float(terms["side"]) == 0
