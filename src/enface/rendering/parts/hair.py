"""Hair on the skull: a shell with a thickness by style, tapering to nothing at the hairline."""

import numpy as np
from jaxtyping import Bool
from numpy import ndarray

from enface.rendering.arrays import Floats
from enface.rendering.asset import FaceAsset
from enface.rendering.curves import smoothstep
from enface.rendering.materials import FACE, HAIR, HEAD
from enface.rendering.parts.hairline import inside_hairline
from enface.rendering.parts.shell import OUTSIDE, Shell, cut_shell
from enface.rendering.parts.strands import outwards, strand_coordinates
from enface.rendering.parts.wrapping import inside_covering
from enface.rendering.people.identity import Identity
from enface.rendering.people.look import Look
from enface.rendering.randomness import Stream, stream
from enface.rendering.skin.atlas import is_ear

_TOP = {
    "short": 0.95,
    "parted": 1.35,
    "swept": 1.5,
    "receding": 0.5,
    "curly": 2.6,
    "long": 0.9,
    "bob": 1.0,
    "shoulder": 0.95,
    "bun": 0.45,
    "fringe": 1.0,
}
_SIDE = {
    "short": 0.45,
    "parted": 0.6,
    "swept": 0.4,
    "receding": 0.5,
    "curly": 0.7,
    "long": 0.7,
    "bob": 0.9,
    "shoulder": 0.8,
    "bun": 0.35,
    "fringe": 0.8,
}
_CROPPED = 0.12
"""Thickness of hair cut to the skin, centimetres."""
_QUIFFED = ("short", "parted", "swept", "curly")


def ear_vertices(asset: FaceAsset) -> Bool[ndarray, " vertices"]:
    """Which vertices lie on the ears."""
    return np.asarray((asset.regions == FACE) & is_ear(asset.uv[:, 0], asset.uv[:, 1]))


def hair_thickness(points: Floats, inside: Floats, look: Look) -> Floats:
    """Distance of the shell from the skin, centimetres.

    Args:
        points: (n, 3) on the mean head.
        inside: (n,) of `inside_hairline`.
    """
    x, y, z = points.T
    if look.style == "buzz":
        thickness = np.full(len(points), _CROPPED)
    else:
        top, side = _TOP[look.style] * look.volume, _SIDE[look.style] * look.volume
        thickness = side + (top - side) * smoothstep(y, 8.0, 12.8)
        azimuth = np.arctan2(x, z)
        tufts = 0.22 * np.sin(3 * azimuth + 5 * look.part) * smoothstep(y, 6, 11)
        thickness = thickness * (1 + tufts + 0.12 * np.sin(7 * azimuth + 0.7 * y))
        if look.style in _QUIFFED:
            thickness = thickness * (1 + 0.35 * smoothstep(z, 1, 7) * smoothstep(y, 9.5, 12))
        body = 0.12 + 0.88 * smoothstep(inside, 0.2, 3.2)
        thickness = thickness * body * smoothstep(inside, -0.4, 0.6) + 0.03
    # Beyond the line the shell dives under the skin, so that its rim never shows.
    return np.asarray(thickness - 0.22 * (1 - smoothstep(inside, -0.9, -0.1)) - 0.25 * (inside < -1.2))


def hair_shell(asset: FaceAsset, identity: Identity, look: Look) -> Shell | None:
    """The hair on a skull; None for a bald head and under a headscarf."""
    if look.style == "bald" or look.covering == "headscarf":
        return None
    points = asset.neutral.astype(np.float64)
    inside = inside_hairline(points, ear_vertices(asset), identity, look)
    thickness = hair_thickness(points, inside, look)
    rng = stream(look.seed, Stream.CURLS)
    curls = 1.0 + 0.125 * look.curl * rng.standard_normal(len(points)) * (thickness > 0.3)
    thickness = np.minimum(thickness, np.interp(inside_covering(points, look), [-0.6, 0.3], [9.0, 0.25]))
    coordinates, growth = strand_coordinates(points, look)
    on_skin = (asset.regions == FACE) | (asset.regions == HEAD)
    return cut_shell(
        asset,
        np.where(on_skin, inside, OUTSIDE),
        thickness * curls,
        HAIR,
        outwards=outwards(points),
        strands=coordinates,
        tangents=growth,
    )
