"""Distances between recognizer features, which keep the person (specification A.6)."""

from collections.abc import Callable

from jaxtyping import Float
from torch import Tensor

EPSILON = 1e-8
"""Added to squared lengths; the cosine of a zero feature has no derivative without it."""


def cosine_distance(
    a: Float[Tensor, "batch feature"], b: Float[Tensor, "batch feature"]
) -> Float[Tensor, ""]:
    """< 1 - cos(a, b) >, from 0 for the same direction to 2 for opposite ones."""
    return (1 - similarities(a, b)).mean()


def similarities(
    a: Float[Tensor, "batch feature"], b: Float[Tensor, "batch feature"]
) -> Float[Tensor, " batch"]:
    """cos(a, b) of each sample."""
    lengths = (a.square().sum(1) + EPSILON) * (b.square().sum(1) + EPSILON)
    return (a * b).sum(1) * lengths.rsqrt()


def feature_mse(a: Float[Tensor, "batch feature"], b: Float[Tensor, "batch feature"]) -> Float[Tensor, ""]:
    """Mean of (a - b)² over batch and feature."""
    return (a - b).square().mean()


def squared_euclid(a: Float[Tensor, "batch feature"], b: Float[Tensor, "batch feature"]) -> Float[Tensor, ""]:
    """< sum over the feature of (a - b)² >."""
    return (a - b).square().sum(1).mean()


FEATURE_METRICS: dict[str, Callable[[Tensor, Tensor], Tensor]] = {
    "cosine": cosine_distance,
    "mse": feature_mse,
    "squared_euclid": squared_euclid,
}
"""By `FeatureTerm.metric`."""
