"""Distances to a picture of the same face (specification A.6); images are in [-1, 1]."""

from collections.abc import Callable
from typing import Literal

from jaxtyping import Float
from torch import Tensor

Images = Float[Tensor, "batch 3 height width"]
Differences = Float[Tensor, "batch 3 height width"]


def absolute(a: Images, b: Images) -> Differences:
    """|a - b| of every value."""
    return (a - b).abs()


def squared(a: Images, b: Images) -> Differences:
    """(a - b)² of every value."""
    return (a - b).square()


def over_everything(differences: Differences) -> Float[Tensor, ""]:
    """Mean over batch, channels and pixels."""
    return differences.mean()


def image_sums(differences: Differences) -> Float[Tensor, ""]:
    """Sum over channels and pixels, then the batch's mean."""
    return differences.flatten(1).sum(1).mean()


def batch_sum(differences: Differences) -> Float[Tensor, ""]:
    """Sum over batch, channels and pixels: it grows with all three."""
    return differences.sum()


PIXEL_METRICS: dict[str, tuple[Callable[[Tensor, Tensor], Tensor], Callable[[Tensor], Tensor], int]] = {
    "l1_mean": (absolute, over_everything, 1),
    "l1_sum": (absolute, image_sums, 1),
    "l2_mean": (squared, over_everything, 2),
    "l2_sum": (squared, batch_sum, 2),
}
"""By `PixelTerm.metric`: the difference of values, how it is gathered, and its power of the range."""


def pixel_distance(
    a: Images,
    b: Images,
    *,
    metric: str,
    value_range: Literal[1, 255] = 1,
    mask: Float[Tensor, "height width"] | None = None,
    sample_weights: Float[Tensor, " batch"] | None = None,
) -> Float[Tensor, ""]:
    """Weighted distance of images in [-1, 1].

    Args:
        a: images.
        b: images.
        metric: key of `PIXEL_METRICS`.
        value_range: values as if in [0, 1] or [0, 255] (to-do 7).
        mask: how much each pixel counts (to-do 2); a mean is still over all pixels.
        sample_weights: how much each sample counts (D1_6); a mean is still over all samples.
    """
    difference, gather, power = PIXEL_METRICS[metric]
    values = difference(a, b)
    if mask is not None:
        values = values * mask
    if sample_weights is not None:
        values = values * sample_weights.view(-1, 1, 1, 1)
    # A step of one in [-1, 1] is half the range.
    return gather(values) * (value_range / 2) ** power
