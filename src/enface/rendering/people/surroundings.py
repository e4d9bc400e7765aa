"""What has nothing to do with who is seen: clothes and background, drawn anew for every picture."""

import colorsys
from dataclasses import dataclass

import numpy as np
from jaxtyping import Float32
from numpy import ndarray
from PIL import Image

from enface.rendering.curves import smoothstep
from enface.rendering.people.identity import Colour


@dataclass(frozen=True)
class Clothes:
    """A garment on the shoulders."""

    neckline: float
    """Height of its edge on the mean head, centimetres below the eyes' level being negative."""
    colour: Colour
    stripe: Colour | None
    offset: tuple[float, float]
    """Where in the cloth's noise the garment lies."""


PLAIN_CLOTHES = Clothes(neckline=-12.5, colour=(0.2, 0.2, 0.2), stripe=None, offset=(3.0, 0.0))
PLAIN_GREY = 0.5
"""Display value of the plain background."""


def plain_background(size: int) -> Float32[ndarray, "size size 3"]:
    """Even grey, linear."""
    return np.full((size, size, 3), 0.8 * PLAIN_GREY**2.2, np.float32)


def sample_clothes(rng: np.random.Generator) -> Clothes:
    """Draws a garment."""
    return Clothes(
        neckline=float(rng.uniform(-14.5, -10.3)),
        colour=_hsv(rng, saturation=0.6, low=0.05, high=0.7),
        stripe=_hsv(rng, saturation=0.5, low=0.05, high=0.8) if rng.random() < 0.2 else None,
        offset=(float(rng.uniform(0.0, 50.0)), float(rng.uniform(0.0, 50.0))),
    )


def sample_background(rng: np.random.Generator, size: int) -> Float32[ndarray, "size size 3"]:
    """A soft gradient with blotches, linear."""
    first = np.array(_hsv(rng, saturation=0.3, low=0.15, high=0.85))
    second = np.array(_hsv(rng, saturation=0.3, low=0.15, high=0.85))
    angle = rng.random() * 2.0 * np.pi
    cells = int(rng.integers(3, 9))
    y, x = np.mgrid[0:cells, 0:cells] / (cells - 1) - 0.5
    t = smoothstep(x * np.cos(angle) + y * np.sin(angle), -0.5, 0.5)[..., None]
    blotches = np.exp(rng.uniform(0.0, 0.28) * rng.standard_normal((cells, cells, 1)))
    coarse = np.clip((first * (1.0 - t) + second * t) * blotches, 0.0, 1.0)
    planes = [Image.fromarray(coarse[..., k].astype(np.float32)) for k in range(3)]
    wide = [np.asarray(plane.resize((size, size), Image.Resampling.BICUBIC)) for plane in planes]
    fine = np.stack(wide, axis=-1)
    fine = np.clip(fine, 0.0, 1.0)
    return np.asarray(0.8 * fine**2, np.float32)


def _hsv(rng: np.random.Generator, *, saturation: float, low: float, high: float) -> Colour:
    return colorsys.hsv_to_rgb(
        float(rng.random()), float(rng.uniform(0.0, saturation)), float(rng.uniform(low, high))
    )
