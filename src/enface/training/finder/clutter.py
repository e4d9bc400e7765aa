"""Pictures without a face, drawn: what a finder must not take for one."""

import colorsys
import math
from collections.abc import Callable

import numpy as np
from jaxtyping import UInt8
from numpy import ndarray
from PIL import Image, ImageDraw, ImageFilter

Colour = tuple[int, int, int]
_Draw = Callable[[ImageDraw.ImageDraw, np.random.Generator, int], None]


def draw_clutter(seed: int, number: int, *, size: int = 256) -> UInt8[ndarray, "size size 3"]:
    """One picture: noise or a gradient, then many things over it, some of them out of focus.

    Args:
        seed: of the collection.
        number: of the picture; equal numbers give equal pictures.
        size: side, pixels.
    """
    rng = np.random.Generator(np.random.Philox(key=[seed, number]))
    picture = _ground(rng, size)
    for _ in range(int(rng.integers(1, 4))):
        kind = _KINDS[int(rng.choice(len(_KINDS), p=_SHARES))]
        draw = ImageDraw.Draw(picture)
        for _ in range(int(rng.integers(*kind[1]))):
            kind[0](draw, rng, size)
        if rng.random() < 0.5:
            picture = picture.filter(ImageFilter.GaussianBlur(float(rng.uniform(0.3, 3.0))))
    values: ndarray = np.asarray(picture, np.float32)
    if rng.random() < 0.5:
        values = values * (1 + 0.35 * rng.random() * (_noise(rng, size, 1) - 0.5))
    return np.asarray(np.clip(values, 0, 255), np.uint8)


def _ground(rng: np.random.Generator, size: int) -> Image.Image:
    first, second = np.array(_colour(rng)), np.array(_colour(rng))
    kind = rng.random()
    if kind < 0.4:
        angle = rng.uniform(0, 2 * np.pi)
        y, x = np.mgrid[0:size, 0:size] / size - 0.5
        share = (0.5 + x * math.cos(angle) + y * math.sin(angle))[..., None]
    else:
        share = _noise(rng, size, 1 if kind < 0.8 else 3)
    values = first + (second - first) * np.clip(share, 0, 1)
    return Image.fromarray(values.astype(np.uint8))


def _noise(rng: np.random.Generator, size: int, channels: int) -> ndarray:
    """Sum of random maps of halving extent, about 0 to 1; the falling strength makes it cloudy or rough."""
    fall = rng.uniform(0.4, 0.95)
    total, weight = np.zeros((size, size, channels), np.float32), 0.0
    for octave in range(1, int(math.log2(size)) + 1):
        cells = 2**octave
        share = fall**octave
        planes = [
            Image.fromarray(rng.random((cells, cells), np.float32)).resize(
                (size, size), Image.Resampling.BILINEAR
            )
            for _ in range(channels)
        ]
        total += share * np.stack([np.asarray(plane) for plane in planes], axis=-1)
        weight += share
    return (total / weight - 0.5) * 2.0 + 0.5


def _colour(rng: np.random.Generator) -> Colour:
    if rng.random() < 0.2:
        return _skin(rng)
    red, green, blue = colorsys.hsv_to_rgb(rng.random(), rng.beta(1.2, 2.5), rng.uniform(0.02, 1.0))
    return int(255 * red), int(255 * green), int(255 * blue)


def _skin(rng: np.random.Generator) -> Colour:
    """From dark brown to pale, under some light."""
    share, light = rng.random(), rng.uniform(0.6, 1.1)
    dark, pale = np.array([70, 42, 30]), np.array([240, 205, 180])
    red, green, blue = np.clip((dark + share * (pale - dark)) * light, 0, 255)
    return int(red), int(green), int(blue)


def _extent(rng: np.random.Generator, size: int) -> float:
    """Small things are many."""
    return float(size * np.exp(rng.uniform(math.log(0.01), math.log(0.4))))


def _place(rng: np.random.Generator, size: int) -> tuple[float, float]:
    return float(rng.uniform(0, size)), float(rng.uniform(0, size))


def _corners(x: float, y: float, across: float, down: float, turn: float) -> list[tuple[float, float]]:
    cosine, sine = math.cos(turn), math.sin(turn)
    return [
        (x + cosine * a * across - sine * b * down, y + sine * a * across + cosine * b * down)
        for a, b in ((-1, -1), (1, -1), (1, 1), (-1, 1))
    ]


def _leaf(draw: ImageDraw.ImageDraw, rng: np.random.Generator, size: int) -> None:
    """Something flat of any shape; heaps of them have the statistics of photographs ("dead leaves")."""
    (x, y), across, down = _place(rng, size), _extent(rng, size), _extent(rng, size)
    colour = _colour(rng)
    if rng.random() < 0.4:
        draw.ellipse((x - across, y - down, x + across, y + down), fill=colour)
    elif rng.random() < 0.6:
        draw.polygon(_corners(x, y, across, down, rng.uniform(0, np.pi)), fill=colour)
    else:
        angles = np.sort(rng.uniform(0, 2 * np.pi, int(rng.integers(3, 8))))
        draw.polygon([(x + across * math.cos(a), y + down * math.sin(a)) for a in angles], fill=colour)


def _oval(draw: ImageDraw.ImageDraw, rng: np.random.Generator, size: int) -> None:
    """An oval of skin colour, often under a darker cap and with a few marks: no face, but near one."""
    (x, y), across = _place(rng, size), float(size * rng.uniform(0.03, 0.16))
    down = across * rng.uniform(0.8, 1.7)
    if rng.random() < 0.5:
        cap = _colour(rng)
        draw.ellipse((x - 1.2 * across, y - 1.3 * down, x + 1.2 * across, y + 0.6 * down), fill=cap)
    draw.ellipse((x - across, y - down, x + across, y + down), fill=_skin(rng))
    for _ in range(int(rng.integers(0, 4))):
        a, b = x + across * rng.uniform(-0.9, 0.9), y + down * rng.uniform(-0.9, 0.9)
        radius = across * rng.uniform(0.05, 0.3)
        draw.ellipse((a - radius, b - radius, a + radius, b + radius), fill=_colour(rng))


def _limb(draw: ImageDraw.ImageDraw, rng: np.random.Generator, size: int) -> None:
    """A bent arm or a few fingers of skin colour."""
    colour, width = _skin(rng), size * rng.uniform(0.015, 0.1)
    fingers = int(rng.choice([1, 4]))
    x, y = _place(rng, size)
    for finger in range(fingers):
        if finger:
            x, y = x + 1.1 * width, y + rng.uniform(-0.5, 0.5) * width
        angle, path = rng.uniform(0, 2 * np.pi), [(x, y)]
        for _ in range(3):
            angle += rng.uniform(-0.8, 0.8)
            last, reach = path[-1], width * rng.uniform(1.5, 4)
            path.append((last[0] + reach * math.cos(angle), last[1] + reach * math.sin(angle)))
        draw.line(path, fill=colour, width=max(1, int(width)), joint="curve")
        for a, b in (path[0], path[-1]):
            draw.ellipse((a - width / 2, b - width / 2, a + width / 2, b + width / 2), fill=colour)


def _writing(draw: ImageDraw.ImageDraw, rng: np.random.Generator, size: int) -> None:
    """A line of strokes as letters have them."""
    (x, y), height, colour = _place(rng, size), size * rng.uniform(0.02, 0.12), _colour(rng)
    width = max(1, int(height * rng.uniform(0.08, 0.25)))
    for _ in range(int(rng.integers(3, 14))):
        for _ in range(int(rng.integers(1, 5))):
            a, b, c, d = rng.uniform(0, 1, 4)
            ends = (x + 0.7 * height * a, y + height * b, x + 0.7 * height * c, y + height * d)
            if rng.random() < 0.6:
                draw.line(ends, fill=colour, width=width)
            else:
                low, high = np.minimum(ends[:2], ends[2:]), np.maximum(ends[:2], ends[2:])
                draw.arc((*low, *(high + 1)), rng.uniform(0, 180), rng.uniform(180, 360), colour, width)
        x += height * rng.uniform(0.7, 1.1)


def _building(draw: ImageDraw.ImageDraw, rng: np.random.Generator, size: int) -> None:
    """Rows of windows, bars or tiles."""
    (x, y), across, down = _place(rng, size), size * rng.uniform(0.1, 0.6), size * rng.uniform(0.1, 0.6)
    draw.rectangle((x - across, y - down, x + across, y + down), fill=_colour(rng))
    columns, rows = (int(value) for value in rng.integers(1, 10, 2))
    colour, fill = _colour(rng), rng.uniform(0.3, 0.9)
    for column in range(columns):
        for row in range(rows):
            a, b = x - across + 2 * across * column / columns, y - down + 2 * down * row / rows
            draw.rectangle((a, b, a + 2 * fill * across / columns, b + 2 * fill * down / rows), fill=colour)


def _line(draw: ImageDraw.ImageDraw, rng: np.random.Generator, size: int) -> None:
    (x, y), angle, reach = _place(rng, size), rng.uniform(0, np.pi), size * rng.uniform(0.05, 1.5)
    dx, dy = reach * math.cos(angle), reach * math.sin(angle)
    draw.line((x - dx, y - dy, x + dx, y + dy), _colour(rng), max(1, int(size * rng.uniform(0, 0.03))))


def _ring(draw: ImageDraw.ImageDraw, rng: np.random.Generator, size: int) -> None:
    """Circles within circles: wheels, lamps, dishes, eyes of animals."""
    (x, y), radius = _place(rng, size), _extent(rng, size) / 2 + 1
    flat = rng.uniform(0.5, 1)
    while radius > 1:
        draw.ellipse((x - radius, y - radius * flat, x + radius, y + radius * flat), fill=_colour(rng))
        radius *= rng.uniform(0.3, 0.85)


_KINDS: tuple[tuple[_Draw, tuple[int, int]], ...] = (
    (_leaf, (20, 250)),
    (_oval, (1, 10)),
    (_limb, (1, 8)),
    (_writing, (1, 8)),
    (_building, (1, 5)),
    (_line, (3, 40)),
    (_ring, (1, 15)),
)
_SHARES = (0.4, 0.15, 0.1, 0.1, 0.08, 0.09, 0.08)
