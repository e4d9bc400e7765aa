"""Small folders in the layouts of published sets, of tiny pictures of nobody."""

import zlib
from collections.abc import Callable, Iterable
from pathlib import Path

import numpy as np
import pytest
from PIL import Image


@pytest.fixture
def picture() -> Callable[..., Path]:
    """Writes a noise picture of (width, height); another path gives another picture."""

    def write(file: Path, *, size: tuple[int, int] = (12, 12)) -> Path:
        file.parent.mkdir(parents=True, exist_ok=True)
        generator = np.random.Generator(np.random.Philox(key=zlib.crc32(str(file).encode())))
        pixels = generator.integers(0, 256, (size[1], size[0], 3), dtype=np.uint8)
        Image.fromarray(pixels).save(file)
        return file

    return write


@pytest.fixture
def lines() -> Callable[[Path, Iterable[str]], Path]:
    """Writes a text file."""

    def write(file: Path, rows: Iterable[str]) -> Path:
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text("".join(f"{row}\n" for row in rows))
        return file

    return write
