"""What a picture shows of the frontal face: its own half, the mirrored half, and how far to trust each."""

from typing import NamedTuple

import torch
import torch.nn.functional as F
from jaxtyping import Float
from torch import Tensor

from enface.networks.warp.blocks import enlarged_field, look_up
from enface.networks.warp.network import CLASSES, MATTE
from enface.networks.warp.padding import bleed

_FACE = tuple(MATTE.index(name) for name in ("face", "hair", "glasses"))
_ABSENT, _SEEN = CLASSES.index("absent"), CLASSES.index("seen")


class Views(NamedTuple):
    """Frontal views of side s; weights of side 64, from 0 to 1."""

    own: Float[Tensor, "batch 3 s s"]
    """Looked up in the picture, values as the picture's."""
    mirrored: Float[Tensor, "batch 3 s s"]
    """The same, mirrored."""
    seen: Float[Tensor, "batch 1 64 64"]
    """Trust in `own`: seen, not stretched, not fallen on the background."""
    seen_mirrored: Float[Tensor, "batch 1 64 64"]
    head: Float[Tensor, "batch 1 64 64"]
    """Where the frontal face has a head."""


def views_of(
    images: Float[Tensor, "batch 3 s s"],
    *,
    field: Float[Tensor, "batch 2 64 64"],
    classes: Float[Tensor, "batch 4 64 64"],
    matte: Float[Tensor, "batch 5 m m"],
) -> Views:
    """Looks a picture up through a field.

    Args:
        images: aligned pictures of any size; the template's whole frame.
        field: where each frontal pixel lies, from -1 to 1.
        classes: probabilities of `CLASSES`.
        matte: probabilities of `MATTE` in the picture.
    """
    size = images.shape[-1]
    face = matte[:, _FACE].sum(dim=1, keepdim=True)
    mask = torch.sigmoid((face - 0.5) * 12.0)
    wide = F.interpolate(mask, size=(size, size), mode="bilinear", align_corners=False)
    own = look_up(bleed(images, wide), enlarged_field(field, size))
    seen = _trust(field, classes, mask)
    return Views(
        own=own,
        mirrored=own.flip(3),
        seen=seen,
        seen_mirrored=seen.flip(3),
        head=1.0 - classes[:, _ABSENT : _ABSENT + 1],
    )


def _trust(
    field: Float[Tensor, "batch 2 64 64"],
    classes: Float[Tensor, "batch 4 64 64"],
    mask: Float[Tensor, "batch 1 m m"],
) -> Float[Tensor, "batch 1 64 64"]:
    head = 1.0 - classes[:, _ABSENT : _ABSENT + 1]
    share = classes[:, _SEEN : _SEEN + 1] / (head + 0.05)
    certain = torch.sigmoid((share - 0.55) * 12.0)
    stretched = ((stretch(field) - 0.12) / 0.30).clamp(0.0, 1.0)
    weight = certain * stretched * look_up(mask, field)
    eroded = -F.max_pool2d(-weight, 3, 1, 1)
    return F.avg_pool2d(F.pad(eroded, (1, 1, 1, 1), mode="replicate"), 3, 1)


def stretch(field: Float[Tensor, "batch 2 h w"]) -> Float[Tensor, "batch 1 h w"]:
    """Area of the picture behind a frontal pixel, in units of the pixel's own; below 0 where folded."""
    smooth = F.avg_pool2d(F.pad(field, (1, 1, 1, 1), mode="replicate"), 3, 1)
    padded = F.pad(smooth, (1, 1, 1, 1), mode="replicate")
    scale = field.shape[-1] / 4
    across = (padded[..., 1:-1, 2:] - padded[..., 1:-1, :-2]) * scale
    down = (padded[..., 2:, 1:-1] - padded[..., :-2, 1:-1]) * scale
    return across[:, :1] * down[:, 1:] - across[:, 1:] * down[:, :1]
