"""Where each pixel of a frontal face comes from: the photograph, its mirror image, or nowhere."""

from dataclasses import dataclass

import numpy as np
import torch
import torch.nn.functional as F
from jaxtyping import Float, UInt8
from numpy import ndarray
from torch import Tensor

from enface.faces.templates import CROP_FRACTION
from enface.models.warp.model import WarpResult

COLOURS = {"seen": (60, 170, 75), "mirrored": (250, 190, 40), "invented": (215, 50, 60)}
"""sRGB, in the order of the shares; told apart by people who do not see red and green by their lightness."""
_OUTSIDE = (70, 70, 70)
_TINT = 0.55


@dataclass(frozen=True)
class Evidence:
    """Shares of the head's pixels, from 0 to 1; they sum to 1."""

    seen: float
    """Copied from the photograph."""
    mirrored: float
    """Copied from the other side of the face."""
    invented: float
    """Neither: drawn, or filled from what lies near."""


def evidence_of(result: WarpResult) -> list[Evidence]:
    """The shares of each face, over the head inside the centre crop that users are given."""
    return [Evidence(*map(float, row)) for row in shares_of(result)]


def shares_of(result: WarpResult) -> Float[Tensor, "batch 3"]:
    """As `evidence_of`: seen, mirrored, invented."""
    head = centre(result.head)
    total = head.sum(dim=(1, 2, 3)).clamp_min(1e-3)
    shares = [
        (centre(layer) * head).sum(dim=(1, 2, 3)) / total
        for layer in (result.seen, result.mirrored, result.invented)
    ]
    return torch.stack(shares, dim=1)


def maps_of(result: WarpResult) -> Float[Tensor, "batch 4 t t"]:
    """Seen, mirrored, invented and head of every pixel of the centre crop that users are given.

    The maps are enlarged to the frame before they are cut: the crop's edge lies between two of their own
    pixels, and cut there they would lie beside the face.
    """
    maps = torch.cat([result.seen, result.mirrored, result.invented, result.head], dim=1)
    size = tuple(result.face.shape[-2:])
    return centre(F.interpolate(maps, size=size, mode="bilinear", align_corners=False))


def evidence_pictures(result: WarpResult) -> list[UInt8[ndarray, "t t 3"]]:
    """A picture of each face's shares: green seen, yellow mirrored, red invented, over the face in grey.

    Pixel for pixel of the centre crop that users are given.
    """
    maps = maps_of(result)
    layers, head = maps[:, :3], maps[:, 3:]
    palette = torch.tensor(list(COLOURS.values()), dtype=layers.dtype, device=layers.device)
    colours = torch.einsum("bkhw,kc->bchw", layers, palette)
    grey = (centre(result.face).mean(dim=1, keepdim=True) + 1.0) * 127.5
    tinted = torch.lerp(grey.expand_as(colours), colours, _TINT)
    outside = torch.tensor(_OUTSIDE, dtype=head.dtype, device=head.device).view(1, 3, 1, 1)
    picture = torch.lerp(outside.expand_as(tinted), tinted, head)
    whole = picture.round().clamp(0, 255).to(torch.uint8).permute(0, 2, 3, 1).cpu().numpy()
    return [np.ascontiguousarray(image) for image in whole]


def centre(x: Float[Tensor, "batch c s s"]) -> Float[Tensor, "batch c t t"]:
    """The centre crop (224 of 250) of pictures or maps of the whole frame."""
    side = x.shape[-1]
    margin = round(side * (1 - CROP_FRACTION) / 2)
    return x[..., margin : side - margin, margin : side - margin]
