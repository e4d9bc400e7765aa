"""Manifests on disk: the CSV of the rendered set, and plain folders of aligned pictures."""

import csv
import math
from collections.abc import Iterator
from pathlib import Path

import numpy as np

from enface.config.suggest import did_you_mean
from enface.data.records import FaceRecord, Manifest, Role, check_path, validate
from enface.errors import ManifestError
from enface.images import SUFFIXES
from enface.resources.atomic import atomic_write

POINTS = ("lex", "ley", "rex", "rey", "nx", "ny", "lmx", "lmy", "rmx", "rmy")
VISIBLE = ("lev", "rev", "nv", "lmv", "rmv")
COLUMNS = (
    *("path", "subject", "session", "expression", "camera", "illumination", "yaw", "pitch", "split", "role"),
    *POINTS,
    *VISIBLE,
    *("skin_tone", "glasses", "beard", "age", "sex", "hair", "covering", "occluder", "makeup"),
)
REQUIRED = ("path", "subject", *POINTS)
PICTURES = frozenset(SUFFIXES)
"""Endings, in lower case, of the pictures in a folder: of all that can be read."""

Row = dict[str, str]


def read_manifest(path: str | Path, *, role: Role = "probe") -> Manifest:
    """Reads a manifest CSV; its columns are described in `docs/datasets.md`.

    Required are `path`, `subject` and the ten landmark columns; the ten cells of a row may all be empty when
    the picture already is an aligned square. Everything else has the defaults of `FaceRecord`, and an empty
    cell counts as absent. Columns of other names are ignored.

    Args:
        path: the CSV file, UTF-8; its folder is the root of the picture paths. Pictures are not opened here.
        role: of rows that state none.

    Raises:
        ManifestError: names the file, the row (the header is row 1) and the column.
    """
    path = Path(path)
    try:
        with path.open(newline="", encoding="utf-8-sig") as stream:
            rows = list(_rows(csv.reader(stream, strict=True)))
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        reason = error.strerror if isinstance(error, OSError) else error
        raise ManifestError(
            f"cannot read manifest {path}: {reason}; give the path of a UTF-8 CSV file"
        ) from error
    except ManifestError as error:
        raise ManifestError(f"{path}: {error}") from None
    records: list[FaceRecord] = []
    row_of: dict[str, int] = {}
    try:
        for number, row in rows:
            try:
                records.append(_record(row, role=role))
            except ManifestError as error:
                raise ManifestError(f"row {number}, {error}") from None
            # Of a path listed twice, the message names the second row.
            row_of[row["path"]] = number
        validate(records, row_of=row_of)
    except ManifestError as error:
        raise ManifestError(f"{path}: {error}") from None
    if not records:
        raise ManifestError(f"{path}: has a header but no rows; list at least one picture")
    return Manifest(root=path.parent, records=tuple(records))


def write_manifest(manifest: Manifest, path: str | Path) -> None:
    """Writes a manifest with all columns, so that reading it gives the same records.

    Args:
        manifest: its paths are written as they are, so `path` should lie in `manifest.root`.
        path: the CSV file; it appears whole or not at all.
    """
    with atomic_write(path) as temporary, temporary.open("w", newline="", encoding="utf-8") as stream:
        writer = csv.DictWriter(stream, COLUMNS, lineterminator="\n")
        writer.writeheader()
        writer.writerows(_cells(record) for record in manifest.records)


def read_folder(folder: str | Path, *, role: Role = "probe") -> Manifest:
    """Lists every picture below a folder as an already aligned face of the train split.

    Args:
        folder, role: see `folder_records`.

    Raises:
        ManifestError: see `folder_records`; or a file's name cannot be in a manifest.
    """
    folder = Path(folder)
    return Manifest(root=folder, records=folder_records(folder, role=role))


def folder_records(folder: Path, *, role: Role = "probe") -> tuple[FaceRecord, ...]:
    """The pictures below a folder, whatever their names.

    The person is the name of the folder that holds the picture (`NAME/picture.jpg`, as in LFW and CASIA),
    or the picture's own name when it lies directly in `folder`.

    Args:
        folder: searched with all its subfolders; hidden ones are skipped.
        role: of all pictures: gallery for a set of frontal, neutral faces.

    Raises:
        ManifestError: there is no such folder or no picture in it.
    """
    if not folder.is_dir():
        raise ManifestError(f"{folder} is not a folder; give a folder of pictures or a manifest.csv")
    names = sorted(
        file.relative_to(folder)
        for file in folder.rglob("*")
        if file.suffix.lower() in PICTURES
        and file.is_file()
        and not any(part.startswith(".") for part in file.relative_to(folder).parts)
    )
    if not names:
        raise ManifestError(f"no picture in {folder}; readable are {', '.join(sorted(PICTURES))}")
    return tuple(
        FaceRecord(path=name.as_posix(), subject=name.parent.name or name.stem, role=role) for name in names
    )


def read_faces(path: str | Path, *, role: Role = "probe") -> Manifest:
    """Reads a manifest CSV, a folder with a `manifest.csv`, or a folder of aligned pictures.

    Args:
        path: file or folder.
        role: of records that state none.

    Raises:
        ManifestError: see `read_manifest` and `read_folder`.
    """
    path = Path(path)
    if not path.is_dir():
        return read_manifest(path, role=role)
    inside = path / "manifest.csv"
    return read_manifest(inside, role=role) if inside.is_file() else read_folder(path, role=role)


def _rows(reader: Iterator[list[str]]) -> Iterator[tuple[int, Row]]:
    """Cells by column name, with the number of the row as a spreadsheet shows it."""
    header = [name.strip() for name in next(reader, [])]
    for column in header:
        if header.count(column) > 1 and column in COLUMNS:
            raise ManifestError(f"row 1, column {column}: occurs twice in the header")
    for column in REQUIRED:
        if column not in header:
            raise ManifestError(
                f"row 1, column {column}: is missing{did_you_mean(column, set(header) - set(COLUMNS))};"
                f" required columns are {', '.join(REQUIRED)}"
            )
    for number, cells in enumerate(reader, start=2):
        if not cells:  # an empty line
            continue
        if len(cells) != len(header):
            first = header[len(cells)] if len(cells) < len(header) else header[-1]
            raise ManifestError(
                f"row {number}, column {first}: the row has {len(cells)} cells, the header {len(header)}"
            )
        yield number, dict(zip(header, map(str.strip, cells), strict=True))


def _record(row: Row, *, role: Role) -> FaceRecord:
    check_path(row["path"])
    flags = [_flag(row, column) for column in VISIBLE]
    return FaceRecord(
        path=row["path"],
        subject=row["subject"],
        session=row.get("session") or "01",
        expression=row.get("expression", ""),
        camera=row.get("camera", ""),
        illumination=row.get("illumination", ""),
        yaw=_number(row, "yaw", low=-180.0, high=180.0),
        pitch=_number(row, "pitch", low=-90.0, high=90.0),
        # validate() refuses other words, and names what is allowed.
        split=row.get("split") or "train",  # type: ignore[arg-type]
        role=row.get("role") or role,  # type: ignore[arg-type]
        points=_points(row),
        visible=None if None in flags else np.array(flags, dtype=np.bool_),
        skin_tone=_number(row, "skin_tone"),
        glasses=_flag(row, "glasses"),
        beard=_flag(row, "beard"),
        age=_number(row, "age", low=0.0, high=1.0),
        sex=row.get("sex", ""),  # type: ignore[arg-type]
        hair=row.get("hair", ""),
        covering=row.get("covering", ""),
        occluder=row.get("occluder", ""),
        makeup=_flag(row, "makeup"),
    )


def _points(row: Row) -> np.ndarray | None:
    values = [_number(row, column) for column in POINTS]
    empty = [column for column, value in zip(POINTS, values, strict=True) if value is None]
    if len(empty) == len(POINTS):
        return None
    if empty:
        raise ManifestError(
            f"column {empty[0]}: is empty; give all ten landmark cells, or none for a picture that is aligned"
        )
    return np.array(values, dtype=np.float64).reshape(5, 2)


def _number(row: Row, column: str, *, low: float = -math.inf, high: float = math.inf) -> float | None:
    text = row.get(column, "")
    if not text:
        return None
    try:
        value = float(text)
    except ValueError:
        raise ManifestError(f"column {column}: {text!r} is not a number") from None
    if not math.isfinite(value):
        raise ManifestError(f"column {column}: {text!r} is not finite")
    if not low <= value <= high:
        raise ManifestError(f"column {column}: {text!r} is outside {low:g}..{high:g}")
    return value


def _flag(row: Row, column: str) -> bool | None:
    text = row.get(column, "")
    if text not in ("", "0", "1"):
        raise ManifestError(f"column {column}: {text!r} is not valid; allowed: 0, 1 or empty")
    return None if not text else text == "1"


def _cells(record: FaceRecord) -> dict[str, str]:
    cells = {
        column: _text(getattr(record, column)) for column in COLUMNS if column not in (*POINTS, *VISIBLE)
    }
    if record.points is not None:
        cells |= dict(zip(POINTS, map(_text, record.points.ravel().tolist()), strict=True))
    if record.visible is not None:
        cells |= dict(zip(VISIBLE, map(_text, record.visible.tolist()), strict=True))
    return cells


def _text(value: str | float | bool | None) -> str:
    if value is None:
        return ""
    if isinstance(value, str):
        return value
    # The shortest text that reads back as the same number; 0.0 as "0".
    return str(int(value)) if value == int(value) else repr(value)
