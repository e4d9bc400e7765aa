"""Capsules: fingers, sleeves, cups, cloth over an ear."""

import numpy as np

from enface.rendering.arrays import Floats
from enface.rendering.materials import OBJECT
from enface.rendering.parts.part import Part, grid_triangles, part_of

_AROUND = 14


def capsule(
    start: Floats,
    end: Floats,
    radii: tuple[float, float],
    flatness: float,
    across: Floats,
    colour: Floats,
    *,
    material: int = OBJECT,
    blunt: bool = False,
) -> Part:
    """A capsule between two points, as thick as `flatness` times its width."""
    axis = end - start
    length = float(np.linalg.norm(axis))
    axis = axis / length
    wide = across - (across @ axis) * axis
    wide /= np.linalg.norm(wide)
    thick = np.cross(axis, wide)
    cap = 0.02 if blunt else 1.0
    end_angles = np.linspace(0.0, np.pi / 2, 6)[1:]
    first = [(-cap * radii[0] * np.cos(a), radii[0] * np.sin(a)) for a in end_angles[:-1]]
    middle = [(t * length, radii[0] + (radii[1] - radii[0]) * t) for t in np.linspace(0.0, 1.0, 5)]
    last = [(length + cap * radii[1] * np.cos(a), radii[1] * np.sin(a)) for a in end_angles[:-1][::-1]]
    profile = np.array([(-cap * radii[0], 1e-3), *first, *middle, *last, (length + cap * radii[1], 1e-3)])
    angle = np.linspace(0.0, 2 * np.pi, _AROUND)
    ring = np.cos(angle)[:, None] * wide + flatness * np.sin(angle)[:, None] * thick
    points = start + profile[:, None, :1] * axis + profile[:, None, 1:] * ring[None]
    triangles = grid_triangles(len(profile), _AROUND)
    flat = points.reshape(-1, 3)
    a, b, c = (flat[triangles[:, corner]] for corner in range(3))
    if np.einsum("ij,ij->i", np.cross(b - a, c - a), a - flat.mean(axis=0)).sum() < 0.0:
        triangles = triangles[:, [0, 2, 1]]
    solid = np.zeros((len(flat), 4))
    solid[:, 0] = 2.0
    return part_of(points, triangles, material, hair=solid, colours=colour, occlusion=0.9)
