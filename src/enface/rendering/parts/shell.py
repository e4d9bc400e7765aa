"""Shells: copies of a part of the head's surface, pushed outwards; hair, beard and clothes are shells."""

from typing import NamedTuple

import numpy as np
from jaxtyping import Float32, Int32, Int64
from numpy import ndarray

from enface.rendering.arrays import Floats
from enface.rendering.asset import FaceAsset
from enface.rendering.curves import smoothstep
from enface.rendering.materials import HEAD
from enface.rendering.parts.part import Part

OUTSIDE = -9.0
"""Mask value of vertices that a shell must not cover."""
_COVERED = -1.2


class Shell(NamedTuple):
    """What of a shell does not depend on the expression."""

    vertices: Int64[ndarray, " vertices"]
    """Vertices of the head that are copied."""
    triangles: Int32[ndarray, "triangles 3"]
    thickness: Float32[ndarray, " vertices"]
    outwards: Float32[ndarray, "vertices 3"]
    """Direction that the surface normal is averaged with."""
    canonical: Float32[ndarray, "vertices 3"]
    hair: Float32[ndarray, "vertices 4"]
    tangents: Float32[ndarray, "vertices 3"]
    occlusion: Float32[ndarray, " vertices"]
    material: int


def cut_shell(
    asset: FaceAsset,
    mask: Floats,
    thickness: Floats,
    material: int,
    *,
    outwards: Floats | None = None,
    strands: Floats | None = None,
    tangents: Floats | None = None,
) -> Shell:
    """Takes the triangles of face and head whose corners the mask covers.

    Args:
        asset: The head.
        mask: (vertices,) above 0 inside the part, centimetres.
        thickness: (vertices,) distance from the skin, centimetres.
        material: Of the shell.
        outwards: (vertices, 3) direction that the normal is averaged with; the normal alone by default.
        strands: (vertices, 3) strand coordinates.
        tangents: (vertices, 3) direction of growth.
    """
    skin = asset.triangles[asset.materials <= HEAD]
    covered = skin[(mask > _COVERED)[skin].all(axis=1)]
    vertices, local = np.unique(covered, return_inverse=True)
    hair = np.zeros((len(vertices), 4), np.float32)
    hair[:, 0] = mask[vertices]
    if strands is not None:
        hair[:, 1:] = strands[vertices]
    zeros = np.zeros((len(vertices), 3), np.float32)
    height = asset.neutral[vertices, 1]
    occlusion = np.clip(
        0.55 + 0.35 * asset.occlusion[vertices] + 0.1 * smoothstep(height, 2.0, 12.0), 0.0, 1.0
    )
    return Shell(
        vertices=vertices,
        triangles=local.reshape(-1, 3).astype(np.int32),
        thickness=thickness[vertices].astype(np.float32),
        outwards=zeros if outwards is None else outwards[vertices].astype(np.float32),
        canonical=asset.neutral[vertices],
        hair=hair,
        tangents=zeros if tangents is None else tangents[vertices].astype(np.float32),
        occlusion=occlusion.astype(np.float32),
        material=material,
    )


def extrude(
    shell: Shell, positions: Float32[ndarray, "vertices 3"], normals: Float32[ndarray, "vertices 3"]
) -> Part:
    """The shell around a head with these positions and unit normals."""
    direction = normals[shell.vertices] + shell.outwards
    direction /= np.linalg.norm(direction, axis=1, keepdims=True) + 1e-9
    return Part(
        positions=positions[shell.vertices] + direction * shell.thickness[:, None],
        canonical=shell.canonical,
        hair=shell.hair,
        tangents=shell.tangents,
        occlusion=shell.occlusion,
        triangles=shell.triangles,
        material=shell.material,
    )
