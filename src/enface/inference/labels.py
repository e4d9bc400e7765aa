"""Readable text beside a face, inside the picture and clear of other faces."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

import numpy as np
from PIL import Image, ImageDraw, ImageFont

from enface.faces.detectors.protocol import FaceBox
from enface.faces.geometry import Pixels

_LEAST_TEXT = 7.0
"""Pixels; smaller text is left out."""

_GROUND, _TEXT = (16, 18, 22, 190), (255, 255, 255, 255)
_PADDING = 0.35
"""Of the text's size."""


@dataclass(frozen=True)
class Label:
    """Text on a dark plate, with a square of its height left free at the right end."""

    lines: tuple[str, ...]
    size: float
    """Of the text, pixels."""

    @property
    def extent(self) -> tuple[int, int]:
        """Width and height of the plate, pixels."""
        font = _font(self.size)
        widest = max(font.getlength(line) for line in self.lines)
        padding = 2 * _PADDING * self.size
        height = int(np.ceil(len(self.lines) * 1.2 * self.size + padding))
        return int(np.ceil(widest + padding)) + height, height

    def fitted(self, *, width: int, height: int) -> "Label | None":
        """With text small enough for a picture; None where it would be too small to read."""
        across, down = self.extent
        # A little smaller than that, because letters have whole pixels.
        shrink = min(1.0, 0.97 * width / across, 0.97 * height / down)
        small = Label(self.lines, self.size * shrink)
        inside = small.extent[0] <= width and small.extent[1] <= height
        return small if inside and small.size >= _LEAST_TEXT else None

    @property
    def free_middle(self) -> tuple[float, float]:
        """About the middle of the free square, pixels from the plate's upper left corner."""
        width, height = self.extent
        return width - 0.55 * height, 0.45 * height

    def draw(self, picture: Pixels, corner: tuple[int, int]) -> None:
        """Writes into a picture; the plate must lie inside of it.

        Args:
            picture: uint8 RGB.
            corner: the plate's upper left one, pixels.
        """
        (x, y), (width, height) = corner, self.extent
        part = picture[y : y + height, x : x + width]
        layer = Image.new("RGBA", (width, height))
        draw = ImageDraw.Draw(layer)
        draw.rounded_rectangle((0, 0, width - 1, height - 1), radius=0.3 * self.size, fill=_GROUND)
        pad, font = _PADDING * self.size, _font(self.size)
        for number, line in enumerate(self.lines):
            draw.text((pad, pad + 1.2 * self.size * number), line, fill=_TEXT, font=font)
        image = Image.fromarray(part)
        image.paste(layer, mask=layer)
        part[:] = np.asarray(image)


def place_label(
    label: Label, box: FaceBox, *, width: int, height: int, taken: Sequence[FaceBox]
) -> tuple[FaceBox, float]:
    """Where a label hides least.

    Args:
        label: fits into the picture.
        box: of the face that it belongs to, pixels.
        width: of the picture, pixels.
        height: of the picture, pixels.
        taken: boxes of faces, this one's too, and of labels that are there already.

    Returns:
        Its place inside the picture, and the share of it that covers what was taken.
    """
    across, down = label.extent
    gap = 0.3 * label.size
    middle = box.x + (box.width - across) / 2
    right, bottom = box.x + box.width, box.y + box.height
    corners = [
        *((x, box.y - down - gap) for x in (box.x, middle, right - across)),
        *((x, bottom + gap) for x in (box.x, middle, right - across)),
        *((right + gap, y) for y in (box.y, bottom - down)),
        *((box.x - across - gap, y) for y in (box.y, bottom - down)),
        (middle, bottom - down - gap),
        (middle, box.y + gap),
    ]
    places = [
        FaceBox(
            float(np.clip(round(x), 0, width - across)),
            float(np.clip(round(y), 0, height - down)),
            across,
            down,
        )
        for x, y in corners
    ]
    covered = [sum(_common(place, other) for other in taken) / (across * down) for place in places]
    best = int(np.argmin(np.round(covered, 2)))  # the first of equals
    return places[best], covered[best]


def _common(one: FaceBox, other: FaceBox) -> float:
    """Area that two boxes share."""
    across = min(one.x + one.width, other.x + other.width) - max(one.x, other.x)
    down = min(one.y + one.height, other.y + other.height) - max(one.y, other.y)
    return max(0.0, across) * max(0.0, down)


def _font(size: float) -> ImageFont.FreeTypeFont:
    return _font_of(max(1, round(size)))


@cache
def _font_of(size: int) -> ImageFont.FreeTypeFont:
    font = ImageFont.load_default(size)
    if not isinstance(font, ImageFont.FreeTypeFont):  # Pillow without FreeType has letters of one size alone
        raise OSError("this Pillow cannot draw letters (it lacks FreeType); install Pillow's own wheel")
    return font
