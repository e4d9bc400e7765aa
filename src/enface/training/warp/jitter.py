"""What light, cameras and hands do to a picture, on top of what the renderer did."""

import torch
from jaxtyping import Float
from torch import Tensor

from enface.training.warp.recipe import Jitter


def jittered(
    images: Float[Tensor, "batch 3 s s"], amounts: Jitter, *, generator: torch.Generator
) -> Float[Tensor, "batch 3 s s"]:
    """Pictures with other gamma, contrast, brightness, colour, noise, and here and there a blob.

    Args:
        images: values from 0 to 1.
        amounts: how much.
        generator: of the CPU.
    """

    def normal(*shape: int) -> Tensor:
        return torch.randn(len(images), *shape, generator=generator).to(images.device)

    def uniform(*shape: int) -> Tensor:
        return torch.rand(len(images), *shape, generator=generator).to(images.device)

    values = _with_blobs(images, uniform(10), share=amounts.erase)
    values = values.clamp(1e-4, 1.0) ** torch.exp(amounts.gamma * normal(1, 1, 1))
    values = (values - 0.5) * torch.exp(amounts.contrast * normal(1, 1, 1)) + 0.5
    values = values + amounts.brightness * normal(1, 1, 1) + amounts.colour * normal(3, 1, 1)
    values = values + amounts.noise * uniform(1, 1, 1) * normal(*images.shape[1:])
    return values.clamp(0.0, 1.0)


def _with_blobs(
    images: Float[Tensor, "batch 3 s s"], draws: Float[Tensor, "batch 10"], *, share: float
) -> Float[Tensor, "batch 3 s s"]:
    line = torch.linspace(-1.0, 1.0, images.shape[-1], device=images.device)
    y, x = line[:, None], line[None, :]
    centre_x, centre_y = 2 * draws[:, 0] - 1, 2 * draws[:, 1] - 1
    width, height = 0.1 + 0.45 * draws[:, 2], 0.1 + 0.45 * draws[:, 3]
    angle = torch.pi * draws[:, 4]
    c, s = angle.cos()[:, None, None], angle.sin()[:, None, None]
    dx, dy = x - centre_x[:, None, None], y - centre_y[:, None, None]
    across, along = (c * dx + s * dy) / width[:, None, None], (c * dy - s * dx) / height[:, None, None]
    inside = (across**2 + along**2 < 1.0) & (draws[:, 5] < share)[:, None, None]
    return torch.where(inside[:, None], draws[:, 6:9, None, None], images)
