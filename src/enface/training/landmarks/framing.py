"""Crops out of pictures: one affine map and one resampling for the whole batch."""

import math
from typing import NamedTuple

import torch
import torch.nn.functional as F
from jaxtyping import Bool, Float, UInt8
from torch import Tensor

from enface.faces.landmarks68 import MIRRORED
from enface.training.landmarks.recipe import Framing

Maps = Float[Tensor, "batch 2 3"]
"""From crops to pictures, both from -1 to 1."""


class Faces(NamedTuple):
    """Pictures and what is known about the face in each."""

    pictures: UInt8[Tensor, "batch 3 rows columns"]
    points: Float[Tensor, "batch 68 2"]
    """From -1 (left, upper edge of the picture) to 1."""
    visible: Bool[Tensor, "batch 68"]
    pose: Float[Tensor, "batch 3"]
    """Yaw, pitch, roll, degrees."""
    loose: Float[Tensor, "batch 3"]
    """The loose crop around the upright face: middle, and half its side, in the units of `points`."""


class Crops(NamedTuple):
    """What the network is given, and what it should answer."""

    images: Float[Tensor, "batch 3 size size"]
    points: Float[Tensor, "batch 68 2"]
    """From -1 (left, upper edge of the crop) to 1."""
    visible: Bool[Tensor, "batch 68"]
    pose: Float[Tensor, "batch 3"]
    face: Bool[Tensor, "batch"]
    """Whether there is a face in its place; the rest means nothing where not."""


class _Drawn(NamedTuple):
    """How a batch is framed."""

    roll: Float[Tensor, " batch"]
    """Of the face in the crop before it is mirrored, degrees."""
    scale: Float[Tensor, " batch"]
    shift: Float[Tensor, "batch 2"]
    """In sides of the crop."""
    mirror: Bool[Tensor, " batch"]


def cut(faces: Faces, framing: Framing, *, size: int, generator: torch.Generator) -> Crops:
    """Crops around the faces, moved, scaled, rolled and mirrored at random.

    Args:
        faces: a batch.
        framing: how far from the loose crop.
        size: side of the crops, pixels.
        generator: source of every draw.
    """
    drawn = _draw(len(faces.points), framing, generator)
    maps = crop_maps(faces, roll=drawn.roll, scale=drawn.scale, shift=drawn.shift, mirror=drawn.mirror)
    points, visible = _seen(faces, maps, drawn.mirror)
    sign = 1 - 2 * drawn.mirror.float()
    pose = torch.stack([faces.pose[:, 0] * sign, faces.pose[:, 1], drawn.roll * sign], dim=1)
    face = torch.ones(len(points), dtype=torch.bool)
    return Crops(sample(faces.pictures, maps, size=size), points, visible, pose, face)


def crop_maps(
    faces: Faces,
    *,
    roll: Float[Tensor, " batch"],
    scale: Float[Tensor, " batch"],
    shift: Float[Tensor, "batch 2"],
    mirror: Bool[Tensor, " batch"],
) -> Maps:
    """Maps of crops in which the faces have these rolls (before mirroring), sizes and places."""
    # A face of roll r shows roll r - t in a crop that is itself turned by t.
    turn = torch.deg2rad(faces.pose[:, 2] - roll)
    half = faces.loose[:, 2] * scale
    cosine, sine = half * torch.cos(turn), half * torch.sin(turn)
    linear = torch.stack([torch.stack([cosine, -sine], 1), torch.stack([sine, cosine], 1)], 1)
    # Shares of a side are twice as many halves of it.
    middle = faces.loose[:, :2] + 2 * torch.einsum("bij,bj->bi", linear, shift)
    flip = torch.ones(len(roll), 1, 2)
    flip[:, 0, 0] = 1 - 2 * mirror.float()
    return torch.cat([linear * flip, middle[:, :, None]], dim=2)


def sample(
    pictures: UInt8[Tensor, "batch 3 rows columns"], maps: Maps, *, size: int
) -> Float[Tensor, "batch 3 size size"]:
    """Pictures under the crops, in [-1, 1]; where a picture ends its edge goes on."""
    grid = F.affine_grid(maps, [len(maps), 3, size, size], align_corners=False)
    images = pictures.float() / 127.5 - 1
    return F.grid_sample(images, grid, padding_mode="border", align_corners=False)


def _seen(
    faces: Faces, maps: Maps, mirror: Bool[Tensor, " batch"]
) -> tuple[Float[Tensor, "batch 68 2"], Bool[Tensor, "batch 68"]]:
    """Points in the crops, with anatomical numbers, and whether they are seen there."""
    inverse = torch.linalg.inv(maps[:, :, :2])
    points = torch.einsum("bij,bnj->bni", inverse, faces.points - maps[:, None, :, 2])
    order = torch.where(mirror[:, None], torch.tensor(MIRRORED), torch.arange(len(MIRRORED)))
    points = points.gather(1, order[..., None].expand(-1, -1, 2))
    inside = (points.abs() <= 1).all(dim=2)
    return points, faces.visible.gather(1, order) & inside


def _draw(count: int, framing: Framing, generator: torch.Generator) -> _Drawn:
    def uniform(*shape: int) -> Tensor:
        return torch.rand(*shape, generator=generator)

    def normal(*shape: int) -> Tensor:
        return torch.randn(*shape, generator=generator).clamp(-2.5, 2.5)

    refined = uniform(count) < framing.refined
    mirror = uniform(count) < 0.5
    low, high = map(math.log, framing.scale)
    scale = torch.where(refined, framing.refined_spread * normal(count), low + (high - low) * uniform(count))
    spread = torch.where(refined, framing.refined_spread, framing.shift)
    shift = spread[:, None] * normal(count, 2)
    share, farthest = framing.far_roll
    roll = torch.where(
        uniform(count) < share, farthest * (2 * uniform(count) - 1), framing.roll * normal(count)
    )
    roll = torch.where(refined, framing.refined_roll * normal(count), roll)
    return _Drawn(roll, scale.exp(), shift, mirror)
