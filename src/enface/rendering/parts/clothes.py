"""A garment: a shell on the shoulders below a neckline."""

import numpy as np

from enface.rendering.asset import FaceAsset
from enface.rendering.curves import smoothstep
from enface.rendering.materials import CLOTH, FACE, HEAD
from enface.rendering.parts.shell import OUTSIDE, Shell, cut_shell


def clothes_shell(asset: FaceAsset, neckline: float) -> Shell:
    """The garment whose edge in front lies at height `neckline`, centimetres on the mean head."""
    x, y, z = asset.neutral.astype(np.float64).T
    side = np.abs(x)
    front = (
        neckline + 0.18 * np.maximum(side - 3.0, 0.0) ** 1.3 - y + 3.2 * np.clip((2.0 - z) / 6.0, 0.0, 1.0)
    )
    back = neckline + 3.2 + 0.10 * side - y
    mask = np.where(z < 0.0, back, front)
    on_skin = (asset.regions == FACE) | (asset.regions == HEAD)
    return cut_shell(
        asset, np.where(on_skin, mask, OUTSIDE), 0.35 * smoothstep(mask, -0.1, 0.3) + 0.12, CLOTH
    )
