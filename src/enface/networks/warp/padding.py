"""Colours of the face continued over its outline: a look a little beside it finds skin, not background."""

import torch
import torch.nn.functional as F
from jaxtyping import Float
from torch import Tensor

_SMALLEST = 4


def bleed(
    images: Float[Tensor, "batch c s s"], mask: Float[Tensor, "batch 1 s s"]
) -> Float[Tensor, "batch c s s"]:
    """Pictures whose masked part is kept and continued elsewhere by push and pull (Gortler et al. 1996).

    Args:
        images: of any size.
        mask: 1 where colours count, 0 where they are to be replaced.
    """
    return _filled(images * mask, mask)


def _filled(
    weighted: Float[Tensor, "batch c h w"], weight: Float[Tensor, "batch 1 h w"]
) -> Float[Tensor, "batch c h w"]:
    own = weighted / weight.clamp_min(1e-4)
    height, width = weight.shape[-2:]
    if min(height, width) <= _SMALLEST:
        total = weight.sum(dim=(2, 3), keepdim=True)
        mean = weighted.sum(dim=(2, 3), keepdim=True) / total.clamp_min(1e-4)
        return torch.lerp(mean.expand_as(own), own, weight.clamp(0.0, 1.0))
    # Sums over four pixels, at most 1: a half-covered coarse pixel counts as covered.
    coarse = _filled(
        4.0 * F.avg_pool2d(weighted, 2, ceil_mode=True), 4.0 * F.avg_pool2d(weight, 2, ceil_mode=True)
    )
    behind = F.interpolate(coarse, size=(height, width), mode="bilinear", align_corners=False)
    return torch.lerp(behind, own, weight.clamp(0.0, 1.0))
