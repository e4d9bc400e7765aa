"""Crops that show no face, or not one in its place: what the network must not be sure about."""

import torch
import torch.nn.functional as F
from jaxtyping import Float
from torch import Tensor

from enface.training.landmarks.framing import Crops, Faces, crop_maps, sample

_BLOCKS = 4


def wrong_crops(faces: Faces, *, size: int, generator: torch.Generator) -> Crops:
    """One wrong crop for each face, of a kind drawn at random.

    Kinds: a box beside the face, a box far too small or too large, upside down, four faces at once, shuffled
    blocks, a line drawing, noise.

    Args:
        faces: a batch.
        size: side of the crops, pixels.
        generator: source of every draw.
    """
    count = len(faces.points)
    kind = torch.randint(7, (count,), generator=generator)
    draws = torch.rand(count, 6, generator=generator)
    beside, small, large, upside_down = (kind == k for k in range(4))
    direction = 2 * torch.pi * draws[:, 0]
    far = torch.where(beside, 0.55 + 0.6 * draws[:, 1], 0.1 * draws[:, 1])
    scale = torch.where(small, 0.2 + 0.25 * draws[:, 2], 0.85 + 0.3 * draws[:, 2])
    scale = torch.where(large, 2.2 + 2.0 * draws[:, 2], scale)
    roll = torch.where(upside_down, 100 + 160 * draws[:, 3], 40 * (draws[:, 3] - 0.5))
    maps = crop_maps(
        faces,
        roll=roll,
        scale=scale,
        shift=far[:, None] * torch.stack([direction.cos(), direction.sin()], 1),
        mirror=draws[:, 4] < 0.5,
    )
    images = sample(faces.pictures, maps, size=size)
    for number, change in ((4, _four), (5, _shuffled), (6, _drawn_or_noise)):
        chosen = (kind == number).nonzero().squeeze(1)
        if len(chosen):
            images = images.index_copy(0, chosen, change(images[chosen], images, generator))
    nothing = torch.zeros(count, dtype=torch.bool)
    return Crops(
        images=images,
        points=torch.zeros(faces.points.shape),
        visible=torch.zeros(faces.visible.shape, dtype=torch.bool),
        pose=torch.zeros(count, 3),
        face=nothing,
    )


def _four(images: Tensor, others: Tensor, generator: torch.Generator) -> Tensor:
    """Four crops of the batch at half their size."""
    half = F.avg_pool2d(others, 2)
    picked = torch.randint(len(others), (len(images), 4), generator=generator)
    upper, lower = (torch.cat([half[picked[:, k]], half[picked[:, k + 1]]], dim=3) for k in (0, 2))
    return torch.cat([upper, lower], dim=2)


def _shuffled(images: Tensor, others: Tensor, generator: torch.Generator) -> Tensor:
    """Blocks in another order."""
    count, channels, size, _ = images.shape
    side = size // _BLOCKS
    blocks = images.view(count, channels, _BLOCKS, side, _BLOCKS, side).transpose(3, 4).flatten(2, 3)
    order = torch.randperm(_BLOCKS**2, generator=generator)
    shuffled = blocks[:, :, order].view(count, channels, _BLOCKS, _BLOCKS, side, side)
    return shuffled.transpose(3, 4).reshape(images.shape)


def _drawn_or_noise(images: Tensor, others: Tensor, generator: torch.Generator) -> Tensor:
    """Dark lines on white where the picture has edges, or noise of some coarseness about some colour."""
    grey = images.mean(dim=1, keepdim=True)
    edges = torch.zeros_like(grey)
    edges[..., 1:] += (grey[..., 1:] - grey[..., :-1]).abs()
    edges[..., 1:, :] += (grey[..., 1:, :] - grey[..., :-1, :]).abs()
    lines = (1 - 8 * edges).clamp(-1, 1).expand_as(images)
    return torch.where(
        torch.rand(len(images), 1, 1, 1, generator=generator) < 0.5, lines, _noise(images, generator)
    )


def _noise(images: Tensor, generator: torch.Generator) -> Float[Tensor, "batch 3 size size"]:
    size = images.shape[-1]
    coarse = int(torch.randint(3, size + 1, (1,), generator=generator))
    grains = torch.randn(len(images), 3, coarse, coarse, generator=generator)
    strength, colour = torch.rand(2, len(images), 3, 1, 1, generator=generator)
    spread: Tensor = F.interpolate(grains, size=(size, size), mode="bilinear")
    noise: Tensor = 2 * colour - 1 + strength * spread
    return noise.clamp(-1, 1)
