"""The last step: joins both halves, evens their light, and draws where neither was seen, only there."""

from typing import NamedTuple

import torch
import torch.nn.functional as F
from jaxtyping import Bool, Float
from torch import Tensor, nn

from enface.networks.warp.blocks import Residual, block, enlarge
from enface.networks.warp.views import Views

SIDE = 128
"""Side at which the finisher looks at the views, pixels; what it decides is enlarged to any size."""
_INPUTS = 3 + 3 + 1 + 1 + 1 + 1
_DOUBT = 0.04
"""Trust below which a half hardly counts."""
_GAIN = 0.8
"""Largest logarithm of the light's correction."""


class Decisions(NamedTuple):
    """What the finisher decides.

    Gains are logarithms of factors, smooth and one for all channels: they move light, not features or hues.
    """

    own_gain: Float[Tensor, "batch 1 16 16"]
    """Of the picture's own half; 0 where the picture's light is kept."""
    mirrored_gain: Float[Tensor, "batch 1 16 16"]
    """Of the mirrored half: its light came from the other side."""
    drawn: Float[Tensor, "batch 3 128 128"]
    """Added where neither half shows the face; values in [-1, 1]."""


class Finished(NamedTuple):
    """A frontal face with where it comes from; the three shares of a pixel sum to 1."""

    face: Float[Tensor, "batch 3 s s"]
    """In [-1, 1]; where there is no head it is whatever the field found."""
    seen: Float[Tensor, "batch 1 128 128"]
    mirrored: Float[Tensor, "batch 1 128 128"]
    invented: Float[Tensor, "batch 1 128 128"]


class Finisher(nn.Module):
    """A small U-Net over the views.

    | side | channels |
    | --- | --- |
    | 128 | 16 |
    | 64 | 40 |
    | 32 | 64 |
    | 16 | 96, one residual block; the gain is read here |
    """

    def __init__(self) -> None:
        super().__init__()
        self.first = block(_INPUTS, 16)
        self.down1 = block(16, 40, stride=2)
        self.down2 = block(40, 64, stride=2)
        self.down3 = nn.Sequential(block(64, 96, stride=2), Residual(96))
        self.gain = nn.Conv2d(96, 2, 1)
        self.up2 = nn.Conv2d(96, 64, 1)
        self.mix2 = block(64, 64)
        self.up1 = nn.Conv2d(64, 40, 1)
        self.mix1 = block(40, 40)
        self.up0 = nn.Conv2d(40, 16, 1)
        self.mix0 = block(16, 16)
        self.last = nn.Conv2d(16, 3, 3, padding=1)
        for layer in (self.gain, self.last):
            nn.init.zeros_(layer.weight)
            nn.init.zeros_(layer.bias)  # type: ignore[arg-type]

    def forward(self, views: Views, neutral: Bool[Tensor, " batch"]) -> Decisions:
        """Decides from views of any size.

        Args:
            views: colours in [-1, 1].
            neutral: whether the light is to be the even one of a frontal flash, or the picture's own.
        """
        own, mirrored = (_at_side(picture) for picture in (views.own, views.mirrored))
        seen, seen_mirrored, head = (
            _at_side(weight) for weight in (views.seen, views.seen_mirrored, views.head)
        )
        mode = neutral.to(own.dtype)[:, None, None, None].expand_as(seen)
        zero = self.first(torch.cat([own, mirrored, seen, seen_mirrored, head, mode], dim=1))
        one = self.down1(zero)
        two = self.down2(one)
        three = self.down3(two)
        two = self.mix2(enlarge(self.up2(three)) + two)
        one = self.mix1(enlarge(self.up1(two)) + one)
        drawn = self.last(self.mix0(enlarge(self.up0(one)) + zero)).float()
        own_gain, mirrored_gain = _smooth(_GAIN * torch.tanh(self.gain(three).float())).chunk(2, dim=1)
        return Decisions(
            own_gain=own_gain * neutral.to(own_gain.dtype)[:, None, None, None],
            mirrored_gain=mirrored_gain,
            drawn=torch.tanh(drawn),
        )


def finish(views: Views, decisions: Decisions) -> Finished:
    """Carries the decisions out at the size of the views.

    What was seen stays photographic: there the face is the picture's own pixel, in its own light unless that
    is to be evened, and nothing is drawn.
    """
    size = views.own.shape[-1]
    seen, other = _at_side(views.seen), _at_side(views.seen_mirrored)
    share = _share(seen, other)
    own = _lit(views.own, decisions.own_gain)
    mirrored = _lit(views.mirrored, decisions.mirrored_gain)
    unseen = (1.0 - seen) * (1.0 - other)
    face = torch.lerp(mirrored, own, _to(share, size)) + _to(unseen * decisions.drawn, size)
    return Finished(
        face=face.clamp(-1.0, 1.0),
        seen=share * seen,
        mirrored=(1.0 - share) * other,
        invented=1.0 - share * seen - (1.0 - share) * other,
    )


def _smooth(gain: Float[Tensor, "batch 2 g g"]) -> Float[Tensor, "batch 2 g g"]:
    """Nothing finer than a cheek: light is smooth, and blotches on real skin are not light."""
    return F.avg_pool2d(F.pad(gain, (2, 2, 2, 2), mode="replicate"), 5, 1)


def _lit(
    picture: Float[Tensor, "batch 3 s s"], gain: Float[Tensor, "batch 1 g g"]
) -> Float[Tensor, "batch 3 s s"]:
    return (picture + 1.0) * torch.exp(_to(gain, picture.shape[-1])) - 1.0


def _share(
    seen: Float[Tensor, "batch 1 s s"], other: Float[Tensor, "batch 1 s s"]
) -> Float[Tensor, "batch 1 s s"]:
    """Of the own half in the blend: all of it wherever it is seen, half where neither is."""
    hidden = 1.0 - seen
    return (seen + 0.5 * _DOUBT * hidden) / (seen + hidden**2 * other + _DOUBT * hidden)


def _at_side(x: Float[Tensor, "batch c h w"]) -> Float[Tensor, "batch c 128 128"]:
    if x.shape[-1] > SIDE:
        return F.interpolate(x, size=(SIDE, SIDE), mode="bilinear", align_corners=False, antialias=True)
    return _to(x, SIDE)


def _to(x: Float[Tensor, "batch c h w"], size: int) -> Float[Tensor, "batch c s s"]:
    if x.shape[-1] == size:
        return x
    return F.interpolate(x, size=(size, size), mode="bilinear", align_corners=False)
