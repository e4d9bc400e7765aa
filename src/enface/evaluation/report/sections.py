"""What a caller may add to a report."""

from dataclasses import dataclass

import numpy as np
from jaxtyping import UInt8


@dataclass(frozen=True, eq=False)
class Picture:
    """One picture with its words."""

    image: UInt8[np.ndarray, "height width 3"]
    caption: str
    alt: str
    """What a reader who cannot see it needs to know."""
    synthesised: bool = False
    """Whether a model made it, or a part of it; the file in the page is marked then."""


@dataclass(frozen=True)
class Table:
    """Plain text cells; the first of each row is its header."""

    header: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


@dataclass(frozen=True)
class Section:
    """A heading with paragraphs, then a table, then pictures in a row; each may be absent."""

    title: str
    paragraphs: tuple[str, ...] = ()
    table: Table | None = None
    pictures: tuple[Picture, ...] = ()
