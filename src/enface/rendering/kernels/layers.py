"""Ground-truth layers of a view: what is seen, how far, facing where, of which colour."""

import math

from enface.rendering.arrays import Bytes, Floats, Ints
from enface.rendering.kernels.compiler import compiled
from enface.rendering.kernels.hair import strand_noise
from enface.rendering.kernels.inputs import Cloth, Geometry, Paint
from enface.rendering.kernels.surface import surface_colour
from enface.rendering.materials import BEARD, HAIR, LOOSE_HAIR


@compiled
def draw_layers(
    seen: Ints,
    weights: Floats,
    geometry: Geometry,
    paint: Paint,
    cloth: Cloth,
    axes: Floats,
    classes: Bytes,
    segmentation: Bytes,
    normals: Floats,
    albedo: Floats,
) -> None:
    """Fills the layers of every sample; background stays 0.

    Args:
        axes: (3, 3) camera: right, up, forward.
        classes: (materials,) segmentation class of each material.
        segmentation: (height, width), out.
        normals: (height, width, 3), out: right, up, towards the camera.
        albedo: (height, width, 3), out: linear colour without light.
    """
    height, width = seen.shape
    for y in range(height):
        for x in range(width):
            triangle = seen[y, x]
            if triangle < 0:
                continue
            a = geometry.triangles[triangle, 0]
            b = geometry.triangles[triangle, 1]
            c = geometry.triangles[triangle, 2]
            material = geometry.materials[triangle]
            w0 = weights[y, x, 0]
            w1 = weights[y, x, 1]
            w2 = 1.0 - w0 - w1
            segmentation[y, x] = classes[material]
            n = geometry.normals
            nx = w0 * n[a, 0] + w1 * n[b, 0] + w2 * n[c, 0]
            ny = w0 * n[a, 1] + w1 * n[b, 1] + w2 * n[c, 1]
            nz = w0 * n[a, 2] + w1 * n[b, 2] + w2 * n[c, 2]
            scale = 1.0 / (math.sqrt(nx * nx + ny * ny + nz * nz) + 1e-9)
            normals[y, x, 0] = (axes[0, 0] * nx + axes[0, 1] * ny + axes[0, 2] * nz) * scale
            normals[y, x, 1] = (axes[1, 0] * nx + axes[1, 1] * ny + axes[1, 2] * nz) * scale
            normals[y, x, 2] = -(axes[2, 0] * nx + axes[2, 1] * ny + axes[2, 2] * nz) * scale
            if material in (HAIR, LOOSE_HAIR, BEARD):
                level, _, _ = strand_noise(a, b, c, w0, w1, w2, geometry, paint)
                for channel in range(3):
                    albedo[y, x, channel] = level * paint.hair_colour[channel]
            else:
                red, green, blue, _, _, _ = surface_colour(
                    material, a, b, c, w0, w1, w2, geometry, paint, cloth
                )
                albedo[y, x, 0] = red
                albedo[y, x, 1] = green
                albedo[y, x, 2] = blue
