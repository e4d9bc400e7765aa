"""A view: what every sample of one camera sees, before any light."""

from dataclasses import dataclass

import numpy as np
from jaxtyping import Float32, Int32
from numpy import ndarray

from enface.rendering.kernels.raster import rasterize
from enface.rendering.scene.camera import Camera
from enface.rendering.scene.stage import Stage


@dataclass(frozen=True, eq=False)
class View:
    """Buffers of size * samples rows and columns."""

    camera: Camera
    size: int
    samples: int
    nearness: Float32[ndarray, "rows columns"]
    """1 / depth in 1 / cm; 0 where nothing is seen."""
    seen: Int32[ndarray, "rows columns"]
    """Triangle numbers, -1 where nothing is seen."""
    weights: Float32[ndarray, "rows columns 2"]
    """Of the first two corners."""


def take_view(stage: Stage, camera: Camera, *, size: int, samples: int = 2) -> View:
    """Rasterizes a stage.

    Args:
        stage: Whom to see.
        camera: From where.
        size: Width and height of the picture, pixels.
        samples: Samples per pixel and axis.
    """
    width = size * samples
    nearness = np.empty((width, width), np.float32)
    seen = np.empty((width, width), np.int32)
    weights = np.empty((width, width, 2), np.float32)
    geometry = stage.geometry
    rasterize(
        camera.project(geometry.positions, width),
        geometry.triangles,
        geometry.materials,
        geometry.hair,
        stage.person.paint.strands,
        nearness,
        seen,
        weights,
    )
    return View(camera, size, samples, nearness, seen, weights)
