"""Backdrops of the wild mode: blurred heaps of coloured shapes, no photograph needed."""

import colorsys

import numpy as np
from jaxtyping import Float32
from numpy import ndarray
from scipy.ndimage import gaussian_filter
from skimage.draw import ellipse, polygon


def sample_backdrop(rng: np.random.Generator, size: int) -> Float32[ndarray, "size size 3"]:
    """Shapes of random colour over a gradient, out of focus by a random amount; linear."""
    canvas = np.empty((size, size, 3))
    canvas[:] = _colour(rng)
    slope = np.linspace(-0.5, 0.5, size)[:, None, None] * rng.uniform(-0.8, 0.8)
    canvas *= np.exp(slope)
    for _ in range(int(rng.integers(4, 40))):
        y, x = rng.uniform(-0.1, 1.1, 2) * size
        height, width = rng.uniform(0.03, 0.45, 2) * size
        turn = rng.uniform(0.0, 2 * np.pi)
        if rng.random() < 0.4:  # angles of an ellipse run from -pi to pi
            rows, columns = ellipse(y, x, height, width, (size, size), turn - np.pi)  # type: ignore[no-untyped-call]
        else:
            angle = turn + np.array([0.0, 1.2, np.pi, np.pi + 1.2])
            corners = (y + height * np.sin(angle), x + width * np.cos(angle))
            rows, columns = polygon(*corners, (size, size))  # type: ignore[no-untyped-call]
        cover = rng.uniform(0.3, 1.0)
        canvas[rows, columns] = (1.0 - cover) * canvas[rows, columns] + cover * np.array(_colour(rng))
    blur = size * float(rng.choice([0.004, 0.012, 0.03, 0.06]))
    canvas = gaussian_filter(canvas, (blur, blur, 0.0))
    grain = gaussian_filter(rng.standard_normal((size, size, 1)), (1.5, 1.5, 0.0))
    return np.asarray(np.clip(canvas * np.exp(rng.uniform(0.0, 0.3) * grain), 0.0, 1.5), np.float32)


def _colour(rng: np.random.Generator) -> tuple[float, float, float]:
    value = float(rng.uniform(0.02, 0.95)) ** 2.2
    return colorsys.hsv_to_rgb(float(rng.random()), float(rng.beta(1.2, 3.0)), value)
