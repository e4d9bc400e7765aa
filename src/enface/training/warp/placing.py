"""Aligning pictures of a geometry set the way photographs will be: with landmarks that are a little wrong."""

import numpy as np
import torch
import torch.nn.functional as F
from jaxtyping import Bool, Float, UInt8
from numpy import ndarray
from torch import Tensor

from enface.errors import FaceError
from enface.faces import geometry
from enface.faces.align import alignment_matrix
from enface.faces.geometry import Affine
from enface.faces.landmarks68 import five_points_of
from enface.faces.templates import DEFAULT_TEMPLATE, get_template
from enface.training.warp.recipe import Jitter


def placement(
    landmarks: Float[ndarray, "68 2"],
    yaw: float,
    *,
    size: int,
    jitter: Jitter | None = None,
    rng: np.random.Generator | None = None,
) -> Affine:
    """Map from a picture's pixels to the template's whole frame of `size` pixels.

    Args:
        landmarks: exact, pixels of the picture.
        yaw: exact, degrees.
        size: of the frame, pixels.
        jitter: None places the picture exactly.
        rng: of the jitter.
    """
    points = five_points_of(landmarks).astype(np.float64)
    exact = alignment_matrix(points, size=size, yaw=yaw).matrix
    if jitter is None or rng is None:
        return exact
    frame = get_template(DEFAULT_TEMPLATE)
    eyes = (frame.points[1, 0] - frame.points[0, 0]) * size / frame.size / geometry.scale_of(exact)
    told = yaw + jitter.yaw * rng.standard_normal() if rng.random() < 0.5 else None
    moved = points + jitter.points * eyes * rng.standard_normal(points.shape)
    try:
        matrix = alignment_matrix(moved, size=size, yaw=told).matrix
    except FaceError:  # points that fell together
        matrix = exact
    return geometry.compose(matrix, _similarity(jitter, size, rng))


def sampling_grid(
    matrices: list[Affine], *, picture: int, size: int, mirror: Bool[Tensor, " batch"]
) -> Float[Tensor, "batch 2 3"]:
    """Matrices for `torch.nn.functional.affine_grid` that bring pictures into the frame.

    Args:
        matrices: of `placement`.
        picture: side of the pictures, pixels.
        size: side of the frame, pixels.
        mirror: which pictures are mirrored on the way.
    """
    maps = []
    for matrix, flip in zip(matrices, mirror.tolist(), strict=True):
        back = geometry.invert(matrix)
        to_pixels = np.array([[size / 2, 0, (size - 1) / 2], [0, size / 2, (size - 1) / 2]])
        if flip:
            to_pixels[0, 0] *= -1
        to_unit = np.array([[2 / picture, 0, 1 / picture - 1], [0, 2 / picture, 1 / picture - 1]])
        maps.append(geometry.compose(geometry.compose(to_pixels, back), to_unit))
    return torch.from_numpy(np.stack(maps)).float()


def jittered_grids(
    batch: dict[str, Tensor],
    mirror: Bool[Tensor, " batch"],
    *,
    size: int,
    jitter: Jitter,
    rng: np.random.Generator,
) -> Float[Tensor, "batch 2 3"]:
    """Matrices for `affine_grid` that align the pictures of a batch (`image`, `landmarks`, `pose`)."""
    matrices = [
        placement(points, float(yaw), size=size, jitter=jitter, rng=rng)
        for points, yaw in zip(batch["landmarks"].cpu().numpy(), batch["pose"][:, 0].tolist(), strict=True)
    ]
    return sampling_grid(matrices, picture=batch["image"].shape[1], size=size, mirror=mirror)


def cut_out(
    pictures: UInt8[Tensor, "batch p p 3"], grid: Float[Tensor, "batch 2 3"], *, size: int
) -> Float[Tensor, "batch 3 size size"]:
    """Pictures brought into the frame; values from 0 to 1, edges go on outside."""
    values = pictures.permute(0, 3, 1, 2).float() / 255.0
    places = F.affine_grid(grid, [len(grid), 3, size, size], align_corners=False)
    return F.grid_sample(values, places, padding_mode="border", align_corners=False)


def moved_fields(
    fields: Float[Tensor, "batch h w 2"], grid: Float[Tensor, "batch 2 3"]
) -> Float[Tensor, "batch 2 h w"]:
    """Fields that pointed into pictures, pointing into the frames that a grid cuts out of them."""
    linear = torch.linalg.inv(grid[:, :, :2])
    return torch.einsum("bij,bhwj->bihw", linear, fields - grid[:, None, None, :, 2])


def _similarity(jitter: Jitter, size: int, rng: np.random.Generator) -> Affine:
    angle = np.radians(jitter.rotation * rng.standard_normal())
    zoom = np.exp(jitter.zoom * rng.standard_normal())
    shift = jitter.shift * size * rng.standard_normal(2)
    turn = zoom * np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
    centre = np.full(2, (size - 1) / 2)
    return np.hstack([turn, (centre - turn @ centre + shift)[:, None]])
