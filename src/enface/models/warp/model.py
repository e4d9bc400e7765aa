"""From a picture of a face to its front: the field network twice, the views, the finisher, a background."""

from typing import NamedTuple

import torch
import torch.nn.functional as F
from jaxtyping import Bool, Float
from torch import Tensor, nn

from enface.networks.warp import MATTE, WarpNetwork
from enface.networks.warp.blocks import enlarge_cubic, mirrored
from enface.networks.warp.finisher import SIDE, Finisher, finish
from enface.networks.warp.padding import bleed
from enface.networks.warp.views import Views, views_of

_FACE = tuple(MATTE.index(name) for name in ("face", "hair", "glasses"))
_SPREAD_SIDE = 32
"""Disagreement is measured over the middle of the frame: this many of the field's 64 columns and rows."""


class WarpResult(NamedTuple):
    """Frontal faces in the template's whole frame, and where each pixel comes from."""

    face: Float[Tensor, "batch 3 s s"]
    """In [-1, 1], before the background of the picture."""
    head: Float[Tensor, "batch 1 128 128"]
    """Probability of a head; the shares below sum to 1 and mean something where there is one."""
    seen: Float[Tensor, "batch 1 128 128"]
    mirrored: Float[Tensor, "batch 1 128 128"]
    invented: Float[Tensor, "batch 1 128 128"]
    spread: Float[Tensor, " batch"]
    """How far the picture's and the mirrored picture's fields lie apart: mean over the middle of the face,
    per cent of the frame. It rises where the network is not sure."""


class Looked(NamedTuple):
    """What the field network found, averaged over the picture and its mirror image."""

    field: Float[Tensor, "batch 2 64 64"]
    classes: Float[Tensor, "batch 4 64 64"]
    """Probabilities."""
    matte: Float[Tensor, "batch 5 m m"]
    """Probabilities."""
    spread: Float[Tensor, " batch"]


class WarpModel(nn.Module):
    """Frontal faces that show the picture's own pixels wherever it shows the face.

    Args:
        field: finds where each frontal pixel lies.
        finisher: blends, evens the light, draws what was not seen.
    """

    def __init__(self, field: WarpNetwork, finisher: Finisher) -> None:
        super().__init__()
        self.field = field
        self.finisher = finisher

    def look(self, frames: Float[Tensor, "batch 3 s s"], *, neutral: bool | Bool[Tensor, " batch"]) -> Looked:
        """Finds the field of pictures of any size; picture and mirror image vote with equal weight."""
        small = _resized(frames, self.field.size)
        mode = _mode(neutral, like=small).repeat(2)
        # One batch for both: channels-last convolutions like it, and the weights are read once.
        pair = torch.cat([small, small.flip(3)]).contiguous(memory_format=torch.channels_last)
        output = self.field(pair, mode)
        own, other = _halves(output.field.float())
        other = mirrored(other)
        classes, flipped_classes = _halves(output.classes.softmax(dim=1))
        matte, flipped_matte = _halves(output.matte.softmax(dim=1))
        edge = (own.shape[-1] - _SPREAD_SIDE) // 2
        apart = (own - other).norm(dim=1)[:, edge:-edge, edge:-edge]
        return Looked(
            field=(own + other) / 2,
            classes=(classes + flipped_classes.flip(3)) / 2,
            matte=(matte + flipped_matte.flip(3)) / 2,
            spread=50.0 * apart.mean(dim=(1, 2)),
        )

    def forward(
        self, frames: Float[Tensor, "batch 3 s s"], *, neutral: bool | Bool[Tensor, " batch"] = False
    ) -> WarpResult:
        """Turns aligned pictures to the front.

        Args:
            frames: the template's whole frame at any size (the output has the same), in [-1, 1].
            neutral: whether to make the expression neutral and the light even; of all pictures, or of each.
        """
        looked = self.look(frames, neutral=neutral)
        views = views_of(frames, field=looked.field, classes=looked.classes, matte=looked.matte)
        done = finish(views, self.finisher(views, _mode(neutral, like=frames)))
        head = _head(views)
        return WarpResult(
            face=_on_background(done.face, frames, head=head, matte=looked.matte),
            head=head,
            seen=done.seen,
            mirrored=done.mirrored,
            invented=done.invented,
            spread=looked.spread,
        )


def _mode(neutral: bool | Bool[Tensor, " batch"], *, like: Tensor) -> Bool[Tensor, " batch"]:
    # shape[0] and not len(): an exported graph keeps the number of pictures open.
    if isinstance(neutral, Tensor):
        return neutral
    return torch.full((like.shape[0],), neutral, device=like.device)


def _halves(x: Float[Tensor, "twice c h w"]) -> tuple[Tensor, Tensor]:
    first, second = torch.unflatten(x, 0, (2, -1)).unbind(0)
    return first, second


def _head(views: Views) -> Float[Tensor, "batch 1 128 128"]:
    return torch.sigmoid((enlarge_cubic(views.head, SIDE) - 0.5) * 10.0)


def _on_background(
    face: Float[Tensor, "batch 3 s s"],
    frames: Float[Tensor, "batch 3 s s"],
    *,
    head: Float[Tensor, "batch 1 128 128"],
    matte: Float[Tensor, "batch 5 m m"],
) -> Float[Tensor, "batch 3 s s"]:
    """The face before what the picture shows around it, continued behind the head that was there."""
    size = face.shape[-1]
    around = 1.0 - matte[:, _FACE].sum(dim=1, keepdim=True)
    mask = torch.sigmoid((around - 0.7) * 12.0)
    background = bleed(_resized(frames, SIDE), _resized(mask, SIDE))
    soft = F.avg_pool2d(F.pad(background, (4, 4, 4, 4), mode="replicate"), 9, 1)
    return torch.lerp(_resized(soft, size), face, _resized(head, size))


def _resized(x: Float[Tensor, "batch c h w"], size: int) -> Float[Tensor, "batch c s s"]:
    if x.shape[-1] == size:
        return x
    smaller = x.shape[-1] > size
    return F.interpolate(x, size=(size, size), mode="bilinear", align_corners=False, antialias=smaller)
