"""How surfaces answer one light: wrapped diffuse and GGX for skin, two Kajiya-Kay lobes for hair."""

import math

from enface.rendering.arrays import Floats
from enface.rendering.kernels.compiler import compiled, inlined


@compiled
def wrapped(cosine: float, wrap: float) -> float:
    """Diffuse term that reaches past the terminator, energy kept: max(0, (c + k) / (1 + k)^2)."""
    return max(0.0, (cosine + wrap) / ((1.0 + wrap) * (1.0 + wrap)))


@compiled
def gloss(
    nx: float,
    ny: float,
    nz: float,
    lx: float,
    ly: float,
    lz: float,
    vx: float,
    vy: float,
    vz: float,
    roughness: float,
) -> float:
    """GGX specular lobe times the cosine, F0 = 0.035, at most 6 (Walter et al. 2007, Schlick's Fresnel)."""
    facing = nx * lx + ny * ly + nz * lz
    if facing <= 0.0:
        return 0.0
    hx = lx + vx
    hy = ly + vy
    hz = lz + vz
    length = 1.0 / (math.sqrt(hx * hx + hy * hy + hz * hz) + 1e-9)
    half_normal = max(0.0, (nx * hx + ny * hy + nz * hz) * length)
    half_view = max(0.0, (vx * hx + vy * hy + vz * hz) * length)
    view = max(0.05, nx * vx + ny * vy + nz * vz)
    alpha = roughness * roughness
    alpha2 = alpha * alpha
    bottom = half_normal * half_normal * (alpha2 - 1.0) + 1.0
    distribution = alpha2 / (bottom * bottom) * 0.25
    away = 1.0 - half_view
    away2 = away * away
    fresnel = 0.035 + 0.965 * away2 * away2 * away
    k = (roughness + 1.0) * (roughness + 1.0) / 8.0
    masking = 1.0 / ((view * (1.0 - k) + k) * (facing * (1.0 - k) + k))
    return min(distribution * fresnel * masking * facing, 6.0)


@compiled
def power_of_sine(cosine: float, doublings: int) -> float:
    """sine^(2^doublings), from the cosine, without a call of pow."""
    result = max(0.0, 1.0 - cosine * cosine)
    for _ in range(doublings - 1):
        result *= result
    return result


@compiled
def hair_lobes(
    tx: float,
    ty: float,
    tz: float,
    lx: float,
    ly: float,
    lz: float,
    vx: float,
    vy: float,
    vz: float,
) -> tuple[float, float, float]:
    """Diffuse, tight and wide gloss of a strand with unit tangent t (Kajiya and Kay 1989)."""
    along = tx * lx + ty * ly + tz * lz
    diffuse = math.sqrt(max(0.0, 1.0 - along * along))
    hx = lx + vx
    hy = ly + vy
    hz = lz + vz
    length = 1.0 / (math.sqrt(hx * hx + hy * hy + hz * hz) + 1e-9)
    middle = (tx * hx + ty * hy + tz * hz) * length
    return diffuse, power_of_sine(middle + 0.06, 6), power_of_sine(middle - 0.10, 4)


@inlined
def environment_light(environment: Floats, x: float, y: float, z: float) -> tuple[float, float, float]:
    """Red, green and blue irradiance on a unit normal, order 2 (Ramamoorthi and Hanrahan 2001).

    Args:
        environment: (9, 3), see `enface.rendering.kernels.inputs.Light.environment`.
        x: Of the normal, with y and z.
        y: See x.
        z: See x.
    """
    e = environment
    xy = x * y
    yz = y * z
    zz = 3.0 * z * z - 1.0
    xz = x * z
    xx = x * x - y * y
    red = e[0, 0] + e[1, 0] * y + e[2, 0] * z + e[3, 0] * x
    red += e[4, 0] * xy + e[5, 0] * yz + e[6, 0] * zz + e[7, 0] * xz + e[8, 0] * xx
    green = e[0, 1] + e[1, 1] * y + e[2, 1] * z + e[3, 1] * x
    green += e[4, 1] * xy + e[5, 1] * yz + e[6, 1] * zz + e[7, 1] * xz + e[8, 1] * xx
    blue = e[0, 2] + e[1, 2] * y + e[2, 2] * z + e[3, 2] * x
    blue += e[4, 2] * xy + e[5, 2] * yz + e[6, 2] * zz + e[7, 2] * xz + e[8, 2] * xx
    return max(0.0, red), max(0.0, green), max(0.0, blue)
