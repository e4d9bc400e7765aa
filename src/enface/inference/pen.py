"""Smooth strokes on a picture: lines, dots and rings with a dark rim, so that they show on any ground."""

from collections.abc import Sequence
from typing import Self

import numpy as np
from PIL import Image, ImageDraw

from enface.faces.geometry import Pixels, Points

Colour = tuple[int, int, int]

_RIM = (0, 0, 0, 140)
_SMOOTH = ((350, 4), (3500, 2))
"""Patches of at most so many pixels are drawn so many times as large; larger ones as they are."""


class Pen:
    """Draws on a part of a picture; nothing is in the picture before `put`.

    Pillow draws without smoothing, so the part is drawn several times as large and shrunk.

    Args:
        picture: uint8 RGB, changed by `put`.
        around: points that the part holds, pixels; what lies outside of the picture is left out.
        margin: pixels that strokes reach beyond the points.
        rim: width of the dark rim, pixels.
    """

    def __init__(self, picture: Pixels, around: Points, *, margin: float, rim: float) -> None:
        height, width = picture.shape[:2]
        low = np.clip(np.floor(around.min(axis=0) - margin), 0, [width - 1, height - 1]).astype(int)
        high = np.clip(np.ceil(around.max(axis=0) + margin) + 1, low + 1, [width, height]).astype(int)
        self._part = picture[low[1] : high[1], low[0] : high[0]]
        self._origin = low
        self._rim = rim
        longer = max(self._part.shape[:2])
        self._times = next((times for most, times in _SMOOTH if longer <= most), 1)
        size = (self._part.shape[1] * self._times, self._part.shape[0] * self._times)
        self._layer = Image.new("RGBA", size)
        self._draw = ImageDraw.Draw(self._layer)

    def lines(self, points: Points, *, width: float, colour: Colour, opacity: float = 1.0) -> Self:
        """One open line through points."""
        path = self._placed(points)
        for wider, ink in ((2 * self._rim, _RIM), (0.0, _ink(colour, opacity))):
            thick = max(1, round((width + wider) * self._times))
            self._draw.line(path, fill=ink, width=thick, joint="curve")
            for x, y in (path[0], path[-1]):
                self._disc(x, y, thick / 2, ink)
        return self

    def dot(self, point: Points, *, radius: float, colour: Colour) -> Self:
        """A filled circle."""
        ((x, y),) = self._placed(point[None])
        self._disc(x, y, (radius + self._rim) * self._times, _RIM)
        self._disc(x, y, radius * self._times, _ink(colour, 1.0))
        return self

    def ring(self, point: Points, *, radius: float, width: float, colour: Colour) -> Self:
        """A circle whose inside stays as it is; `radius` is that of its outer edge."""
        ((x, y),) = self._placed(point[None])
        self._disc(x, y, (radius + self._rim) * self._times, _RIM)
        self._disc(x, y, radius * self._times, _ink(colour, 1.0))
        self._disc(x, y, max(radius - width, 0.0) * self._times, (0, 0, 0, 0))
        return self

    def put(self) -> None:
        """Lays all strokes over the picture."""
        layer = self._layer.reduce(self._times) if self._times > 1 else self._layer
        part = Image.fromarray(self._part)
        part.paste(layer, mask=layer)
        self._part[:] = np.asarray(part)

    def _placed(self, points: Points) -> list[tuple[float, float]]:
        # A pixel's centre is half a pixel from its corner, from where Pillow counts.
        placed = (np.asarray(points, dtype=np.float64) - self._origin + 0.5) * self._times - 0.5
        return [(float(x), float(y)) for x, y in placed]

    def _disc(self, x: float, y: float, radius: float, ink: tuple[int, int, int, int]) -> None:
        if radius > 0:
            self._draw.ellipse((x - radius, y - radius, x + radius, y + radius), fill=ink)


def dashed(start: Points, end: Points, *, dash: float) -> Sequence[Points]:
    """Pieces of a line from point to point that are `dash` pixels long, with gaps of the same length."""
    length = float(np.hypot(*(end - start)))
    count = max(1, round(length / (2 * dash)))
    steps = np.linspace(0, 1, 2 * count)
    return [start + np.outer(steps[k : k + 2], end - start) for k in range(0, 2 * count, 2)]


def _ink(colour: Colour, opacity: float) -> tuple[int, int, int, int]:
    return (*colour, round(255 * opacity))
