"""Contact sheets: rows of images with labels."""

from collections.abc import Sequence

import numpy as np
from jaxtyping import UInt8
from PIL import Image, ImageDraw, ImageFont

_BACKGROUND, _INK = (255, 255, 255), (40, 40, 40)


def grid(
    rows: Sequence[Sequence[UInt8[np.ndarray, "_ _ 3"] | None]],
    *,
    gap: int = 2,
    column_labels: Sequence[str] = (),
    row_labels: Sequence[str] = (),
) -> UInt8[np.ndarray, "height width 3"]:
    """Lays images out in rows; every cell is as large as the largest image.

    Args:
        rows: images of each row, from the left; None leaves a cell empty, rows may differ in length.
        gap: pixels between cells.
        column_labels: drawn above the columns.
        row_labels: drawn left of the rows.

    Raises:
        ValueError: no image at all, or more labels than rows or columns.
    """
    images = [image for row in rows for image in row if image is not None]
    if not images:
        raise ValueError("a grid needs at least one image")
    height = max(image.shape[0] for image in images)
    width = max(image.shape[1] for image in images)
    font = ImageFont.load_default(size=max(10, min(16, height // 7)))
    left = max((int(font.getlength(label)) + 8 for label in row_labels), default=0)
    top = 20 if column_labels else 0
    columns = max(len(row) for row in rows)
    if len(row_labels) > len(rows) or len(column_labels) > columns:
        labels = f"{len(row_labels)} row and {len(column_labels)} column labels"
        raise ValueError(f"{labels} for {len(rows)} rows and {columns} columns")
    size = (left + columns * (width + gap) - gap, top + len(rows) * (height + gap) - gap)
    sheet = Image.new("RGB", size, _BACKGROUND)
    draw = ImageDraw.Draw(sheet)
    for column, label in enumerate(column_labels):
        draw.text((left + column * (width + gap) + width / 2, top / 2), label, _INK, font=font, anchor="mm")
    for index, row in enumerate(rows):
        y = top + index * (height + gap)
        if index < len(row_labels):
            draw.text((left - 4, y + height / 2), row_labels[index], _INK, font=font, anchor="rm")
        for column, image in enumerate(row):
            if image is not None:
                sheet.paste(Image.fromarray(image), (left + column * (width + gap), y))
    return np.array(sheet)
