"""A full beard: a shell below the cheeks and about the mouth."""

import numpy as np
from scipy.spatial import cKDTree
from skimage.measure import points_in_poly

from enface.rendering.asset import FaceAsset
from enface.rendering.curves import smoothstep, spline
from enface.rendering.materials import BEARD, FACE
from enface.rendering.parts.shell import OUTSIDE, Shell, cut_shell
from enface.rendering.people.look import Look
from enface.rendering.skin.atlas import beard_extent

_LIP_MARGIN = 0.16
"""Centimetres about the lips that stay bare."""


def beard_shell(asset: FaceAsset, look: Look) -> Shell | None:
    """The hair of a full beard; the shorter ones are paint."""
    if look.beard != "full":
        return None
    points = asset.neutral.astype(np.float64)
    x, y, z = points.T
    outline = spline(asset.landmark_points[48:60, :2], count=60, closed=True)
    near, _ = cKDTree(outline).query(points[:, :2])
    between = points_in_poly(points[:, :2], outline)  # type: ignore[no-untyped-call]
    on_lips = ((z > 9.0) & (near < _LIP_MARGIN)) | ((z > 8.5) & between)
    extent = np.where(on_lips, -2.0, beard_extent(points))
    length = np.interp(y, [-9, -7, -5, -2, 3], [0.5, 1.0, 0.75, 0.35, 0.25])
    thickness = smoothstep(extent, -0.3, 1.2) * length * 0.9 * look.volume - 0.15 * (extent < -0.3)
    azimuth = np.arctan2(x, z - 3.0)
    strands = np.stack([np.cos(azimuth), np.sin(azimuth), -0.8 * y], axis=1)
    return cut_shell(
        asset,
        np.where(asset.regions == FACE, extent, OUTSIDE),
        thickness,
        BEARD,
        strands=strands,
        tangents=np.tile([0.0, -1.0, 0.0], (len(points), 1)),
    )
