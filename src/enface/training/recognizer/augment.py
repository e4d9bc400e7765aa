"""Geometric and photometric jitter of a batch of aligned faces, on tensors."""

import math

import torch
import torch.nn.functional as F
from jaxtyping import Float, UInt8
from torch import Tensor

from enface.training.recognizer.recipe import Jitter

_CROP = 224 / 250


def centre_view(
    frames: UInt8[Tensor, "batch 3 frame frame"], *, size: int
) -> Float[Tensor, "batch 3 size size"]:
    """The centre 224/250 of the alignment frame at the network's input size, in [-1, 1]."""
    matrices = torch.zeros(len(frames), 2, 3)
    matrices[:, 0, 0] = matrices[:, 1, 1] = _CROP
    return _sample(frames, matrices, size=size)


def jittered_view(
    frames: UInt8[Tensor, "batch 3 frame frame"], jitter: Jitter, *, size: int, generator: torch.Generator
) -> Float[Tensor, "batch 3 size size"]:
    """As `centre_view`, moved, mirrored, relit, blurred and partly erased as `jitter` says.

    Args:
        frames: alignment frames.
        jitter: strengths.
        size: side of the network's input in pixels.
        generator: of the CPU, source of every draw; the same state gives the same pictures.
    """
    images = _sample(frames, _matrices(len(frames), jitter, generator), size=size)
    images = _relight(images, jitter, generator)
    images = _blur(images, jitter, generator)
    return _erase(images, jitter, generator)


def _sample(
    frames: UInt8[Tensor, "batch 3 frame frame"], matrices: Float[Tensor, "batch 2 3"], *, size: int
) -> Float[Tensor, "batch 3 size size"]:
    grid = F.affine_grid(matrices.to(frames.device), [len(frames), 3, size, size], align_corners=False)
    images = frames.float() / 127.5 - 1
    return F.grid_sample(images, grid, padding_mode="border", align_corners=False)


def _matrices(count: int, jitter: Jitter, generator: torch.Generator) -> Float[Tensor, "batch 2 3"]:
    angle, zoom, across, down = _normal(count, 4, generator=generator).unbind(1)
    angle = angle * math.radians(jitter.rotation)
    scale = _CROP * torch.exp(zoom * jitter.zoom)
    flip = torch.ones(count)
    if jitter.mirror:
        flip = 1 - 2 * (torch.rand(count, generator=generator) < 0.5).float()
    cosine, sine = scale * torch.cos(angle), scale * torch.sin(angle)
    # The grid spans [-1, 1], so a shift by one crop size is two units of it.
    shift_x, shift_y = 2 * _CROP * jitter.shift * across, 2 * _CROP * jitter.shift * down
    rows = [torch.stack([flip * cosine, -sine, shift_x], 1), torch.stack([flip * sine, cosine, shift_y], 1)]
    return torch.stack(rows, 1)


def _relight(
    images: Float[Tensor, "batch 3 size size"], jitter: Jitter, generator: torch.Generator
) -> Float[Tensor, "batch 3 size size"]:
    draws = _normal(len(images), 5, generator=generator).to(images.device)
    gain = torch.exp(jitter.contrast * draws[:, :1] + jitter.colour * draws[:, 1:4])
    offset = jitter.brightness * draws[:, 4:]
    mean = images.mean(dim=(1, 2, 3), keepdim=True)
    relit = (images - mean) * gain[:, :, None, None] + mean + offset[:, :, None, None]
    return relit.clamp(-1, 1)


def _blur(
    images: Float[Tensor, "batch 3 size size"], jitter: Jitter, generator: torch.Generator
) -> Float[Tensor, "batch 3 size size"]:
    chance, strength = torch.rand(2, generator=generator).tolist()
    if chance >= jitter.blur:
        return images
    sigma = 0.3 + strength * (jitter.blur_sigma - 0.3)
    position = torch.arange(images.shape[-1], dtype=images.dtype)
    kernel = torch.exp(-0.5 * ((position[:, None] - position) / sigma) ** 2)
    # A dense product is many times faster here than a depthwise convolution. Rows sum to one, at edges too.
    kernel = (kernel / kernel.sum(1, keepdim=True)).to(images.device)
    return kernel @ images @ kernel.T


def _erase(
    images: Float[Tensor, "batch 3 size size"], jitter: Jitter, generator: torch.Generator
) -> Float[Tensor, "batch 3 size size"]:
    count, size = len(images), images.shape[-1]
    draws = torch.rand(count, 6, generator=generator).to(images.device)
    side = jitter.erase_size * (0.25 + 0.75 * draws[:, :2])
    start = draws[:, 2:4] * (1 - side)
    position = (torch.arange(size, device=images.device) + 0.5) / size
    inside = (position >= start[..., None]) & (position < (start + side)[..., None])
    box = inside[:, 0, :, None] & inside[:, 1, None, :] & (draws[:, 4] < jitter.erase)[:, None, None]
    grey = (2 * draws[:, 5] - 1)[:, None, None, None]
    return torch.where(box[:, None], grey, images)


def _normal(*shape: int, generator: torch.Generator) -> Tensor:
    """Standard normal draws, cut at two standard deviations."""
    return torch.randn(*shape, generator=generator).clamp(-2, 2)
