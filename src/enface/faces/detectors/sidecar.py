"""Detector that reads landmarks from a file beside the images."""

import csv
import json
import math
from pathlib import Path
from typing import Any

from enface.errors import FaceError
from enface.faces.detectors.protocol import Detection, box_around, largest_first
from enface.faces.geometry import Pixels
from enface.faces.landmarks import five_points

COLUMNS = ("lex", "ley", "rex", "rey", "nx", "ny", "lmx", "lmy", "rmx", "rmy")
"""Landmark columns of a CSV file, named as in a manifest; `path` and optionally `yaw` stand beside them."""


class Sidecar:
    """Landmarks given by a file.

    A CSV file has the columns `path` and `COLUMNS` (a manifest will do) and may have `yaw` in degrees;
    several rows of one path are several faces, a row without any landmark is none. A JSON file is an object
    from path to a list of faces, each a list of five [x, y]. Paths are relative to the file's folder.

    Args:
        file: the CSV or JSON file.

    Raises:
        FaceError: the file cannot be read, or a row, column or entry is not valid.
    """

    def __init__(self, *, file: str | Path) -> None:
        self.file = Path(file)
        self._root = self.file.parent.resolve()
        readers = {".csv": _read_csv, ".json": _read_json}
        if self.file.suffix.lower() not in readers:
            raise FaceError(f"landmark file {self.file}: give a .csv or a .json file")
        try:
            entries = readers[self.file.suffix.lower()](self.file)
        except (OSError, ValueError) as error:
            raise FaceError(f"landmark file {self.file} cannot be read: {error}") from error
        self._faces: dict[Path, list[Detection]] = {}
        for path, found in entries:
            self._faces.setdefault((self._root / path).resolve(), []).append(found)

    def detect(self, image: Pixels, *, path: Path | None = None) -> list[Detection]:
        """Faces listed for `path`, largest first; FaceError without a path or when none is listed."""
        if path is None:
            raise FaceError(f"landmarks of {self.file} belong to files; this image came without a path")
        if path.resolve() not in self._faces:
            raise FaceError(
                f"{self.file} lists no landmarks for {path}; paths there are relative to {self._root}"
            )
        return largest_first(self._faces[path.resolve()])


def _read_csv(file: Path) -> list[tuple[str, Detection]]:
    entries = []
    # Excel writes a byte order mark before the first column's name.
    with file.open(newline="", encoding="utf-8-sig") as stream:
        rows = csv.DictReader(stream)
        missing = [name for name in ("path", *COLUMNS) if name not in (rows.fieldnames or [])]
        if missing:
            raise FaceError(f"landmark file {file} lacks the columns {', '.join(missing)}")
        for row in rows:
            place = f"{file}, line {rows.line_num}"
            if not any(row[name] for name in COLUMNS):
                continue
            try:
                values = [float(row[name]) for name in COLUMNS]
                yaw = float(row["yaw"]) if row.get("yaw") else None
            except (TypeError, ValueError) as error:
                raise FaceError(f"{place}: a landmark or the yaw is not a number ({error})") from error
            if yaw is not None and not math.isfinite(yaw):
                raise FaceError(f"{place}: yaw {yaw} is not finite; give degrees, or leave the cell empty")
            pairs = [values[k : k + 2] for k in range(0, 10, 2)]
            entries.append((row["path"], _given(pairs, yaw, place)))
    return entries


def _read_json(file: Path) -> list[tuple[str, Detection]]:
    content = json.loads(file.read_text(encoding="utf-8-sig"))
    if not isinstance(content, dict) or not all(isinstance(faces, list) for faces in content.values()):
        raise FaceError(f"landmark file {file} must be an object from image path to a list of faces")
    return [
        (path, _given(face, None, f"{file}, {path}, face {number}"))
        for path, faces in content.items()
        for number, face in enumerate(faces, start=1)
    ]


def _given(pairs: Any, yaw: float | None, place: str) -> Detection:
    """Detection of given landmarks; errors name their place in the file."""
    try:
        points = five_points(pairs)
    except (FaceError, TypeError, ValueError) as error:
        raise FaceError(f"{place}: {error}") from error
    return Detection(box=box_around(points), points=points, score=1.0, yaw=yaw)
