"""What the finder's answers cost; closed forms, no network in them."""

from typing import NamedTuple

import torch
import torch.nn.functional as F
from jaxtyping import Bool, Float
from torch import Tensor

from enface.networks.finder import MIDDLE_SIDE, STRIDE, FinderOutput, cell_middles
from enface.training.finder.recipe import FinderRecipe
from enface.training.finder.truth import FACE, IGNORED

_CORE, _AROUND = 0.2, 0.45
"""Shares of a face's side: cells nearer to its middle than the first must find it, up to the second may."""


class Targets(NamedTuple):
    """What every cell should say."""

    face: Bool[Tensor, "batch rows columns"]
    counted: Bool[Tensor, "batch rows columns"]
    """Whether the cell's answer counts."""
    offset: Float[Tensor, "batch 2 rows columns"]
    """In cells; of the nearest face to be found."""
    log_side: Float[Tensor, "batch rows columns"]


def targets_of(boxes: Float[Tensor, "batch slots 4"], kind: Tensor, *, rows: int, columns: int) -> Targets:
    """Truth on the network's map.

    Args:
        boxes: middle x and y, width, height, pixels.
        kind: of the boxes (`enface.training.finder.truth`).
        rows: of the map.
        columns: of the map.
    """
    device = boxes.device
    x, y = cell_middles(columns, device=device), cell_middles(rows, device=device)
    dx = (boxes[:, :, 0, None, None] - x).expand(-1, -1, rows, -1)
    dy = (boxes[:, :, 1, None, None] - y[:, None]).expand(-1, -1, -1, columns)
    side = boxes[:, :, 2:].amax(2)[:, :, None, None]
    distance = (dx**2 + dy**2).sqrt()
    found, open_ = ((kind == value)[:, :, None, None] for value in (FACE, IGNORED))
    # The cell that holds the middle always counts, however small the face is.
    core = (distance < _CORE * side) | (torch.maximum(dx.abs(), dy.abs()) <= STRIDE / 2)
    face = (core & found).any(1)
    around = ((distance < _AROUND * side) & (found | open_)).any(1)
    nearest = torch.where(found, distance / side, torch.inf).argmin(1, keepdim=True)
    offset = torch.stack([values.gather(1, nearest)[:, 0] for values in (dx, dy)], 1) / STRIDE
    log_side = (side.expand_as(dx).gather(1, nearest)[:, 0].clamp(min=1) / MIDDLE_SIDE).log()
    return Targets(face, face | ~around, offset, log_side)


def finder_losses(output: FinderOutput, targets: Targets, recipe: FinderRecipe) -> dict[str, Tensor]:
    """Weighted terms, scalars.

    Args:
        output: of the network.
        targets: the truth.
        recipe: weights.
    """
    face = targets.face.float()
    cells = face.sum().clamp(min=1)
    entropy = F.binary_cross_entropy_with_logits(output.face, face, reduction="none")
    wrong = (output.face.sigmoid() - face).abs() ** recipe.focus
    offset = F.smooth_l1_loss(output.offset, targets.offset, reduction="none", beta=0.2).mean(1)
    side = F.smooth_l1_loss(output.log_side, targets.log_side, reduction="none", beta=0.1)
    return {
        "face": (entropy * wrong * targets.counted).sum() / cells,
        "offset": recipe.offset_weight * (offset * face).sum() / cells,
        "side": recipe.side_weight * (side * face).sum() / cells,
    }
