"""A bun: a lumpy ball at the crown or the nape."""

import numpy as np

from enface.rendering.arrays import Floats
from enface.rendering.asset import FaceAsset
from enface.rendering.materials import HEAD, LOOSE_HAIR
from enface.rendering.parts.part import Part, grid_triangles, part_of
from enface.rendering.people.look import Look

_AROUND, _DOWN = 24, 14


def bun(asset: FaceAsset, positions: Floats, look: Look) -> Part:
    """The bun of a head with these positions, high or low by the side of the parting."""
    around, down = np.meshgrid(
        np.linspace(0.0, 2 * np.pi, _AROUND), np.linspace(0.05, np.pi - 0.05, _DOWN), indexing="ij"
    )
    radius = 2.9 * np.sqrt(look.volume)
    high = look.part > 0.0
    scalp = positions[asset.regions == HEAD]
    off = np.abs(scalp[:, 1] - (12.5 if high else 5.0)) + 9.0 * (scalp[:, 2] > 0) + np.abs(scalp[:, 0])
    centre = scalp[np.argmin(off)] + np.array([0.0, 0.9 if high else 0.0, -1.4])
    lumps = radius * (1.0 + 0.06 * np.sin(5 * around + 3 * down))
    ball = np.stack(
        [np.cos(around) * np.sin(down), 0.85 * np.cos(down), np.sin(around) * np.sin(down)], axis=-1
    )
    points = ball * lumps[..., None] + centre
    growth = np.gradient(points, axis=0)
    growth /= np.linalg.norm(growth, axis=-1, keepdims=True) + 1e-6
    hair = np.stack([np.full_like(around, 2.0), np.cos(1.5 * down), np.sin(1.5 * down), around], axis=-1)
    triangles = grid_triangles(_AROUND, _DOWN)
    return part_of(points, triangles, LOOSE_HAIR, hair=hair, tangents=growth, occlusion=0.85)
