"""Segmentation, depth, normals and unlit colour at the centre of every pixel."""

from typing import NamedTuple

import numpy as np
from jaxtyping import Float32, UInt8
from numpy import ndarray

from enface.rendering import materials as m
from enface.rendering.errors import RenderingError
from enface.rendering.kernels.layers import draw_layers
from enface.rendering.scene.stage import Stage
from enface.rendering.view import View

SEGMENTS = (
    "background",
    "face",
    "head",
    "socket",
    "teeth",
    "eye",
    "lash",
    "hair",
    "cloth",
    "glasses",
    "covering",
    "occluder",
)
"""Classes by number; hair includes beards and strands before the face, socket the inside of mouth and eye
sockets."""
_CLASS_OF = {
    m.FACE: "face",
    m.HEAD: "head",
    m.MOUTH_SOCKET: "socket",
    m.EYE_SOCKET: "socket",
    m.GUMS: "socket",
    m.TEETH: "teeth",
    m.LEFT_EYE: "eye",
    m.RIGHT_EYE: "eye",
    m.LASHES: "lash",
    m.HAIR: "hair",
    m.LOOSE_HAIR: "hair",
    m.BEARD: "hair",
    m.CLOTH: "cloth",
    m.GLASSES: "glasses",
    m.COVERING: "covering",
    m.HAND: "occluder",
    m.OBJECT: "occluder",
}


class Layers(NamedTuple):
    """(size, size, ...) layers; background is 0 in all of them."""

    segmentation: UInt8[ndarray, "size size"]
    """Numbers of `SEGMENTS`."""
    depth: Float32[ndarray, "size size"]
    """Centimetres along the optical axis."""
    normals: Float32[ndarray, "size size 3"]
    """Unit vectors: right, up, towards the camera."""
    albedo: Float32[ndarray, "size size 3"]
    """Linear colour without light."""


def layers_of(stage: Stage, view: View) -> Layers:
    """Draws the layers of a view with one sample per pixel.

    Raises:
        RenderingError: The view has several samples per pixel.
    """
    if view.samples != 1:
        raise RenderingError(f"layers need a view with 1 sample per pixel, not {view.samples}")
    shape = view.seen.shape
    layers = Layers(
        segmentation=np.zeros(shape, np.uint8),
        depth=np.where(view.nearness > 0.0, 1.0 / np.maximum(view.nearness, 1e-9), 0.0).astype(np.float32),
        normals=np.zeros((*shape, 3), np.float32),
        albedo=np.zeros((*shape, 3), np.float32),
    )
    classes = np.array([SEGMENTS.index(_CLASS_OF[number]) for number in range(m.COUNT)], np.uint8)
    draw_layers(
        view.seen,
        view.weights,
        stage.geometry,
        stage.person.paint,
        stage.cloth,
        view.camera.axes,
        classes,
        layers.segmentation,
        layers.normals,
        layers.albedo,
    )
    return layers
