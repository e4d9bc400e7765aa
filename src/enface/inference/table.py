"""Tables of one row per face or failure, for people and for a second run."""

import csv
from collections.abc import Iterable
from dataclasses import asdict, fields
from pathlib import Path
from typing import Any, ClassVar, Literal, Protocol, TypeVar, cast, get_args

from enface.errors import ConfigError
from enface.resources.atomic import atomic_write

Status = Literal["ok", "failed"]


class TableRow(Protocol):
    """A frozen dataclass of text columns (and the face's number) that describes a face or a failure."""

    __dataclass_fields__: ClassVar[dict[str, Any]]

    @property
    def input(self) -> str:
        """Absolute path of the photograph."""

    @property
    def face(self) -> int:
        """From 1, largest face first; 0 when the picture failed before there was a face."""

    @property
    def status(self) -> Status:
        """Whether the face, or the picture, was done."""

    @property
    def error(self) -> str:
        """Why not."""

    @property
    def name(self) -> str:
        """What the names of this picture's outputs begin with."""

    @property
    def modified(self) -> str:
        """When the photograph's file was last changed (`Picture.modified`)."""

    @property
    def settings(self) -> str:
        """Fingerprint of everything but the photograph that decides the outputs."""

    @property
    def outputs(self) -> list[str]:
        """Files that belong to the row, relative to the table's folder."""


R = TypeVar("R", bound=TableRow)


def columns_of(kind: type[TableRow]) -> tuple[str, ...]:
    """Names of a table's columns in their order."""
    return tuple(field.name for field in fields(kind))


def write_table(path: Path, rows: Iterable[R], *, kind: type[R]) -> None:
    """Writes all rows, atomically.

    Raises:
        OSError: the file cannot be written.
    """
    with (
        atomic_write(path) as temporary,
        # Paths that are no valid Unicode survive a round trip this way.
        temporary.open("w", newline="", encoding="utf-8", errors="surrogateescape") as stream,
    ):
        writer = csv.DictWriter(stream, columns_of(kind))
        writer.writeheader()
        writer.writerows(asdict(row) for row in rows)


def read_table(path: Path, *, kind: type[R], verb: str) -> dict[str, list[R]]:
    """Rows of an earlier run by input; empty when there is no table.

    Args:
        path: of the CSV file.
        kind: of its rows.
        verb: of the command that writes such tables, for the error.

    Raises:
        ConfigError: a file of that name which is no such table of this version.
    """
    if not path.exists():
        return {}
    by_input: dict[str, list[R]] = {}
    try:
        with path.open(newline="", encoding="utf-8", errors="surrogateescape") as stream:
            rows = csv.DictReader(stream, strict=True)
            if tuple(rows.fieldnames or ()) != columns_of(kind):
                raise ValueError(f"columns {', '.join(rows.fieldnames or ())}")
            for values in rows:
                row = _row(values, kind)
                by_input.setdefault(row.input, []).append(row)
    except (OSError, ValueError, TypeError, csv.Error) as error:
        raise ConfigError(
            f"{path} is not a report of this version of `enface {verb}` ({error}); "
            "remove it or choose another output folder"
        ) from error
    return by_input


def _row(values: dict[str, Any], kind: type[R]) -> R:
    make = cast(Any, kind)
    row: R = make(**{**values, "face": int(values["face"])})
    if row.status not in get_args(Status) or None in values.values():
        raise ValueError(f"a row of {row.input!r} with status {row.status!r}")
    return row
