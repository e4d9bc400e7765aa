"""Distances to the paired ground truth (specification A.6). Images are in [-1, 1], values as if in [0, 1]."""

from collections.abc import Callable

from jaxtyping import Float
from torch import Tensor

Images = Float[Tensor, "batch 3 height width"]


def l1_mean(a: Images, b: Images) -> Float[Tensor, ""]:
    """Mean absolute difference over batch, channels and pixels."""
    return (a - b).abs().mean() / 2


def l2_sum(a: Images, b: Images) -> Float[Tensor, ""]:
    """Squared difference, summed over batch, channels and pixels: it grows with all three."""
    return (a - b).square().sum() / 4


PIXEL_METRICS: dict[str, Callable[[Tensor, Tensor], Tensor]] = {"l1_mean": l1_mean, "l2_sum": l2_sum}
"""By `PixelTerm.metric`."""
