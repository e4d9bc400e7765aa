"""Hair that hangs beside and behind the face: a grid dropped from a ring about the head."""

import numpy as np
from scipy.ndimage import gaussian_filter1d

from enface.rendering.arrays import Floats
from enface.rendering.asset import FaceAsset
from enface.rendering.curves import bell, smoothstep
from enface.rendering.materials import FACE, HEAD, LOOSE_HAIR
from enface.rendering.parts.hair import ear_vertices
from enface.rendering.parts.part import Part, grid_triangles, part_of
from enface.rendering.people.look import Look
from enface.rendering.randomness import Stream, stream

_ENDS = {"long": -17.0, "bob": -5.5, "shoulder": -11.5, "fringe": -13.0}
"""Height of the ends, centimetres."""
_TOP = 10.8
_AROUND, _DOWN = 72, 26
_PROFILE = ((-20, 1.14), (-12, 1.07), (-6, 1.07), (0, 1.10), (5, 1.06), (8.5, 0.97), (10.8, 0.74))
"""Radius by height, relative to the head's at the temples."""


def curtain(asset: FaceAsset, positions: Floats, look: Look) -> Part:
    """The loose hair of a head.

    Args:
        asset: The mean head.
        positions: (vertices, 3) of this head.
        look: With a style of `LOOSE`.
    """
    rng = stream(look.seed, Stream.CURTAIN)
    wave = gaussian_filter1d(rng.standard_normal(_AROUND), 1.2)[:, None]
    first = (56.0 if look.style == "fringe" else 64.0) + 8.0 * look.part
    azimuths = np.linspace(first, 360.0 - (first - 16.0 * look.part), _AROUND)
    angle, down = np.meshgrid(azimuths, np.linspace(0.0, 1.0, _DOWN), indexing="ij")
    height = _TOP + (_ENDS[look.style] + 0.6 * wave - _TOP) * down
    angle = angle + _edge_drift(angle, height, look)
    radius = _radius(asset, positions, angle, height, look)
    # The front edges lie on the temples and stand off further back, as hair does that falls from a parting.
    from_front = np.minimum(np.arange(_AROUND), np.arange(_AROUND)[::-1])[:, None]
    near_edge = 1.0 - smoothstep(from_front, 0, 9)
    radius = radius * (1.0 - 0.07 * near_edge * smoothstep(height, 2, 7))
    stands_off = 0.75 * look.volume * smoothstep(9.2 - height, 0, 4) * (1.0 - 0.8 * near_edge)
    radius = radius + stands_off + 0.25 * wave * down
    radius = radius + 0.25 * look.curl * np.sin(1.3 * height + 0.2 * angle)
    radius = _outside_ears(asset, positions, radius, angle, height)
    turn = np.radians(angle)
    points = np.stack([radius * np.sin(turn), height, radius * np.cos(turn)], axis=-1)
    growth = np.gradient(points, axis=1)
    growth /= np.linalg.norm(growth, axis=-1, keepdims=True)
    from_edge = 0.5 * from_front - 0.5
    solid = np.minimum(np.minimum(1.8, 7.0 * (1.0 - down) - 0.5), from_edge)
    hair = np.stack([solid, np.cos(turn), np.sin(turn), 0.28 * (9.2 - height)], axis=-1)
    triangles = grid_triangles(_AROUND, _DOWN)[:, [0, 2, 1]]
    shade = 0.75 * (0.6 + 0.4 * smoothstep(height, -14.0, 4.0))
    return part_of(points, triangles, LOOSE_HAIR, hair=hair, tangents=growth, occlusion=shade)


def _edge_drift(angle: Floats, height: Floats, look: Look) -> Floats:
    """Degrees by which the front edges start further back and fall forward."""
    to_first, to_last = angle - angle[0], angle[-1] - angle
    near_edge = np.clip(1.0 - np.minimum(to_first, to_last) / 70.0, 0.0, 1.0)
    outwards = np.where(to_first < to_last, 1.0, -1.0)
    drift = 18.0 * smoothstep(height, 4, 9) - 4.0 * smoothstep(3.0 - height, 0, 8)
    return np.asarray(outwards * near_edge * (drift + 1.5 * np.sin(0.9 * height + 9 * look.part)))


def _radius(asset: FaceAsset, positions: Floats, angle: Floats, height: Floats, look: Look) -> Floats:
    x, z = positions[:, 0], positions[:, 2]
    canonical = asset.neutral[:, 1]
    temples = (canonical > 7.3) & (canonical < 9.8) & ((asset.regions == FACE) | (asset.regions == HEAD))
    azimuths = np.degrees(np.arctan2(x[temples], z[temples]))
    reach = np.hypot(x[temples], z[temples])
    bins = np.arange(-180.0, 180.0, 12.0)
    ring = [reach[np.abs((azimuths - at + 180) % 360 - 180) < 10].max() for at in bins]
    ring = gaussian_filter1d(np.array(ring), 1, mode="wrap")
    signed = (angle + 180.0) % 360.0 - 180.0
    around = np.interp(signed, np.append(bins, 180.0), np.append(ring, ring[0]))
    heights, factors = zip(*_PROFILE, strict=True)
    profile = np.interp(height, heights, factors)
    behind = np.clip((np.abs(signed) - 110.0) / 50.0, 0.0, 1.0)
    profile = profile * (1.0 - behind * np.clip((3.0 - height) / 14.0, 0.0, 0.22))
    if look.style == "bob":
        bulge = np.sin(np.clip((9.2 - height) / 14.0, 0.0, 1.0) * np.pi)
        profile = profile * (1.0 + 0.06 * bulge - 0.06 * smoothstep(-height, 2, 6))
    return np.asarray(around * profile)


def _outside_ears(
    asset: FaceAsset, positions: Floats, radius: Floats, angle: Floats, height: Floats
) -> Floats:
    ears = ear_vertices(asset)
    reach = np.abs(positions[ears, 0]).max() + 0.55
    beside = bell(np.abs((angle + 180.0) % 360.0 - 180.0), 88.0, 20.0) * bell(height, 3.0, 4.0)
    return np.asarray(np.maximum(radius, reach * beside + radius * (1.0 - beside)))
