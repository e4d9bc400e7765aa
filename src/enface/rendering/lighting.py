"""From a view to a picture: shadows, shading, tone curve."""

import functools

import numpy as np
from jaxtyping import Float32, UInt8
from numpy import ndarray

from enface.rendering.kernels.develop import BRIGHTEST, CURVE_STEPS, develop
from enface.rendering.kernels.inputs import Light
from enface.rendering.kernels.shade import shade
from enface.rendering.kernels.shadow import cast_shadows
from enface.rendering.scene.lights import Lighting, shadow_axes
from enface.rendering.scene.stage import Stage
from enface.rendering.view import View

EXPOSURE = 1.15
"""Of pictures without drawn exposure."""
_SHADOW_CELLS = 224
_SHADOW_WIDTH = 42.0
"""Centimetres that the shadow map spans."""


def prepare_light(stage: Stage, lighting: Lighting) -> Light:
    """Casts the shadows of a stage; views of one stage under one lighting share the result."""
    if lighting.casts_shadows:
        axes = shadow_axes(lighting.directions[0])
        heights = np.empty((_SHADOW_CELLS, _SHADOW_CELLS), np.float32)
    else:
        axes = np.eye(3, dtype=np.float32)
        heights = np.zeros((1, 1), np.float32)
    scale = heights.shape[0] / _SHADOW_WIDTH
    geometry = stage.geometry
    if lighting.casts_shadows:
        cast_shadows(
            geometry.positions,
            geometry.triangles,
            geometry.materials,
            geometry.hair,
            axes,
            scale,
            heights,
            np.empty_like(geometry.positions),
        )
    return Light(
        directions=np.array(lighting.directions, np.float64),
        colours=np.array(lighting.colours, np.float64),
        casts=lighting.casts_shadows,
        heights=heights,
        axes=axes,
        scale=scale,
        environment=np.array(lighting.environment, np.float64),
    )


def shade_view(stage: Stage, view: View, light: Light) -> Float32[ndarray, "rows columns 3"]:
    """Linear radiance of every sample; undefined where nothing is seen."""
    radiance = np.empty((*view.seen.shape, 3), np.float32)
    paint = stage.person.paint
    shade(
        view.seen,
        view.weights,
        stage.geometry,
        view.camera.position,
        paint,
        stage.cloth,
        light,
        view.samples,
        radiance,
    )
    return radiance


def develop_view(
    view: View,
    radiance: Float32[ndarray, "rows columns 3"],
    background: Float32[ndarray, "size size 3"],
    *,
    exposure: float = EXPOSURE,
    noise: float = 0.0,
    seed: int = 0,
) -> UInt8[ndarray, "size size 3"]:
    """The finished picture.

    Args:
        view: What is seen.
        radiance: Of `shade_view`.
        background: Linear.
        exposure: Factor on the linear values.
        noise: Standard deviation of the sensor noise in display values.
        seed: Of the noise.
    """
    picture = np.empty((view.size, view.size, 3), np.uint8)
    develop(radiance, view.seen, background, tone_curve(), exposure, view.samples, noise, seed, picture)
    return picture


@functools.cache
def tone_curve() -> Float32[ndarray, " steps"]:
    """Display values for `enface.rendering.kernels.develop`: a soft shoulder, then the sRGB curve."""
    linear = BRIGHTEST * (np.arange(CURVE_STEPS) / (CURVE_STEPS - 1.0)) ** 2
    toned = linear * (1.0 + 0.05 * linear) / (1.0 + 0.28 * linear)
    curved = np.where(toned < 0.0031308, 12.92 * toned, 1.055 * np.maximum(toned, 1e-6) ** (1 / 2.4) - 0.055)
    return np.clip(curved, 0.0, 1.0).astype(np.float32)
