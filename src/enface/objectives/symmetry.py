"""Difference to the mirrored image: frontal faces are nearly symmetric (specification A.6)."""

from jaxtyping import Float
from torch import Tensor


def symmetry(images: Float[Tensor, "batch 3 height width"]) -> Float[Tensor, ""]:
    """Mean absolute difference between images in [-1, 1] and their mirror images, as if in [0, 1]."""
    half = images.shape[3] // 2
    # Both halves hold the same differences and a middle column has none: half the work.
    left, right = images[..., :half], images[..., images.shape[3] - half :].flip(3)
    return (left - right).abs().sum() / images.numel()
