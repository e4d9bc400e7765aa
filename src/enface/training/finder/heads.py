"""Rendered heads cut out of their pictures, ready to be pasted at any small size."""

from typing import NamedTuple

import numpy as np
import torch
import torch.nn.functional as F
from jaxtyping import Float
from numpy import ndarray
from torch import Tensor

from enface.rendering.truth.layers import SEGMENTS

NAMES = ("image", "segmentation", "landmarks")
SIDE = 80
"""Pixels of a head's picture; faces that are pasted are smaller than in it, or not much larger."""
_FACE = tuple(SEGMENTS.index(name) for name in ("face", "socket", "teeth", "eye", "lash", "glasses"))
_HAIR, _CLOTH, _GROUND = (SEGMENTS.index(name) for name in ("hair", "cloth", "background"))
_RIM = 0.12
"""Over this much of the picture's half a head fades towards the edge, so that it does not end in a line."""


class Heads(NamedTuple):
    """Heads of one batch; colours in [-1, 1], masks 0 to 1, points from -1 (left, upper edge) to 1."""

    colours: Float[Tensor, "batch 3 side side"]
    head: Float[Tensor, "batch 1 side side"]
    """Where the head and its shoulders are."""
    face: Float[Tensor, "batch 1 side side"]
    """Where its face is."""
    points: Float[Tensor, "batch 68 2"]
    cloth: Float[Tensor, "batch 3"]
    """Mean colour of its clothes."""
    hair: Float[Tensor, "batch 3"]
    skin: Float[Tensor, "batch 3"]


def heads_of(arrays: dict[str, ndarray]) -> Heads:
    """Heads from arrays `NAMES` of a geometry set."""
    images = torch.from_numpy(arrays["image"]).permute(0, 3, 1, 2).float() / 127.5 - 1
    segments = torch.from_numpy(arrays["segmentation"])[:, None]
    size = images.shape[-1]
    head = (segments != _GROUND).float()
    face = sum((segments == number).float() for number in _FACE)
    assert isinstance(face, Tensor)
    points = (arrays["landmarks"] + 0.5) * (2 / size) - 1
    return Heads(
        colours=_small(images),
        head=_small(head),
        face=_small(face),
        points=torch.from_numpy(points.astype(np.float32)),
        cloth=_mean(images, segments == _CLOTH),
        hair=_mean(images, segments == _HAIR),
        skin=_mean(images, segments == _FACE[0]),
    )


def rim() -> Float[Tensor, "1 side side"]:
    """1 inside a head's picture, falling to 0 at its edge."""
    position = (torch.arange(SIDE) + 0.5) * (2 / SIDE) - 1
    ramp = ((1 - position.abs()) / _RIM).clamp(0, 1)
    return (ramp[:, None] * ramp)[None]


def _small(images: Float[Tensor, "batch channels size size"]) -> Float[Tensor, "batch channels side side"]:
    return F.interpolate(images, size=(SIDE, SIDE), mode="area")


def _mean(images: Tensor, chosen: Tensor) -> Float[Tensor, "batch 3"]:
    """Mean colour where `chosen`; grey where that is nowhere."""
    weight = chosen.float()
    return (images * weight).sum((2, 3)) / weight.sum((2, 3)).clamp(min=1)
