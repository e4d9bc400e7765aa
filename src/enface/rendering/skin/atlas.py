"""Where everything is in the face texture: maps that depend on the mean head only."""

from functools import cache
from typing import NamedTuple

import numpy as np
from jaxtyping import Bool, Float32, Float64
from numpy import ndarray
from scipy.ndimage import distance_transform_edt
from scipy.spatial import cKDTree
from skimage.draw import polygon2mask

from enface.rendering.arrays import Flags, Floats
from enface.rendering.asset import FaceAsset
from enface.rendering.curves import bell, smoothstep, spline
from enface.rendering.kernels.raster import rasterize
from enface.rendering.kernels.strands import Strands

LIP_GAP_HEIGHT = -3.36
"""Height of the gap between the lips of the mean head, centimetres."""
_LONGEST_UV_EDGE = 0.08
"""Triangles with longer edges span the seam of the texture."""


class SkinMaps(NamedTuple):
    """(size, size) float32 maps; row 0 is v = 1. Outside the face they continue the nearest texel's value."""

    painted: Flags
    """Texels that any sample can read."""
    x: Floats
    y: Floats
    z: Floats
    """Place on the mean head, centimetres."""
    azimuth: Floats
    """Degrees from the front about the head's axis, 0 to 180."""
    ear: Floats
    flush: Floats
    """Cheeks and nose tip."""
    redness: Floats
    """Ears, chin, eyelids and forehead, signed."""
    darkness: Floats
    """Relative melanin: under the eyes and about the mouth, signed."""
    eye_bag: Floats
    freckle_zone: Floats
    nasolabial: Floats
    lid_crease: Floats
    lip: Floats
    """Centimetres inside the lips' outline."""
    lip_gap: Floats
    upper_lid: Floats
    lower_lid: Floats
    eye_shadow: Floats
    gloss: Floats
    beard: Floats
    """Above 0 where a full beard grows."""


def texture_points(asset: FaceAsset, size: int) -> Float64[ndarray, "vertices 2"]:
    """Column and row of every vertex in the face texture."""
    return np.stack([asset.uv[:, 0] * (size - 1), (1.0 - asset.uv[:, 1]) * (size - 1)], axis=1).astype(
        np.float64
    )


def is_ear(u: Floats, v: Floats) -> Flags:
    """Whether a place of the texture lies on the ears' island."""
    return np.asarray((np.minimum(u, 1.0 - u) < 0.097) & (v > 0.45) & (v < 0.69))


@cache
def skin_maps(asset: FaceAsset, size: int) -> SkinMaps:
    """Computes the maps once per asset and texture size."""
    points, inside = _unwrapped(asset, size)
    x, y, z = (points[..., axis].astype(np.float64) for axis in range(3))
    side = np.abs(x)
    column, row = np.meshgrid(np.arange(size) / (size - 1.0), 1.0 - np.arange(size) / (size - 1.0))
    ear = is_ear(column, row)
    lip = _lip_distance(asset, size)
    marks = asset.landmark_points
    upper = np.minimum(_to_curve(points, marks[[42, 43, 44, 45]]), _to_curve(points, marks[[36, 37, 38, 39]]))
    lower = np.minimum(_to_curve(points, marks[[42, 47, 46, 45]]), _to_curve(points, marks[[36, 41, 40, 39]]))
    cheek = bell(side, 4.3, 2.0) * bell(y, 0.2, 1.9)
    fold = np.interp(y, [-4.6, -3.4, -1.9, -0.4], [3.1, 3.15, 2.6, 1.75])
    maps = {
        "x": x,
        "y": y,
        "z": z,
        "azimuth": np.degrees(np.arctan2(side, z - 0.5)),
        "ear": ear,
        "flush": 0.42 * cheek + 0.40 * bell(side, 0, 1.4) * bell(y, 0.2, 1.2) * (z > 10),
        "redness": 0.30 * smoothstep(side, 7.4, 8.4) * (y < 7) * (y > -2.5)
        + 0.15 * bell(side, 0, 1.8) * bell(y, -6.3, 1.3)
        + 0.20 * bell(side, 3.2, 1.6) * bell(y, 4.3, 0.8)
        - 0.15 * smoothstep(y, 6.5, 9.0),
        "darkness": 0.12 * bell(side, 3.2, 1.5) * bell(y, 2.3, 0.7)
        + 0.06 * bell(side, 0, 2.5) * bell(y, -2.2, 1.0)
        - 0.06 * bell(side, 4.0, 2.2) * bell(y, 0, 2.0),
        "eye_bag": bell(side, 3.0, 1.5) * bell(y, 2.35, 0.5),
        "freckle_zone": bell(side, 2.5, 3.0) * bell(y, 1.0, 2.5),
        "nasolabial": bell(side - fold, 0, 0.16)
        * smoothstep(y, -4.4, -3.4)
        * (1 - smoothstep(y, -1.0, -0.2)),
        "lid_crease": bell(upper, 0.48, 0.10) * (y > 3.5) * (side > 1.9) * (side < 4.6),
        "lip": lip,
        "lip_gap": bell(y, LIP_GAP_HEIGHT, 0.09) * (side < 2.35) * (lip > -0.1),
        "upper_lid": bell(upper, 0.0, 0.13),
        "lower_lid": 0.5 * bell(lower, 0.0, 0.08),
        "eye_shadow": bell(side, 3.2, 1.5) * bell(y, 4.5, 0.55),
        "gloss": 0.5 * bell(side, 0.0, 2.2) * smoothstep(y, -1.2, 1.0) + 0.38,
        "beard": np.minimum(beard_extent(points), -(lip + 0.12) / 0.25),
    }
    painted = distance_transform_edt(~inside) <= 4.0
    return SkinMaps(
        painted=painted, **{name: np.ascontiguousarray(m, np.float32) for name, m in maps.items()}
    )


def beard_extent(points: Floats) -> Float32[ndarray, "..."]:
    """Above 0 where a full beard grows, below elsewhere; a function of the place on the mean head."""
    from scipy.interpolate import PchipInterpolator

    upper_edge = PchipInterpolator(
        [0, 1.6, 2.9, 3.5, 5, 6.2, 6.9, 7.3, 9], [-1.35, -1.4, -2.4, -3.6, -2.9, -1.2, 1.2, 3.4, 3.5]
    )
    side, y, z = np.abs(points[..., 0]), points[..., 1], points[..., 2]
    extent = np.clip((upper_edge(np.clip(side, 0, 9)) - y) / 0.7, -2, 2)
    extent = np.minimum(extent, (y + 10.5) / 1.5)
    extent = np.minimum(extent, z - 1.5)
    bare = (y > -5.1) & (y < -4.2) & (side < 2.1)  # beside the tuft under the lower lip
    extent = np.where(bare, np.minimum(extent, -0.2 + 0.4 * (side < 0.5)), extent)
    return np.asarray(extent, np.float32)


def _unwrapped(
    asset: FaceAsset, size: int
) -> tuple[Float32[ndarray, "size size 3"], Bool[ndarray, "size size"]]:
    """The mean head's position at every texel, and which texels the face covers."""
    triangles = asset.triangles[: asset.face_triangles]
    corners = asset.uv[triangles]
    longest = np.abs(corners - corners[:, [1, 2, 0]]).max(axis=(1, 2))
    triangles = triangles[longest < _LONGEST_UV_EDGE]
    screen = np.ones((len(asset.neutral), 3), np.float32)
    screen[:, :2] = texture_points(asset, size) + 0.5
    nearness = np.empty((size, size), np.float32)
    seen = np.empty((size, size), np.int32)
    weights = np.zeros((size, size, 2), np.float32)
    rasterize(
        screen,
        triangles,
        np.zeros(len(triangles), np.int32),
        np.zeros((len(asset.neutral), 4), np.float32),
        Strands(0, 1.0),
        nearness,
        seen,
        weights,
    )
    inside = seen >= 0
    full = np.concatenate([weights, 1.0 - weights.sum(axis=2, keepdims=True)], axis=2)
    points = (asset.neutral[triangles[np.maximum(seen, 0)]] * full[..., None]).sum(axis=2)
    nearest = distance_transform_edt(~inside, return_distances=False, return_indices=True)
    return points[tuple(nearest)].astype(np.float32), inside


def _lip_distance(asset: FaceAsset, size: int) -> Floats:
    """Centimetres inside the outer outline of the lips, measured in the texture."""
    fine = 2 * size
    texels = texture_points(asset, fine)[asset.landmarks]
    outline = spline(texels[48:60], count=200, closed=True)
    inside = polygon2mask((fine, fine), outline[:, ::-1])  # type: ignore[no-untyped-call]
    distance = distance_transform_edt(inside) - distance_transform_edt(~inside)
    distance = distance.reshape(size, 2, size, 2).mean(axis=(1, 3))
    marks = asset.landmark_points
    centimetres = np.linalg.norm(marks[54, :2] - marks[48, :2]) / np.linalg.norm(texels[54] - texels[48])
    return np.asarray(distance * centimetres)


def _to_curve(points: Floats, through: Floats) -> Floats:
    curve = spline(through, count=60, closed=False)
    distance, _ = cKDTree(curve).query(points.reshape(-1, 3))
    return np.asarray(distance).reshape(points.shape[:2])
