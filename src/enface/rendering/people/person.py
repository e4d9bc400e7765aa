"""A person with a look, made once and rendered many times."""

import numpy as np
from jaxtyping import Float32
from numpy import ndarray

from enface.rendering.asset import FaceAsset
from enface.rendering.curves import smoothstep
from enface.rendering.kernels.inputs import Paint
from enface.rendering.kernels.strands import Strands
from enface.rendering.materials import GUMS, HEAD, MOUTH_SOCKET
from enface.rendering.parts.beard import beard_shell
from enface.rendering.parts.covering import COVERS_EARS, covering_shell
from enface.rendering.parts.hair import ear_vertices, hair_shell
from enface.rendering.parts.hairline import inside_hairline
from enface.rendering.parts.strands import hangs_loose
from enface.rendering.people.identity import Identity
from enface.rendering.people.look import Look
from enface.rendering.people.palette import skin_colour
from enface.rendering.people.shape import neutral_shape
from enface.rendering.skin.painter import paint_face

_SOCKET_COLOUR = (0.16, 0.03, 0.025)
_GUM_COLOUR = (0.30, 0.07, 0.06)
_SCLERA = (0.60, 0.54, 0.50)


class Person:
    """Everything about an identity with a look that expression, camera and light do not change."""

    def __init__(self, asset: FaceAsset, identity: Identity, look: Look, *, texture_size: int) -> None:
        self.asset = asset
        self.identity = identity
        self.look = look
        self.neutral: Float32[ndarray, "vertices 3"] = neutral_shape(asset, identity)
        if hangs_loose(look) or look.covering in COVERS_EARS:
            _lay_ears_flat(asset, self.neutral)
        self.hair = hair_shell(asset, identity, look)
        self.covering = covering_shell(asset, look)
        self.beard = beard_shell(asset, look)
        self.colours = _vertex_colours(asset, identity, look)
        face = paint_face(asset, identity, look, size=texture_size)
        self.paint = Paint(
            texture=face.texture,
            relief=face.relief,
            oiliness=identity.oiliness,
            skin_seed=identity.seed,
            hair_colour=np.array(identity.hair_colour),
            hair_gloss=look.gloss,
            strands=Strands(look.seed, look.strand_frequency),
            eye_colour=np.array(identity.eye_colour),
            iris_radius=identity.iris_radius,
            pupil=identity.pupil,
            sclera=np.array(_SCLERA),
            teeth=np.array(identity.teeth),
        )


_PRESSED = 0.75
"""Share of their distance from the head that ears lose under loose hair."""


def _lay_ears_flat(asset: FaceAsset, positions: Float32[ndarray, "vertices 3"]) -> None:
    """Presses the ears to the head, so that they do not poke out of the hair that covers them."""
    ears = ear_vertices(asset)
    for side in (-1.0, 1.0):
        own = ears & (asset.neutral[:, 0] * side > 0.0)
        reach = positions[own, 0] * side
        head = np.percentile(reach, 10)
        positions[own, 0] -= side * _PRESSED * np.maximum(reach - head, 0.0)


def _vertex_colours(asset: FaceAsset, identity: Identity, look: Look) -> Float32[ndarray, "vertices 3"]:
    """Linear colours of head, gums and sockets, which have no texture."""
    x, y, _ = asset.neutral.astype(np.float64).T
    haemoglobin = identity.haemoglobin + 0.30 * smoothstep(np.abs(x), 7.4, 8.4) * (y < 7) * (y > -2.5)
    haemoglobin = haemoglobin - 0.15 * smoothstep(y, 6.5, 9.0)
    colours = skin_colour(np.full(len(x), identity.melanin), haemoglobin, undertone=identity.undertone)
    inside = inside_hairline(asset.neutral, ear_vertices(asset), identity, look)
    covered = smoothstep(inside, -0.5, 0.9) * (0.1 if look.style == "bald" else 0.85)
    covered = (covered * (asset.regions == HEAD))[:, None]
    colours = colours * (1.0 - covered) + covered * 0.7 * np.array(identity.hair_colour)
    colours[asset.regions == MOUTH_SOCKET] = _SOCKET_COLOUR
    colours[asset.regions == GUMS] = _GUM_COLOUR
    return np.asarray(colours, np.float32)
