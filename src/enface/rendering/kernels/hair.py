"""Colour and light of hair: noise along strand coordinates, tangents that scatter with it."""

import math

from enface.rendering.arrays import Index
from enface.rendering.kernels.compiler import inlined
from enface.rendering.kernels.inputs import Geometry, Light, Paint
from enface.rendering.kernels.noise import value_noise
from enface.rendering.kernels.reflectance import environment_light, hair_lobes
from enface.rendering.kernels.shadow import lit_fraction
from enface.rendering.materials import LOOSE_HAIR


@inlined
def strand_noise(
    a: Index, b: Index, c: Index, w0: float, w1: float, w2: float, geometry: Geometry, paint: Paint
) -> tuple[float, float, float]:
    """Lightness of a strand (about 1) and two noises in [0, 1) that scatter its direction."""
    hair = geometry.hair
    inside = w0 * hair[a, 0] + w1 * hair[b, 0] + w2 * hair[c, 0]
    along = w0 * hair[a, 3] + w1 * hair[b, 3] + w2 * hair[c, 3]
    cosine = w0 * hair[a, 1] + w1 * hair[b, 1] + w2 * hair[c, 1]
    sine = w0 * hair[a, 2] + w1 * hair[b, 2] + w2 * hair[c, 2]
    locks = math.atan2(sine, cosine) * paint.strands.frequency
    seed = paint.strands.seed
    fine = value_noise(locks * 2.4, along * 0.5, seed + 1)
    middle = value_noise(locks * 0.5 + 0.3 * along, along * 0.35, seed + 2)
    broad = value_noise(locks * 0.16, along * 0.2, seed + 3)
    level = 0.45 + 0.5 * fine + 0.45 * middle + 0.25 * broad
    level *= 0.55 + 0.45 * min(1.0, max(0.0, inside * 0.5 + 0.5))
    return level, fine, middle


@inlined
def shade_hair(
    material: int,
    a: Index,
    b: Index,
    c: Index,
    w0: float,
    w1: float,
    w2: float,
    px: float,
    py: float,
    pz: float,
    nx: float,
    ny: float,
    nz: float,
    vx: float,
    vy: float,
    vz: float,
    geometry: Geometry,
    paint: Paint,
    light: Light,
) -> tuple[float, float, float]:
    """Linear radiance of a hair sample at p with unit normal n, seen from unit direction v."""
    level, fine, middle = strand_noise(a, b, c, w0, w1, w2, geometry, paint)
    if nx * vx + ny * vy + nz * vz < 0.0:  # the inside of a lock
        nx, ny, nz = -nx, -ny, -nz
        level *= 0.4
    red = paint.hair_colour[0] * level
    green = paint.hair_colour[1] * level
    blue = paint.hair_colour[2] * level

    tangents = geometry.tangents
    tx = w0 * tangents[a, 0] + w1 * tangents[b, 0] + w2 * tangents[c, 0]
    ty = w0 * tangents[a, 1] + w1 * tangents[b, 1] + w2 * tangents[c, 1]
    tz = w0 * tangents[a, 2] + w1 * tangents[b, 2] + w2 * tangents[c, 2]
    across = tx * nx + ty * ny + tz * nz
    tx -= across * nx
    ty -= across * ny
    tz -= across * nz
    scale = 1.0 / (math.sqrt(tx * tx + ty * ty + tz * tz) + 1e-6)
    scatter = (fine - 0.5) * 0.5 + (middle - 0.5) * 0.3
    tx = tx * scale + scatter * nx
    ty = ty * scale + scatter * ny
    tz = tz * scale + scatter * nz
    scale = 1.0 / (math.sqrt(tx * tx + ty * ty + tz * tz) + 1e-6)
    tx *= scale
    ty *= scale
    tz *= scale

    occlusion = geometry.occlusion
    open_ = w0 * occlusion[a] + w1 * occlusion[b] + w2 * occlusion[c]
    sky_r, sky_g, sky_b = environment_light(light.environment, nx, ny, nz)
    out_r = red * open_ * sky_r
    out_g = green * open_ * sky_g
    out_b = blue * open_ * sky_b
    # Points that deep inside a shell would shade themselves; lift them out of it first.
    lift = 0.5 if material == LOOSE_HAIR else 0.75
    # Fair hair scatters light from strand to strand: more of it, but spread evenly, so less in the lobes.
    gloss_weight = paint.hair_gloss / (1.0 + 3.0 * red)
    for i in range(light.directions.shape[0]):
        lx = light.directions[i, 0]
        ly = light.directions[i, 1]
        lz = light.directions[i, 2]
        facing = nx * lx + ny * ly + nz * lz
        if facing <= -0.35:  # neither lobe nor diffuse light reaches it
            continue
        if i == 0 and light.casts:
            lit = lit_fraction(
                px + nx * lift, py + ny * lift, pz + nz * lift, 0.12, light.heights, light.axes, light.scale
            )
            lit = 0.25 + 0.75 * lit
        else:
            lit = 0.35 + 0.65 * open_
        diffuse, tight, wide = hair_lobes(tx, ty, tz, lx, ly, lz, vx, vy, vz)
        diffuse *= max(0.0, (facing + 0.35) / 1.35) * (0.5 + 0.5 * open_)
        shown = max(0.0, min(1.0, facing * 2.0 + 0.4)) * gloss_weight
        tight *= 0.035 * shown
        wide *= 0.56 * shown
        out_r += lit * light.colours[i, 0] * (red * (diffuse + wide) + tight)
        out_g += lit * light.colours[i, 1] * (green * (diffuse + wide) + tight)
        out_b += lit * light.colours[i, 2] * (blue * (diffuse + wide) + tight)
    return out_r, out_g, out_b
