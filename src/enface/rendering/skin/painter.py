"""From an identity and a look to the face texture."""

from typing import NamedTuple

import numpy as np
from jaxtyping import Float32
from numpy import ndarray

from enface.rendering.arrays import Floats
from enface.rendering.asset import FaceAsset
from enface.rendering.parts.hairline import hairline_heights
from enface.rendering.people import palette
from enface.rendering.people.identity import Identity
from enface.rendering.people.look import Look
from enface.rendering.skin.atlas import skin_maps
from enface.rendering.skin.brows import brow_coverage
from enface.rendering.skin.coat import Coat, paint_coat, slope_relief
from enface.rendering.skin.edge_hairs import edge_hairs
from enface.rendering.skin.whiskers import whisker_coverage

_BEARD_KINDS = {"none": 0, "shadow": 1, "stubble": 2, "goatee": 3, "moustache": 4, "full": 5}
_BEARD_AMOUNTS = {
    "none": 0.0,
    "shadow": 0.30,
    "stubble": 0.55,
    "goatee": 0.80,
    "moustache": 0.85,
    "full": 0.90,
}
_RELIEF = 22.0
"""Slope of the relief relative to its heights, for a texture of 512."""


class FacePaint(NamedTuple):
    """What `enface.rendering.kernels.inputs.Paint` needs of the face."""

    texture: Float32[ndarray, "size size 4"]
    relief: Float32[ndarray, "size size 2"]


def texture_size(image_size: int) -> int:
    """The smallest texture that a picture of this size can tell from a larger one: 256, 512 or 1024."""
    if image_size <= 128:
        return 256
    return 512 if image_size <= 320 else 1024


def paint_face(asset: FaceAsset, identity: Identity, look: Look, *, size: int) -> FacePaint:
    """Paints a texture of `size` texels."""
    texture = np.zeros((size, size, 4), np.float32)
    heights = np.zeros((size, size), np.float32)
    paint_coat(skin_maps(asset, size), coat_of(asset, identity, look, size=size), texture, heights)
    relief = np.empty((size, size, 2), np.float32)
    slope_relief(heights, _RELIEF * size / 512.0, relief)
    return FacePaint(texture, relief)


def coat_of(asset: FaceAsset, identity: Identity, look: Look, *, size: int) -> Coat:
    """The numbers that paint one person."""
    moles = [(m.u * (size - 1), (1 - m.v) * (size - 1), m.radius * size, m.strength) for m in identity.moles]
    hair = np.array(identity.hair_colour)
    lipstick, shadow = look.lipstick, look.eye_shadow
    darkening = 0.8 * (1.0 - 0.45 * min(identity.melanin, 1.2))
    return Coat(
        seed=identity.seed,
        melanin=identity.melanin,
        haemoglobin=identity.haemoglobin,
        flush=identity.flush,
        blotches=identity.blotches,
        pores=identity.pores,
        freckles=identity.freckles,
        eye_bags=identity.eye_bags,
        wrinkles=identity.age,
        moles=np.array(moles, np.float64).reshape(-1, 4),
        lip_redness=identity.lip_redness,
        lip_edge=identity.lip_edge,
        lipstick=np.array(lipstick.colour) ** 1.6 * darkening if lipstick else np.zeros(3),
        lipstick_strength=lipstick.strength if lipstick else 0.0,
        eye_shadow=0.6 * np.array(shadow.colour) if shadow else np.zeros(3),
        eye_shadow_strength=shadow.strength if shadow else 0.0,
        eyeliner=look.eyeliner,
        hair_colour=0.7 * hair,
        brow_colour=np.array(identity.brow_colour),
        brows=brow_coverage(asset, identity.brows, size=size, seed=identity.seed),
        hairs=edge_hairs(asset, identity, look, size=size),
        whiskers=whisker_coverage(asset, look, size=size),
        beard=_BEARD_KINDS[look.beard],
        beard_amount=_BEARD_AMOUNTS[look.beard],
        beard_colour=beard_colour(identity, look),
        hairline=hairline_heights(identity, look),
        scalp=0.10 if look.style == "bald" else 0.85,
        bare_skin=palette.bare_skin(identity.undertone),
        melanin_absorption=palette.MELANIN,
        deep_absorption=palette.DEEP_MELANIN,
        deep_from=palette.DEEP_FROM,
        haemoglobin_absorption=palette.HAEMOGLOBIN,
        hidden_by_melanin=palette.HIDDEN_BY_MELANIN,
    )


def beard_colour(identity: Identity, look: Look) -> Floats:
    """Of the painted beard: hair under the skin looks bluish, grey hair keeps its colour."""
    if look.beard == "shadow":
        return np.asarray(0.5 * np.array(identity.brow_colour) + np.array([0.020, 0.030, 0.035]))
    if np.mean(identity.hair_colour) < 0.2:
        return np.array(identity.brow_colour)
    return np.asarray(0.55 * np.array(identity.hair_colour))
