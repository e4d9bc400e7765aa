"""Normalisation layers, exactly those of specification A.5."""

from typing import Any, Literal

import torch
from jaxtyping import Float
from torch import Tensor, nn

from enface.errors import ConfigError

Norm = Literal["pixel", "batch", "layer", "instance", "none"]
"""Same names as `enface.config.schema.Norm`; networks take primitives."""

PIXEL_EPSILON = 1e-8


class _PixelNorm(torch.autograd.Function):
    """y = x r with r = (mean_c x² + ε)^(-1/2), in a third of the memory passes of the plain expression.

    The forward pass takes the mean square from one fused norm reduction. That reduction has a NaN second
    derivative at an all-zero pixel, so a gradient penalty (a backward pass that is itself differentiated)
    computes r from the squares instead.
    """

    @staticmethod
    def forward(ctx: Any, x: Tensor) -> Tensor:
        accurate = torch.promote_types(x.dtype, torch.float32)
        norm = torch.linalg.vector_norm(x, dim=1, keepdim=True, dtype=accurate)
        scale = (norm.square() / x.shape[1] + PIXEL_EPSILON).rsqrt().to(x.dtype)
        ctx.save_for_backward(x, scale)
        y: Tensor = x * scale
        return y

    @staticmethod
    def backward(ctx: Any, *gradients: Tensor) -> Tensor:
        (gradient,) = gradients
        x, scale = ctx.saved_tensors
        if torch.is_grad_enabled():
            scale = (x.square().mean(1, keepdim=True) + PIXEL_EPSILON).rsqrt()
        along = (gradient * x).mean(1, keepdim=True)
        result: Tensor = gradient * scale - x * (along * scale**3)
        return result


def pixel_norm(x: Float[Tensor, "batch channels *space"]) -> Float[Tensor, "batch channels *space"]:
    """x / sqrt(mean over channels of x² + 1e-8) at every pixel (specification A.5 PN)."""
    return _PixelNorm.apply(x)  # type: ignore[no-any-return,no-untyped-call]


class PixelNorm(nn.Module):
    """`pixel_norm` as a layer; it has no parameters."""

    def forward(self, x: Float[Tensor, "batch channels *space"]) -> Float[Tensor, "batch channels *space"]:
        return pixel_norm(x)


def make_norm(kind: Norm, channels: int, *, running_statistics: bool = True) -> nn.Module:
    """Builds a normalisation layer (specification A.5).

    Args:
        kind: "pixel"; "batch" with momentum 0.1; "layer" with statistics over channels, height and width but
            one gain per channel; "instance" with gains drawn from N(1, 0.02); "none".
        channels: of the normalised map.
        running_statistics: whether batch norm keeps averages for evaluation; critics do not, they always
            use the statistics of their batch (specification A.5 BN).
    """
    if kind == "pixel":
        return PixelNorm()
    if kind == "batch":
        return nn.BatchNorm2d(channels, eps=1e-5, momentum=0.1, track_running_stats=running_statistics)
    if kind == "layer":
        return nn.GroupNorm(1, channels, eps=1e-12)
    if kind == "instance":
        norm = nn.InstanceNorm2d(channels, eps=1e-5, affine=True)
        nn.init.normal_(norm.weight, 1.0, 0.02)
        return norm
    if kind == "none":
        return nn.Identity()
    raise ConfigError(f"norm {kind!r} is not known; choose pixel, batch, layer, instance or none")
