"""`report.csv`: one row per face or failure, for people and for a second run."""

import csv
from collections.abc import Iterable
from dataclasses import asdict, dataclass, fields
from pathlib import Path
from typing import Any, Literal, get_args

from enface.errors import ConfigError
from enface.resources.atomic import atomic_write

REPORT = "report.csv"

Status = Literal["ok", "failed"]


@dataclass(frozen=True)
class Row:
    """One face that was turned, or one failure. Numbers are text as they stand in the file; empty: none."""

    input: str
    """Absolute path of the photograph."""
    face: int
    """From 1, largest face first; 0 when the picture failed before there was a face."""
    status: Status
    error: str = ""
    yaw: str = ""
    """Degrees, negative when the nose points to the image's right."""
    detector: str = ""
    """Name of the detector that found the face."""
    score: str = ""
    """Of the detector, 0 to 1."""
    box_x: str = ""
    box_y: str = ""
    box_width: str = ""
    box_height: str = ""
    """The detector's box, pixels of the upright photograph."""
    name: str = ""
    """What the names of this picture's outputs begin with."""
    aligned: str = ""
    """The aligned input, relative to the report's folder."""
    frontal: str = ""
    evidence: str = ""
    """Picture of where the frontal face's pixels come from."""
    pasted: str = ""
    seen: str = ""
    """Share of the frontal head copied from the photograph, 0 to 1."""
    mirrored: str = ""
    """Share copied from the face's other side."""
    invented: str = ""
    confidence: str = ""
    """Expected cosine similarity to a true frontal picture, 0 to 1."""
    quality: str = ""
    """How good the aligned input is for recognising whom it shows, 0 to 1 (`enface.models.quality`)."""
    quality_face: str = ""
    """Probability that it is an upright face whose landmarks fit, 0 to 1."""
    quality_uncertainty: str = ""
    """Expected distance of the landmarks from the truth, per cent of the distance of the template's eyes."""
    quality_visible: str = ""
    """Share of the 68 landmarks that are seen, 0 to 1."""
    quality_yaw: str = ""
    """Absolute degrees, by the landmark network."""
    quality_pitch: str = ""
    """Absolute degrees."""
    quality_sharpness: str = ""
    """0 to 1, at 112 pixels."""
    settings: str = ""
    """Fingerprint of the model and of every option that decides the outputs."""

    @property
    def outputs(self) -> list[str]:
        """Files that belong to the row, relative to the report's folder."""
        return [file for file in (self.aligned, self.frontal, self.evidence, self.pasted) if file]


COLUMNS = tuple(field.name for field in fields(Row))


def write_report(path: Path, rows: Iterable[Row]) -> None:
    """Writes all rows, atomically.

    Raises:
        OSError: the file cannot be written.
    """
    with (
        atomic_write(path) as temporary,
        # Paths that are no valid Unicode survive a round trip this way.
        temporary.open("w", newline="", encoding="utf-8", errors="surrogateescape") as stream,
    ):
        writer = csv.DictWriter(stream, COLUMNS)
        writer.writeheader()
        writer.writerows(asdict(row) for row in rows)


def read_report(path: Path) -> dict[str, list[Row]]:
    """Rows of an earlier run by input; empty when there is no report.

    Raises:
        ConfigError: a file of that name which is no report of this version.
    """
    if not path.exists():
        return {}
    by_input: dict[str, list[Row]] = {}
    try:
        with path.open(newline="", encoding="utf-8", errors="surrogateescape") as stream:
            rows = csv.DictReader(stream, strict=True)
            if tuple(rows.fieldnames or ()) != COLUMNS:
                raise ValueError(f"columns {', '.join(rows.fieldnames or ())}")
            for values in rows:
                row = _row(values)
                by_input.setdefault(row.input, []).append(row)
    except (OSError, ValueError, TypeError, csv.Error) as error:
        raise ConfigError(
            f"{path} is not a report of this version of `enface frontalize` ({error}); "
            "remove it or choose another output folder"
        ) from error
    return by_input


def _row(values: dict[str, Any]) -> Row:
    row = Row(**{**values, "face": int(values["face"])})
    if row.status not in get_args(Status) or None in values.values():
        raise ValueError(f"a row of {row.input!r} with status {row.status!r}")
    return row
