"""Another picture behind a head: faces, hair and skin where the renderer put blurred shapes.

A matte learnt on blurred shapes takes everything that is sharp, or has the colour of skin, for the person.
"""

import torch
import torch.nn.functional as F
from jaxtyping import Float, UInt8
from torch import Tensor

from enface.rendering.truth.layers import SEGMENTS

_BACKGROUND = SEGMENTS.index("background")
_ZOOM = (0.5, 2.0)
"""Sides of the other picture that fill the picture; above 1 its edges go on."""


def with_other_backgrounds(
    pictures: UInt8[Tensor, "batch p p 3"],
    segmentation: UInt8[Tensor, "batch p p"],
    *,
    share: float,
    generator: torch.Generator,
) -> UInt8[Tensor, "batch p p 3"]:
    """Pictures, some of which have a part of their neighbour in the batch for a background.

    The part has any place, size and direction; half of them are out of focus, and half are brought to the
    mean colour of the head before them, which leaves the matte nothing but shape.

    Args:
        pictures: of a batch, in any order.
        segmentation: theirs, numbers of `SEGMENTS`.
        share: how many get another background.
        generator: of the CPU.
    """
    draws = torch.rand(len(pictures), 7, generator=generator).to(pictures.device)
    chosen = draws[:, 0] < share
    if not bool(chosen.any()):
        return pictures
    draws, own = draws[chosen], pictures[chosen].permute(0, 3, 1, 2).float()
    behind = _part(pictures.roll(1, dims=0)[chosen].permute(0, 3, 1, 2).float(), draws)
    head = (segmentation[chosen] != _BACKGROUND)[:, None].float()
    behind = torch.where((draws[:, 5] < 0.5)[:, None, None, None], _blurred(behind), behind)
    behind = torch.where((draws[:, 6] < 0.5)[:, None, None, None], _coloured(behind, own, head), behind)
    soft = F.avg_pool2d(head, 3, 1, 1, count_include_pad=False)
    mixed = torch.lerp(behind, own, soft).round().clamp(0, 255).to(torch.uint8)
    result = pictures.clone()
    result[chosen] = mixed.permute(0, 2, 3, 1)
    return result


def _part(pictures: Float[Tensor, "n 3 p p"], draws: Float[Tensor, "n 7"]) -> Float[Tensor, "n 3 p p"]:
    low, high = _ZOOM
    scale = low * (high / low) ** draws[:, 1]
    flip = torch.where(draws[:, 2] < 0.5, -1.0, 1.0)
    zero = torch.zeros_like(scale)
    rows = [
        torch.stack([flip * scale, zero, 1.6 * draws[:, 3] - 0.8], dim=1),
        torch.stack([zero, scale, 1.6 * draws[:, 4] - 0.8], dim=1),
    ]
    grid = F.affine_grid(torch.stack(rows, dim=1), list(pictures.shape), align_corners=False)
    return F.grid_sample(pictures, grid, padding_mode="reflection", align_corners=False)


def _blurred(pictures: Float[Tensor, "n 3 p p"]) -> Float[Tensor, "n 3 p p"]:
    small = F.avg_pool2d(pictures, 8, ceil_mode=True)
    return F.interpolate(small, size=pictures.shape[-2:], mode="bilinear", align_corners=False)


def _coloured(
    pictures: Float[Tensor, "n 3 p p"], own: Float[Tensor, "n 3 p p"], head: Float[Tensor, "n 1 p p"]
) -> Float[Tensor, "n 3 p p"]:
    """With the mean colour of the heads in `own`."""
    wanted = (own * head).sum(dim=(2, 3)) / head.sum(dim=(2, 3)).clamp_min(1.0)
    factor = wanted / pictures.mean(dim=(2, 3)).clamp_min(1.0)
    return (pictures * factor[:, :, None, None]).clamp(0, 255)
