"""Tables of numbers that are shown on the page and written as CSV alike."""

import csv
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from enface.metrics.bootstrap import Estimate
from enface.resources.atomic import atomic_write

Unit = Literal["text", "count", "rate", "number", "gain", "change"]
"""How a column is shown: rates as percent; gains as percent points and changes as numbers, both with their
sign and coloured where the interval leaves 0."""
Cell = str | int | float | Estimate | None


@dataclass(frozen=True)
class Column:
    """One column."""

    name: str
    unit: Unit = "text"
    digits: int = 3
    """Decimals of numbers on the page; the CSV file has all."""
    lower_is_better: bool = False
    """Of gains and changes: a negative one is the good one."""


@dataclass(frozen=True)
class NumberTable:
    """Rows of text and numbers."""

    name: str
    """File name without its ending."""
    title: str
    note: str
    """What the columns mean, for the page."""
    columns: tuple[Column, ...]
    rows: tuple[tuple[Cell, ...], ...]
    shown: bool = True
    """Whether it is on the page; long ones are only written."""


def write_csv(table: NumberTable, path: str | Path) -> None:
    """Writes a table; an interval adds two columns, NAME_low and NAME_high, and None is an empty cell.

    Raises:
        OSError: the folder cannot be written.
    """
    wide = [any(isinstance(row[i], Estimate) for row in table.rows) for i in range(len(table.columns))]
    header: list[str] = []
    for column, estimates in zip(table.columns, wide, strict=True):
        name = column.name.replace(" ", "_")
        header += [name, f"{name}_low", f"{name}_high"] if estimates else [name]
    with atomic_write(path) as temporary, temporary.open("w", newline="", encoding="utf-8") as stream:
        writer = csv.writer(stream, lineterminator="\n")
        writer.writerow(header)
        writer.writerows(list(_plain(row, wide)) for row in table.rows)


def _plain(row: Sequence[Cell], wide: Sequence[bool]) -> Iterable[str | int | float]:
    for cell, estimates in zip(row, wide, strict=True):
        if isinstance(cell, Estimate):
            yield from (cell.value, cell.low, cell.high)
        elif estimates:
            yield from ("", "", "")
        else:
            yield "" if cell is None else cell
