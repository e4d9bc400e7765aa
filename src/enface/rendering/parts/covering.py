"""Caps, beanies, hats and headscarves: a shell over the hair, with the peak or the brim as a sheet."""

import numpy as np
from jaxtyping import Float64
from numpy import ndarray
from scipy.ndimage import gaussian_filter1d

from enface.rendering.arrays import Flags, Floats
from enface.rendering.asset import FaceAsset
from enface.rendering.curves import smoothstep
from enface.rendering.materials import COVERING, FACE, HEAD
from enface.rendering.parts.capsule import capsule
from enface.rendering.parts.part import Part, grid_triangles, part_of
from enface.rendering.parts.shell import OUTSIDE, Shell, cut_shell, extrude
from enface.rendering.parts.strands import hangs_loose, outwards
from enface.rendering.parts.wrapping import inside_covering
from enface.rendering.people.look import Look
from enface.rendering.skin.atlas import is_ear

COVERS_EARS = ("beanie", "headscarf")
_STANDS_OFF = {"cap": 0.55, "beanie": 0.65, "hat": 0.6, "headscarf": 0.75}
"""Distance from the skin, centimetres."""
_BANDS = {"beanie": 2.2, "hat": 2.4}
"""Width of the cuff or ribbon in the trim's colour, centimetres."""
_SHEET = 0.14
"""Thickness of peaks and brims, centimetres."""


def covering_shell(asset: FaceAsset, look: Look) -> Shell | None:
    """The covering of a head; None for a bare one."""
    if look.covering == "none":
        return None
    points = asset.neutral.astype(np.float64)
    inside = inside_covering(points, look)
    x, y, z = points.T
    azimuth = np.arctan2(x, z - 0.5)
    thickness = np.full(len(points), _STANDS_OFF[look.covering] + (0.35 if hangs_loose(look) else 0.0))
    folds = np.sin(5.0 * azimuth + 0.9 * y + look.seed) * np.sin(2.0 * azimuth - 0.5 * y)
    if look.covering == "headscarf":
        thickness = thickness + 0.25 * folds + 0.5 * smoothstep(-y, 5.0, 9.0)
        thickness = 0.12 + thickness * smoothstep(inside, -0.2, 2.0)  # it lies close about the face
    elif look.covering == "beanie":
        thickness = thickness + 0.12 * folds + 1.2 * smoothstep(y, 10.0, 13.5)
        thickness = thickness + 0.15 * (inside < 2.2)  # the turned-up cuff
    elif look.covering == "hat":
        thickness = thickness + 2.4 * smoothstep(y, 9.5, 13.0)
    else:
        thickness = thickness + 0.9 * smoothstep(y, 9.5, 12.5)
    on_skin = ((asset.regions == FACE) | (asset.regions == HEAD)) & ~_ears(asset)
    return cut_shell(
        asset, np.where(on_skin, inside, OUTSIDE), thickness, COVERING, outwards=outwards(points)
    )


def _ears(asset: FaceAsset) -> Flags:
    return np.asarray((asset.regions == FACE) & is_ear(asset.uv[:, 0], asset.uv[:, 1]))


def covering_parts(
    asset: FaceAsset, shell: Shell, positions: Floats, normals: Floats, look: Look
) -> list[Part]:
    """The shell about a head with these positions and unit normals, and what is sewn to it."""
    main, trim = np.array(look.fabric.colour), np.array(look.fabric.trim)
    part = extrude(shell, positions, normals)
    hair = part.hair.copy()
    hair[:, 3] = _BANDS.get(look.covering, 0.0)
    parts: list[Part] = [
        part._replace(hair=hair, colours=np.broadcast_to(main, part.positions.shape).astype(np.float32))
    ]
    if look.covering == "headscarf":
        ears = positions[_ears(asset)]
        for side in (-1.0, 1.0):
            low, high = np.percentile(ears[ears[:, 0] * side > 0.0], [15, 85], axis=0)
            middle = (low + high) / 2.0
            parts.append(
                capsule(
                    np.array([middle[0], low[1] + 0.8, middle[2] - 0.1]),
                    np.array([middle[0], high[1] - 0.6, middle[2] - 0.1]),
                    (2.5, 2.7),
                    0.58,
                    np.array([0.0, 0.0, 1.0]),
                    main,
                    material=COVERING,
                )
            )
    elif look.covering == "cap":
        azimuths = np.linspace(-58.0, 58.0, 25)
        rim = _rim(parts[0], azimuths)
        length = 6.6 * (1.0 - (azimuths / 60.0) ** 2) ** 0.6 + 0.1
        turn = np.radians(0.35 * azimuths)
        ahead = np.stack([np.sin(turn), np.full(25, -0.20), np.cos(turn)], axis=1)
        parts.extend(_sheet(rim, ahead * length[:, None], trim, bend=0.012))
    elif look.covering == "hat":
        azimuths = np.linspace(-180.0, 180.0, 61)
        turn = np.radians(azimuths)
        away = np.stack([np.sin(turn), np.full(61, -0.10), np.cos(turn)], axis=1)
        parts.extend(_sheet(_rim(parts[0], azimuths), 5.0 * away, main, bend=0.0))
    return parts


def _rim(shell: Part, azimuths: Floats) -> Float64[ndarray, "points 3"]:
    """Points along the edge of an extruded shell."""
    x, _, z = shell.canonical.T
    at = np.degrees(np.arctan2(x, z - 0.5))
    gap = np.abs((at[None] - azimuths[:, None] + 180.0) % 360.0 - 180.0) / 4.0
    nearest = np.argmin(gap + 2.0 * np.abs(shell.hair[:, 0] - 0.25)[None], axis=1)
    points = shell.positions[nearest].astype(np.float64)
    closed = abs(azimuths[-1] - azimuths[0]) >= 359.0
    smooth = gaussian_filter1d(points, 2.0, axis=0, mode="wrap" if closed else "nearest")
    if closed:
        smooth[-1] = smooth[0]
    return np.asarray(smooth - 0.25 * np.array([1.0, 0.0, 1.0]) * smooth / 8.0)


def _sheet(rim: Floats, reach: Floats, colour: Floats, *, bend: float) -> list[Part]:
    """Upper and lower side of a sheet from a rim outwards."""
    along = np.linspace(0.0, 1.0, 7)
    grid = rim[:, None] + along[None, :, None] * reach[:, None]
    grid[..., 1] -= bend * grid[..., 0] ** 2 * along[None]
    triangles = grid_triangles(len(rim), 7)
    a, b, c = (grid.reshape(-1, 3)[triangles[:, corner]] for corner in range(3))
    if np.cross(b - a, c - a)[:, 1].mean() < 0.0:
        triangles = triangles[:, [0, 2, 1]]
    solid = np.zeros((*grid.shape[:2], 4))
    solid[..., 0] = 2.0
    sides = []
    for drop, order, shade in ((0.0, [0, 1, 2], 1.0), (_SHEET, [0, 2, 1], 0.55)):
        points = grid - np.array([0.0, drop, 0.0])
        sides.append(
            part_of(
                points,
                triangles[:, order],
                COVERING,
                hair=solid,
                colours=colour,
                occlusion=np.full(grid.shape[:2], shade),
            )
        )
    return sides
