"""Normals and tangents of triangle meshes."""

import math

from enface.rendering.arrays import Floats, Ints
from enface.rendering.kernels.compiler import compiled


@compiled
def vertex_normals(positions: Floats, triangles: Ints, normals: Floats) -> None:
    """Writes unit normals, area-weighted over the triangles of each vertex; all arrays (n, 3)."""
    normals[:] = 0.0
    for i in range(triangles.shape[0]):
        a, b, c = triangles[i, 0], triangles[i, 1], triangles[i, 2]
        ux = positions[b, 0] - positions[a, 0]
        uy = positions[b, 1] - positions[a, 1]
        uz = positions[b, 2] - positions[a, 2]
        vx = positions[c, 0] - positions[a, 0]
        vy = positions[c, 1] - positions[a, 1]
        vz = positions[c, 2] - positions[a, 2]
        nx = uy * vz - uz * vy
        ny = uz * vx - ux * vz
        nz = ux * vy - uy * vx
        for k in (a, b, c):
            normals[k, 0] += nx
            normals[k, 1] += ny
            normals[k, 2] += nz
    _normalise(normals)


@compiled
def surface_tangents(
    positions: Floats, triangles: Ints, uv: Floats, count: int, tangents: Floats, bitangents: Floats
) -> None:
    """Writes unit derivatives of position by u and by v, over the first `count` triangles."""
    tangents[:] = 0.0
    bitangents[:] = 0.0
    for i in range(count):
        a, b, c = triangles[i, 0], triangles[i, 1], triangles[i, 2]
        u1 = uv[b, 0] - uv[a, 0]
        v1 = uv[b, 1] - uv[a, 1]
        u2 = uv[c, 0] - uv[a, 0]
        v2 = uv[c, 1] - uv[a, 1]
        area = u1 * v2 - u2 * v1
        if abs(area) < 1e-9:
            continue
        sign = 1.0 if area > 0.0 else -1.0
        for k in range(3):
            first = positions[b, k] - positions[a, k]
            second = positions[c, k] - positions[a, k]
            along_u = (first * v2 - second * v1) * sign
            along_v = (second * u1 - first * u2) * sign
            for vertex in (a, b, c):
                tangents[vertex, k] += along_u
                bitangents[vertex, k] += along_v
    _normalise(tangents)
    _normalise(bitangents)


@compiled
def _normalise(vectors: Floats) -> None:
    for i in range(vectors.shape[0]):
        length = math.sqrt(vectors[i, 0] ** 2 + vectors[i, 1] ** 2 + vectors[i, 2] ** 2) + 1e-9
        for k in range(3):
            vectors[i, k] /= length
