"""The kernel that paints a face texture from the maps and one person's numbers."""

import math
from typing import NamedTuple

from enface.rendering.arrays import Floats
from enface.rendering.kernels.compiler import compiled, inlined
from enface.rendering.kernels.noise import layered_noise, value_noise
from enface.rendering.skin.atlas import SkinMaps


class Coat(NamedTuple):
    """Numbers that paint one person's face; colours are (3,) linear."""

    seed: int
    melanin: float
    haemoglobin: float
    flush: float
    blotches: float
    pores: float
    freckles: float
    eye_bags: float
    wrinkles: float
    """0 none to 1 old."""
    moles: Floats
    """(n, 4): column, row and radius in texels, strength."""
    lip_redness: float
    lip_edge: float
    lipstick: Floats
    lipstick_strength: float
    eye_shadow: Floats
    eye_shadow_strength: float
    eyeliner: float
    hair_colour: Floats
    brow_colour: Floats
    brows: Floats
    """(size, size) coverage."""
    hairs: Floats
    """(size, size) coverage of single hairs of the hairline."""
    whiskers: Floats
    """(size, size) coverage of single hairs of the beard."""
    beard: int
    """0 none, 1 shadow, 2 stubble, 3 goatee, 4 moustache, 5 full."""
    beard_amount: float
    beard_colour: Floats
    hairline: Floats
    """(181,) height of the hairline by azimuth in degrees, centimetres."""
    scalp: float
    """How strongly the scalp takes the hair's colour."""
    bare_skin: Floats
    melanin_absorption: Floats
    deep_absorption: Floats
    deep_from: float
    haemoglobin_absorption: Floats
    hidden_by_melanin: float


@compiled
def _rise(x: float, low: float, high: float) -> float:
    t = min(1.0, max(0.0, (x - low) / (high - low)))
    return t * t * (3.0 - 2.0 * t)


@compiled
def _bell(x: float) -> float:
    return math.exp(-x * x) if abs(x) < 3.0 else 0.0


@compiled
def _age_lines(x: float, y: float, side: float, seed: int) -> float:
    """Lines of the forehead and crow's feet, 0 to about 0.5."""
    lines = 0.0
    if 6.8 < y < 10.2 and side < 4.6:
        reach = 1.0 - _rise(side, 3.0, 4.6)
        for k in range(3):
            bend = 0.12 * math.sin(x * 0.8 + k * 2 + (seed % 7)) + 0.02 * x * x
            depth = 0.2 + 0.8 * value_noise(k + 0.5, 3.5, seed + 51)
            lines += 0.5 * depth * reach * _bell((y - 7.6 - 0.95 * k - bend) / 0.10)
    if 4.9 < side < 6.5 and 2.0 < y < 5.0:
        reach = _rise(side, 4.9, 5.3) * (1.0 - _rise(side, 5.9, 6.5))
        for k in range(3):
            lines += 0.4 * reach * _bell((y - 3.5 - (k - 1) * 0.28 * (side - 4.6)) / 0.07)
    return lines


@compiled
def paint_coat(maps: SkinMaps, coat: Coat, texture: Floats, heights: Floats) -> None:
    """Paints every texel that can be seen.

    Args:
        maps: Of the texture's size.
        coat: The person.
        texture: (size, size, 4), out: linear red, green, blue, gloss.
        heights: (size, size), out: fine relief, before `slope_relief`.
    """
    size = texture.shape[0]
    unit = 1.0 / (size - 1.0)
    seed = coat.seed
    wrinkles = _rise(coat.wrinkles, 0.25, 0.9)
    for row in range(size):
        for column in range(size):
            if not maps.painted[row, column]:
                continue
            u = column * unit
            v = row * unit
            x = maps.x[row, column]
            y = maps.y[row, column]
            side = abs(x)
            broad = layered_noise(u * 6.0, v * 6.0, seed, 4, 0.6)
            patchy = layered_noise(u * 10.0, v * 10.0, seed + 1000, 4, 0.65)
            fine = layered_noise(u * 90.0, v * 90.0, seed + 2000, 3, 0.8)
            lip = _rise(maps.lip[row, column] + coat.lip_edge, -0.09, 0.10)

            haemoglobin = coat.haemoglobin + coat.flush * maps.flush[row, column] + maps.redness[row, column]
            haemoglobin += coat.blotches * (0.11 * broad + 0.04 * fine)
            melanin = coat.melanin * (1.0 + maps.darkness[row, column] + 0.04 * patchy)
            melanin += coat.blotches * (0.012 * patchy + 0.012 * fine)
            bag = coat.eye_bags * maps.eye_bag[row, column]
            melanin += 0.28 * bag
            haemoglobin += 0.35 * bag
            if coat.freckles > 0.0 and maps.freckle_zone[row, column] > 0.02:
                spots = layered_noise(u * 60.0, v * 60.0, seed + 3000, 2, 0.8)
                melanin += 0.55 * coat.freckles * maps.freckle_zone[row, column] * _rise(spots, 1.1, 1.9)
            height = coat.pores * 0.0045 * fine

            line = 0.6 * (0.25 + 0.75 * wrinkles) * maps.nasolabial[row, column]
            line += 0.5 * maps.lid_crease[row, column]
            if wrinkles > 0.0:
                line += wrinkles * _age_lines(x, y, side, seed)
            melanin += 0.10 * line
            haemoglobin += 0.30 * line
            height -= 0.10 * line

            if lip > 0.0:
                grain = layered_noise(u * 40.0, v * 40.0, seed + 4000, 2, 0.5)
                haemoglobin += lip * coat.lip_redness * (1.15 + 0.12 * grain)
                if y > -3.35:
                    melanin += lip * (0.06 + 0.10 * coat.melanin)
                height += lip * 0.018 * math.sin(x * 9.0 + grain)
                gap = maps.lip_gap[row, column]
                melanin += 0.45 * gap
                haemoglobin += 0.7 * gap

            red, green, blue = _absorbed(melanin, haemoglobin, coat)
            gloss = maps.gloss[row, column]
            gloss += lip * (0.6 if coat.lipstick_strength > 0.0 else 0.3)
            gloss *= 1.0 + 0.2 * coat.pores * fine

            if lip > 0.0 and coat.lipstick_strength > 0.0:
                k = lip * coat.lipstick_strength
                red, green, blue = _over(red, green, blue, coat.lipstick, k)
            if coat.eye_shadow_strength > 0.0:
                k = coat.eye_shadow_strength * maps.eye_shadow[row, column]
                red, green, blue = _over(red, green, blue, coat.eye_shadow, k)
            liner = maps.upper_lid[row, column] * (0.45 + 0.5 * coat.eyeliner)
            liner = min(0.95, liner + maps.lower_lid[row, column] * coat.eyeliner)
            if liner > 0.0:
                red *= 1.0 - liner
                green *= 1.0 - liner
                blue *= 1.0 - liner
            brow = coat.brows[row, column]
            if brow > 0.0:
                red, green, blue = _over(red, green, blue, coat.brow_colour, brow)
                gloss *= 1.0 - 0.7 * brow

            if coat.beard > 0 and maps.beard[row, column] > -1.0:
                extent = maps.beard[row, column]
                if coat.beard == 3:
                    extent = min(extent, (3.4 - side) / 0.6)
                elif coat.beard == 4:
                    extent = min(extent, min((y + 3.6) / 0.5, (3.2 - side) / 0.5))
                grown = _rise(extent + 0.25 * broad, -0.4, 1.0)
                if grown > 0.0:
                    stubble = coat.whiskers[row, column]
                    k = min(0.93, grown * coat.beard_amount * (0.30 + 0.95 * stubble))
                    red, green, blue = _over(red, green, blue, coat.beard_colour, k)
                    height += 0.03 * k * stubble
                    gloss *= 1.0 - 0.6 * k

            if coat.scalp > 0.0 and maps.ear[row, column] == 0.0:
                azimuth = min(179.99, max(0.0, maps.azimuth[row, column]))
                degree = int(azimuth)
                line_height = coat.hairline[degree] + (azimuth - degree) * (
                    coat.hairline[degree + 1] - coat.hairline[degree]
                )
                k = coat.scalp * _rise(0.8 * (y - line_height), -0.2, 1.1)
                red, green, blue = _over(red, green, blue, coat.hair_colour, k)
                if coat.scalp > 0.3:
                    gloss *= 1.0 - 0.7 * k
            single = coat.hairs[row, column]
            if single > 0.0:
                red, green, blue = _over(red, green, blue, coat.hair_colour, single)
                gloss *= 1.0 - 0.5 * single
            texture[row, column, 0] = red
            texture[row, column, 1] = green
            texture[row, column, 2] = blue
            texture[row, column, 3] = gloss
            heights[row, column] = height
    _paint_moles(coat, texture)


@inlined
def _absorbed(melanin: float, haemoglobin: float, coat: Coat) -> tuple[float, float, float]:
    shallow = min(melanin, coat.deep_from)
    deep = max(melanin - coat.deep_from, 0.0)
    haemoglobin *= 1.0 - coat.hidden_by_melanin * min(melanin, 1.2)
    m = coat.melanin_absorption
    d = coat.deep_absorption
    h = coat.haemoglobin_absorption
    return (
        coat.bare_skin[0] * math.exp(-shallow * m[0] - deep * d[0] - haemoglobin * h[0]),
        coat.bare_skin[1] * math.exp(-shallow * m[1] - deep * d[1] - haemoglobin * h[1]),
        coat.bare_skin[2] * math.exp(-shallow * m[2] - deep * d[2] - haemoglobin * h[2]),
    )


@compiled
def _over(red: float, green: float, blue: float, colour: Floats, k: float) -> tuple[float, float, float]:
    return (
        red * (1.0 - k) + colour[0] * k,
        green * (1.0 - k) + colour[1] * k,
        blue * (1.0 - k) + colour[2] * k,
    )


@compiled
def _paint_moles(coat: Coat, texture: Floats) -> None:
    size = texture.shape[0]
    m = coat.melanin_absorption
    for i in range(coat.moles.shape[0]):
        column, row, radius, strength = coat.moles[i]
        reach = int(4.0 * radius) + 1
        for y in range(max(0, int(row) - reach), min(size, int(row) + reach + 1)):
            for x in range(max(0, int(column) - reach), min(size, int(column) + reach + 1)):
                distance2 = (x - column) ** 2 + (y - row) ** 2
                extra = strength * math.exp(-distance2 / (2.0 * radius * radius))
                for channel in range(3):
                    texture[y, x, channel] *= math.exp(-extra * m[channel])


@compiled
def slope_relief(heights: Floats, scale: float, relief: Floats) -> None:
    """Writes the slopes of a height map, (size, size, 2): by u to the right, by v upwards."""
    size = heights.shape[0]
    for row in range(size):
        above = max(row - 1, 0)
        below = min(row + 1, size - 1)
        for column in range(size):
            before = max(column - 1, 0)
            after = min(column + 1, size - 1)
            relief[row, column, 0] = 0.5 * scale * (heights[row, after] - heights[row, before])
            relief[row, column, 1] = -0.5 * scale * (heights[below, column] - heights[above, column])
