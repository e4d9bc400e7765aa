"""What keeps Wasserstein critics smooth: weight clipping and the gradient penalty (specification A.6)."""

from collections.abc import Callable, Iterable, Mapping
from typing import Literal

import torch
from jaxtyping import Float
from torch import Tensor, nn

RAW_LEVELS = 127.5
"""Grey levels per unit: a raw image is (z + 1) 127.5 of one in [-1, 1], so dD/draw = dD/dz / 127.5."""
EPSILON = 1e-12
"""Inside the square root of the gradient's norm, whose derivative is infinite at zero without it."""

Images = Mapping[int, Float[Tensor, "batch 3 size size"]]
Critics = Callable[[dict[int, Tensor]], dict[str, Tensor]]


def gradient_penalty(
    critics: Critics,
    *,
    real: Images,
    fake: Images,
    alpha: Float[Tensor, " batch"],
    scope: Literal["per_critic", "summed"],
    space: Literal["raw255", "unit"] = "raw255",
) -> Float[Tensor, ""]:
    """< (|grad D(z)| - 1)² > at z = real + alpha (fake - real), to be minimised by the critics.

    The graph reaches the critics' parameters only. A critic that scores a map counts with its mean.

    Args:
        critics: {size: images} -> {name: scores}.
        real: frontal faces in [-1, 1] by size.
        fake: generated faces of the same sizes and batch.
        alpha: in [0, 1), one per sample, shared by all sizes.
        scope: "per_critic" adds up one penalty per critic, not averaged (A.6 WGAN-GP); "summed" takes the
            gradient of the sum of all scores with respect to all images together (A.6 WGAN-GP2).
        space: in which units of the image the slope should be 1: grey levels 0..255, or [-1, 1].
    """
    mixed = {size: _between(real[size], fake[size], alpha) for size in fake}
    # Samples are independent, so the gradient of the sum over the batch holds each sample's own.
    scores = [score.reshape(len(score), -1).mean(1).sum() for score in critics(mixed).values()]
    outputs = [torch.stack(scores).sum()] if scope == "summed" else scores
    per_level = RAW_LEVELS if space == "raw255" else 1.0
    penalties = [(slope / per_level - 1).square().mean() for slope in _slopes(outputs, list(mixed.values()))]
    return torch.stack(penalties).sum()


def _between(real: Tensor, fake: Tensor, alpha: Tensor) -> Tensor:
    return torch.lerp(real.detach(), fake.detach(), alpha.view(-1, 1, 1, 1)).requires_grad_()


def _slopes(outputs: Iterable[Tensor], images: list[Tensor]) -> Iterable[Tensor]:
    """Norm of each output's gradient over all pixels of all images, "batch", differentiable."""
    for output in outputs:
        gradients = torch.autograd.grad(output, images, create_graph=True, allow_unused=True)
        squares = [g.square().flatten(1).sum(1) for g in gradients if g is not None]
        yield (torch.stack(squares).sum(0) + EPSILON).sqrt()


@torch.no_grad()
def clip_parameters(module: nn.Module, limit: float) -> None:
    """Clamps every parameter, those of norms included, to [-limit, limit] (specification A.7)."""
    for parameter in module.parameters():
        parameter.clamp_(-limit, limit)
