"""Which heads in a composed picture are faces to be found, and where their boxes lie."""

import torch
from jaxtyping import Float, Int
from torch import Tensor

from enface.faces.landmarks68 import BOX_EXTENT, BOX_RAISED
from enface.training.finder.recipe import Composition

NOTHING, IGNORED, FACE = 0, 1, 2
"""Must not be found; may be found or not; must be found."""


def boxes_around(points: Float[Tensor, "batch 68 2"]) -> Float[Tensor, "batch 4"]:
    """As `enface.faces.landmarks68.detector_box`, for a batch: middle x and y, width, height."""
    low, high = points.amin(1), points.amax(1)
    longer = (high - low).amax(1)
    middle = (low + high) / 2
    return torch.stack(
        [
            middle[:, 0],
            middle[:, 1] - BOX_RAISED * longer,
            BOX_EXTENT[0] * longer,
            BOX_EXTENT[1] * longer,
        ],
        1,
    )


def judged(
    boxes: Float[Tensor, "batch 4"],
    settings: Composition,
    *,
    low: Float[Tensor, "batch 2"] | None = None,
    high: Float[Tensor, "batch 2"] | None = None,
) -> Int[Tensor, " batch"]:
    """What faces with these boxes count as, by their size and by how much of them lies in the picture.

    Args:
        boxes: middle x and y, width, height, pixels.
        settings: limits.
        low: upper left corner of what is shown, pixels; 0 by default.
        high: lower right corner; the picture's by default.
    """
    low = torch.zeros(len(boxes), 2) if low is None else low
    high = torch.full((len(boxes), 2), float(settings.size)) if high is None else high
    upper = torch.maximum(boxes[:, :2] - boxes[:, 2:] / 2, low - 0.5)
    lower = torch.minimum(boxes[:, :2] + boxes[:, 2:] / 2, high - 0.5)
    share = (lower - upper).clamp(min=0).prod(1) / boxes[:, 2:].prod(1)
    side = boxes[:, 2:].amax(1)
    found = (side >= settings.found[0]) & (side <= settings.found[1]) & (share >= settings.seen[1])
    never = (side < settings.ignored[0]) | (side > settings.ignored[1]) | (share < settings.seen[0])
    kind = torch.where(found, FACE, IGNORED)
    return torch.where(never, NOTHING, kind)
