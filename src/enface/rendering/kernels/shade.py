"""The shading kernel: linear radiance of every sample that sees a surface."""

import math

import numpy as np

from enface.rendering.arrays import Floats, Index, Ints
from enface.rendering.kernels.compiler import compiled, inlined
from enface.rendering.kernels.hair import shade_hair
from enface.rendering.kernels.inputs import Cloth, Geometry, Light, Paint
from enface.rendering.kernels.reflectance import environment_light, gloss, wrapped
from enface.rendering.kernels.shadow import lit_fraction
from enface.rendering.kernels.surface import roughness_of, surface_colour, wrap_of
from enface.rendering.materials import (
    BEARD,
    CLOTH,
    COVERING,
    FACE,
    HAIR,
    HAND,
    HEAD,
    LEFT_EYE,
    LOOSE_HAIR,
    RIGHT_EYE,
)


@compiled
def shade(
    seen: Ints,
    weights: Floats,
    geometry: Geometry,
    camera: Floats,
    paint: Paint,
    cloth: Cloth,
    light: Light,
    samples: int,
    radiance: Floats,
) -> None:
    """Lights every sample of a view.

    Where all samples of a pixel lie on smooth skin or cloth, only those on the diagonal are lit and the
    others take their values: edges and hair keep every sample.

    Args:
        seen: (height, width) triangle numbers of `rasterize`.
        weights: (height, width, 2).
        camera: (3,) camera position.
        samples: Samples per pixel and axis; divides height and width.
        radiance: (height, width, 3), out; samples without a surface are left alone.
    """
    height, width = seen.shape
    materials = geometry.materials
    for top in range(0, height, samples):
        for left in range(0, width, samples):
            first = seen[top, left]
            smooth = samples > 1 and first >= 0
            if smooth:
                kind = materials[first]
                smooth = kind in (FACE, HEAD, CLOTH, COVERING, HAND)
                for y in range(top, top + samples):
                    for x in range(left, left + samples):
                        smooth = smooth and seen[y, x] >= 0 and materials[seen[y, x]] == kind
            for y in range(top, top + samples):
                for x in range(left, left + samples):
                    if seen[y, x] < 0:
                        continue
                    if smooth and y - top != x - left:
                        continue
                    r, g, b = _shade_sample(
                        seen[y, x], weights[y, x, 0], weights[y, x, 1], geometry, camera, paint, cloth, light
                    )
                    radiance[y, x, 0] = r
                    radiance[y, x, 1] = g
                    radiance[y, x, 2] = b
                if smooth:
                    for x in range(left, left + samples):
                        for channel in range(3):
                            radiance[y, x, channel] = radiance[y, left + y - top, channel]


@inlined
def _shade_sample(
    triangle: int,
    w0: float,
    w1: float,
    geometry: Geometry,
    camera: Floats,
    paint: Paint,
    cloth: Cloth,
    light: Light,
) -> tuple[float, float, float]:
    # Unsigned: no test for numbers counted from the end.
    a = np.uintp(geometry.triangles[triangle, 0])
    b = np.uintp(geometry.triangles[triangle, 1])
    c = np.uintp(geometry.triangles[triangle, 2])
    material = geometry.materials[triangle]
    w2 = 1.0 - w0 - w1
    positions = geometry.positions
    px = w0 * positions[a, 0] + w1 * positions[b, 0] + w2 * positions[c, 0]
    py = w0 * positions[a, 1] + w1 * positions[b, 1] + w2 * positions[c, 1]
    pz = w0 * positions[a, 2] + w1 * positions[b, 2] + w2 * positions[c, 2]
    normals = geometry.normals
    nx = w0 * normals[a, 0] + w1 * normals[b, 0] + w2 * normals[c, 0]
    ny = w0 * normals[a, 1] + w1 * normals[b, 1] + w2 * normals[c, 1]
    nz = w0 * normals[a, 2] + w1 * normals[b, 2] + w2 * normals[c, 2]
    scale = 1.0 / (math.sqrt(nx * nx + ny * ny + nz * nz) + 1e-9)
    nx *= scale
    ny *= scale
    nz *= scale
    vx = camera[0] - px
    vy = camera[1] - py
    vz = camera[2] - pz
    scale = 1.0 / math.sqrt(vx * vx + vy * vy + vz * vz)
    vx *= scale
    vy *= scale
    vz *= scale
    if material in (HAIR, LOOSE_HAIR, BEARD):
        return shade_hair(
            material, a, b, c, w0, w1, w2, px, py, pz, nx, ny, nz, vx, vy, vz, geometry, paint, light
        )

    red, green, blue, shine, row, column = surface_colour(
        material, a, b, c, w0, w1, w2, geometry, paint, cloth
    )
    fx, fy, fz = nx, ny, nz
    if material == FACE:
        fx, fy, fz = _tilted(nx, ny, nz, a, b, c, w0, w1, w2, row, column, geometry, paint)
    occlusion = geometry.occlusion
    open_ = w0 * occlusion[a] + w1 * occlusion[b] + w2 * occlusion[c]
    if material in (LEFT_EYE, RIGHT_EYE):
        open_ = open_ * open_ * 1.15  # the lids' shade on the eyeball
    sky_r, sky_g, sky_b = environment_light(light.environment, nx, ny, nz)
    if material in (FACE, HEAD):
        sky_r *= 1.0 + 0.35 * (1.0 - open_)  # red light bounces about in skin cavities
    out_r = red * open_ * sky_r
    out_g = green * open_ * sky_g
    out_b = blue * open_ * sky_b
    wrap_r, wrap_g, wrap_b = wrap_of(material)
    roughness = roughness_of(material)
    for i in range(light.directions.shape[0]):
        lx = light.directions[i, 0]
        ly = light.directions[i, 1]
        lz = light.directions[i, 2]
        smooth = nx * lx + ny * ly + nz * lz
        if smooth < -0.35:
            continue
        lit = 0.35 + 0.65 * open_
        lit_red = lit
        if i == 0 and light.casts:
            # A map's cell spans more depth the more the surface is turned from the light.
            slack = 0.12 + 0.12 * min(4.0, math.sqrt(max(0.0, 1.0 - smooth * smooth)) / max(smooth, 0.1))
            lit = lit_fraction(
                px + nx * 0.12, py + ny * 0.12, pz + nz * 0.12, slack, light.heights, light.axes, light.scale
            )
            lit_red = lit
            if wrap_r > 0.25 and 0.0 < lit < 1.0:
                lit_red = math.sqrt(lit * math.sqrt(lit))  # light seeps red into the edge of a shadow
        fine = fx * lx + fy * ly + fz * lz
        shining = 0.0
        if shine > 0.0 and lit > 0.0:
            shining = lit * shine * gloss(fx, fy, fz, lx, ly, lz, vx, vy, vz, roughness)
        # The skin scatters red furthest, so red sees the relief least.
        out_r += light.colours[i, 0] * (
            lit_red * red * wrapped(0.65 * smooth + 0.35 * fine, wrap_r) + shining
        )
        out_g += light.colours[i, 1] * (lit * green * wrapped(0.30 * smooth + 0.70 * fine, wrap_g) + shining)
        out_b += light.colours[i, 2] * (lit * blue * wrapped(0.20 * smooth + 0.80 * fine, wrap_b) + shining)
    return out_r, out_g, out_b


@inlined
def _tilted(
    nx: float,
    ny: float,
    nz: float,
    a: Index,
    b: Index,
    c: Index,
    w0: float,
    w1: float,
    w2: float,
    row: int,
    column: int,
    geometry: Geometry,
    paint: Paint,
) -> tuple[float, float, float]:
    """The unit normal after the relief of pores and wrinkles."""
    by_u = paint.relief[row, column, 0]
    by_v = paint.relief[row, column, 1]
    t = geometry.tangents
    s = geometry.bitangents
    x = nx - by_u * (w0 * t[a, 0] + w1 * t[b, 0] + w2 * t[c, 0])
    y = ny - by_u * (w0 * t[a, 1] + w1 * t[b, 1] + w2 * t[c, 1])
    z = nz - by_u * (w0 * t[a, 2] + w1 * t[b, 2] + w2 * t[c, 2])
    x -= by_v * (w0 * s[a, 0] + w1 * s[b, 0] + w2 * s[c, 0])
    y -= by_v * (w0 * s[a, 1] + w1 * s[b, 1] + w2 * s[c, 1])
    z -= by_v * (w0 * s[a, 2] + w1 * s[b, 2] + w2 * s[c, 2])
    scale = 1.0 / (math.sqrt(x * x + y * y + z * z) + 1e-9)
    return x * scale, y * scale, z * scale
