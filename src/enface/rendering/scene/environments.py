"""Free light: an environment in spherical harmonics of order 2 with one to three far lights."""

import numpy as np
from jaxtyping import Float
from numpy import ndarray

from enface.rendering.arrays import Floats
from enface.rendering.errors import RenderingError
from enface.rendering.scene.lights import Lighting, Rows, direction

_BANDS = (1.0, *(2.0 / 3.0,) * 3, *(0.25,) * 5)
"""Irradiance over radiance of the bands 0, 1 and 2, divided by pi (Ramamoorthi and Hanrahan 2001)."""


def environment_of(image: Float[ndarray, "height width 3"]) -> Rows:
    """Projects an equirectangular picture of the surroundings; its middle is before the face.

    Args:
        image: Linear radiance; columns run from azimuth -180 (the subject's right, behind) to 180.

    Raises:
        RenderingError: Not a picture of linear colours.
    """
    if image.ndim != 3 or image.shape[2] != 3 or image.size == 0 or not np.isfinite(image).all():
        raise RenderingError(f"an environment is a finite (height, width, 3) picture, not {image.shape}")
    height, width, _ = image.shape
    elevation = np.pi * (0.5 - (np.arange(height) + 0.5) / height)[:, None]
    azimuth = 2 * np.pi * ((np.arange(width) + 0.5) / width - 0.5)[None, :]
    x = np.sin(azimuth) * np.cos(elevation)
    y = np.broadcast_to(np.sin(elevation), x.shape)
    z = np.cos(azimuth) * np.cos(elevation)
    solid_angle = np.broadcast_to(np.cos(elevation), x.shape) * 2 * np.pi**2 / (height * width)
    basis = _basis(x, y, z)
    # The basis is orthogonal but not normalised: divide by the mean square of each function over the sphere.
    squares = (basis**2 * solid_angle).sum(axis=(1, 2))
    moments = np.einsum("khw,hwc,hw->kc", basis, image, solid_angle)
    coefficients = moments / squares[:, None] * np.array(_BANDS)[:, None]
    return tuple(tuple(float(value) for value in row) for row in coefficients)


def _basis(x: Floats, y: Floats, z: Floats) -> Floats:
    """The nine functions in the order of `enface.rendering.kernels.inputs.Light.environment`."""
    return np.stack([np.ones_like(x), y, z, x, x * y, y * z, 3 * z**2 - 1, x * z, x**2 - y**2])


def sample_light(rng: np.random.Generator) -> Lighting:
    """Draws a room or an outdoor scene: soft light from everywhere, a main light, up to two others."""
    tint = _white(rng, spread=0.25)
    level = rng.uniform(0.15, 0.75)
    rows = np.zeros((9, 3))
    rows[0] = level * tint
    rows[1] = level * rng.uniform(-0.1, 0.6) * _white(rng, spread=0.15)
    rows[2:4] = level * rng.normal(0.0, 0.25, (2, 1)) * _white(rng, spread=0.25)
    rows[4:] = level * rng.normal(0.0, 0.06, (5, 1)) * np.ones(3)
    count = int(rng.choice([1, 2, 3], p=[0.4, 0.4, 0.2]))
    directions, colours = [], []
    for number in range(count):
        yaw = float(np.clip(rng.normal(0.0, 55.0), -150.0, 150.0))
        directions.append(direction(yaw, float(rng.uniform(-15.0, 75.0))))
        strength = rng.uniform(0.4, 1.8) if number == 0 else rng.uniform(0.05, 0.5)
        colours.append(tuple(float(c) for c in strength * _white(rng, spread=0.15)))
    environment = tuple(tuple(float(c) for c in row) for row in rows)
    return Lighting(tuple(directions), tuple(colours), bool(rng.random() < 0.75), environment)


def _white(rng: np.random.Generator, *, spread: float) -> Floats:
    """A white between candle and sky: red and blue run against each other."""
    warmth = rng.normal(0.0, spread)
    white = np.exp([0.5 * warmth, 0.0, -0.5 * warmth])
    return np.asarray(white / white.mean())
