"""The colour and finish of every surface that is not hair."""

import math

from enface.rendering.arrays import Index
from enface.rendering.kernels.compiler import inlined
from enface.rendering.kernels.eye import eye_colour
from enface.rendering.kernels.inputs import Cloth, Geometry, Paint
from enface.rendering.kernels.noise import value_noise
from enface.rendering.kernels.skin import sample_texture
from enface.rendering.materials import (
    CLOTH,
    COVERING,
    EYE_SOCKET,
    FACE,
    GLASSES,
    GUMS,
    HAND,
    HEAD,
    LASHES,
    LEFT_EYE,
    MOUTH_SOCKET,
    OBJECT,
    RIGHT_EYE,
    TEETH,
)


@inlined
def surface_colour(
    material: int,
    a: Index,
    b: Index,
    c: Index,
    w0: float,
    w1: float,
    w2: float,
    geometry: Geometry,
    paint: Paint,
    cloth: Cloth,
) -> tuple[float, float, float, float, int, int]:
    """Linear red, green, blue, strength of the gloss, and on the face the texel's row and column."""
    canonical = geometry.canonical
    if material == FACE:
        uv = geometry.uv
        u = w0 * uv[a, 0] + w1 * uv[b, 0] + w2 * uv[c, 0]
        v = w0 * uv[a, 1] + w1 * uv[b, 1] + w2 * uv[c, 1]
        r, g, bl, shine, row, column = sample_texture(paint.texture, u, v)
        return r, g, bl, shine * paint.oiliness, row, column
    if material <= GUMS:
        colours = geometry.colours
        return (
            w0 * colours[a, 0] + w1 * colours[b, 0] + w2 * colours[c, 0],
            w0 * colours[a, 1] + w1 * colours[b, 1] + w2 * colours[c, 1],
            w0 * colours[a, 2] + w1 * colours[b, 2] + w2 * colours[c, 2],
            0.5 * paint.oiliness,
            0,
            0,
        )
    if material == TEETH:
        x = w0 * canonical[a, 0] + w1 * canonical[b, 0] + w2 * canonical[c, 0]
        z = w0 * canonical[a, 2] + w1 * canonical[b, 2] + w2 * canonical[c, 2]
        level = 0.45 + 0.55 * min(1.0, max(0.0, (z - 8.0) / 2.4))
        # Teeth differ a little from one to the next, and darken at their edges.
        tooth = x / 0.78
        gap = abs(tooth - math.floor(tooth) - 0.5) * 2.0
        level *= (0.93 + 0.14 * value_noise(math.floor(tooth), 0.5, paint.skin_seed + 41)) * (
            1.0 - 0.22 * gap**8
        )
        return paint.teeth[0] * level, paint.teeth[1] * level, paint.teeth[2] * level, 1.0, 0, 0
    if material in (LEFT_EYE, RIGHT_EYE):
        r, g, bl = eye_colour(
            w0 * canonical[a, 0] + w1 * canonical[b, 0] + w2 * canonical[c, 0],
            w0 * canonical[a, 1] + w1 * canonical[b, 1] + w2 * canonical[c, 1],
            w0 * canonical[a, 2] + w1 * canonical[b, 2] + w2 * canonical[c, 2],
            material == LEFT_EYE,
            paint.iris_radius,
            paint.pupil,
            paint.eye_colour,
            paint.sclera,
            paint.skin_seed,
        )
        return r, g, bl, 1.0, 0, 0
    if material == LASHES:
        return 0.3 * paint.hair_colour[0], 0.3 * paint.hair_colour[1], 0.3 * paint.hair_colour[2], 0.0, 0, 0
    if material == CLOTH:
        x = w0 * canonical[a, 0] + w1 * canonical[b, 0] + w2 * canonical[c, 0]
        y = w0 * canonical[a, 1] + w1 * canonical[b, 1] + w2 * canonical[c, 1]
        level = 0.85 + 0.3 * value_noise(x * 1.3 + cloth.offset_x, y * 1.3 + cloth.offset_y, 21)
        if cloth.striped and math.sin(y * 2.2 + 0.3 * math.sin(x)) > 0.2:
            return cloth.stripe[0] * level, cloth.stripe[1] * level, cloth.stripe[2] * level, 0.0, 0, 0
        return cloth.colour[0] * level, cloth.colour[1] * level, cloth.colour[2] * level, 0.0, 0, 0
    if material >= COVERING:
        colours = geometry.colours
        level = 1.0
        if material == COVERING:
            x = w0 * canonical[a, 0] + w1 * canonical[b, 0] + w2 * canonical[c, 0]
            y = w0 * canonical[a, 1] + w1 * canonical[b, 1] + w2 * canonical[c, 1]
            level = 0.8 + 0.25 * value_noise(x * 1.1, y * 1.1, 23) + 0.15 * value_noise(x * 9.0, y * 9.0, 24)
            hair = geometry.hair
            inside = w0 * hair[a, 0] + w1 * hair[b, 0] + w2 * hair[c, 0]
            if inside < hair[a, 3]:
                return cloth.trim[0] * level, cloth.trim[1] * level, cloth.trim[2] * level, 0.0, 0, 0
        shine = 0.0
        if material == HAND:
            shine = 0.35
        elif material == OBJECT:
            shine = 0.9
        return (
            level * (w0 * colours[a, 0] + w1 * colours[b, 0] + w2 * colours[c, 0]),
            level * (w0 * colours[a, 1] + w1 * colours[b, 1] + w2 * colours[c, 1]),
            level * (w0 * colours[a, 2] + w1 * colours[b, 2] + w2 * colours[c, 2]),
            shine,
            0,
            0,
        )
    return cloth.frame[0], cloth.frame[1], cloth.frame[2], 0.8, 0, 0


@inlined
def roughness_of(material: int) -> float:
    """GGX roughness."""
    if material in (LEFT_EYE, RIGHT_EYE):
        return 0.09
    if material == TEETH:
        return 0.25
    if material in (GLASSES, OBJECT):
        return 0.36
    return 0.52


@inlined
def wrap_of(material: int) -> tuple[float, float, float]:
    """How far light bleeds past the terminator in red, green and blue."""
    if material in (FACE, HEAD, MOUTH_SOCKET, EYE_SOCKET, GUMS, HAND):
        return 0.30, 0.13, 0.08
    if material == TEETH:
        return 0.20, 0.20, 0.20
    if material in (LEFT_EYE, RIGHT_EYE):
        return 0.15, 0.12, 0.12
    return 0.0, 0.0, 0.0
