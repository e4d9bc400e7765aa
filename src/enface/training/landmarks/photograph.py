"""What cameras and things before the face do to a crop: light, colour, blur, noise, occluders."""

import torch
from jaxtyping import Bool, Float
from torch import Tensor

from enface.training.landmarks.framing import Crops
from enface.training.landmarks.recipe import Photograph

Images = Float[Tensor, "batch 3 size size"]


def photographed(crops: Crops, settings: Photograph, *, generator: torch.Generator) -> Crops:
    """Crops as worse cameras would see them; points behind an occluder are no longer visible.

    Args:
        crops: a batch.
        settings: strengths.
        generator: source of every draw.
    """
    images, hidden = _occlude(crops.images, crops.points, settings, generator)
    images = developed(images, settings, generator=generator)
    return crops._replace(images=images, visible=crops.visible & ~hidden)


def developed(images: Images, settings: Photograph, *, generator: torch.Generator) -> Images:
    """Light, colour, blur and noise alone.

    Args:
        images: a batch in [-1, 1].
        settings: strengths.
        generator: source of every draw.
    """
    images = _relight(images, settings, generator)
    images = _blur(images, settings, generator)
    return _disturb(images, settings, generator)


def _occlude(
    images: Images, points: Float[Tensor, "batch 68 2"], settings: Photograph, generator: torch.Generator
) -> tuple[Images, Bool[Tensor, "batch 68"]]:
    """An ellipse or a rectangle, filled with one colour or with a piece of another crop."""
    count, size = len(images), images.shape[-1]
    draws = torch.rand(count, 10, generator=generator)
    extent = settings.occluder * (0.2 + 0.8 * draws[:, :2])
    middle = 2 * draws[:, 2:4] - 1
    here = (draws[:, 4] < settings.occluded)[:, None]
    exponent = torch.where(draws[:, 5] < 0.5, 2.0, 20.0)[:, None]

    def inside(x: Tensor, y: Tensor) -> Tensor:
        across = ((x - middle[:, :1]) / extent[:, :1]).abs() ** exponent
        down = ((y - middle[:, 1:]) / extent[:, 1:]).abs() ** exponent
        return (across + down < 1) & here

    position = (torch.arange(size) + 0.5) * (2 / size) - 1
    y, x = (axis.flatten()[None] for axis in torch.meshgrid(position, position, indexing="ij"))
    mask = inside(x, y).view(count, 1, size, size)
    colour = (2 * draws[:, 6:9] - 1)[:, :, None, None]
    other = images.roll(1, dims=0).flip(-1)
    filling = torch.where((draws[:, 9] < 0.5)[:, None, None, None], colour, other)
    return torch.where(mask, filling, images), inside(points[..., 0], points[..., 1])


def _relight(images: Images, settings: Photograph, generator: torch.Generator) -> Images:
    count = len(images)
    draws = torch.randn(count, 5, generator=generator).clamp(-2, 2)
    grey = (torch.rand(count, generator=generator) < settings.grey)[:, None, None, None]
    images = torch.where(grey, images.mean(dim=1, keepdim=True), images)
    gain = torch.exp(settings.contrast * draws[:, :1] + settings.colour * ~grey[:, 0, 0] * draws[:, 1:4])
    mean = images.mean(dim=(1, 2, 3), keepdim=True)
    offset = settings.brightness * draws[:, 4:, None, None]
    return ((images - mean) * gain[:, :, None, None] + mean + offset).clamp(-1, 1)


def _blur(images: Images, settings: Photograph, generator: torch.Generator) -> Images:
    draws = torch.rand(len(images), 2, generator=generator)
    chosen = (draws[:, 0] < settings.blur).nonzero().squeeze(1)
    sigma = 0.3 + draws[chosen, 1] * (settings.blur_sigma - 0.3)
    position = torch.arange(images.shape[-1], dtype=images.dtype)
    distance = (position[:, None] - position) / sigma[:, None, None, None]
    # The limit keeps denormal numbers out, with which processors are slow.
    kernel = torch.exp((-0.5 * distance**2).clamp(min=-40.0))
    # A dense product is many times faster here than a depthwise convolution. Rows sum to one, at edges too.
    kernel = kernel / kernel.sum(-1, keepdim=True)
    return images.index_copy(0, chosen, kernel @ images[chosen] @ kernel.mT)


def _disturb(images: Images, settings: Photograph, generator: torch.Generator) -> Images:
    # Half of the pictures are clean, as most photographs are.
    strength = settings.noise * (2 * torch.rand(len(images), generator=generator) - 1).clamp(min=0)
    noise = torch.randn(images.shape, generator=generator)
    return (images + strength[:, None, None, None] * noise).clamp(-1, 1)
