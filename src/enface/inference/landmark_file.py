"""`landmarks.json`: the 68 landmarks of every face of every photograph."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from enface.config.codec import from_json, to_json
from enface.errors import ConfigError, ImageError
from enface.faces.landmarks68 import COUNT, Landmarks68
from enface.resources.atomic import atomic_write

LANDMARK_FILE = "landmarks.json"

VERSION = 1


@dataclass(frozen=True)
class FaceMarks:
    """Landmarks of one face, in the order of the iBUG scheme."""

    face: int
    """From 1, as in the table beside the file."""
    points: tuple[tuple[float, float], ...]
    """68 of x and y, pixels of the upright photograph, the centre of the upper left one at (0, 0)."""
    visible: tuple[float, ...]
    """68 probabilities that the point is seen."""
    uncertainty: tuple[float, ...]
    """68 expected distances from the truth, pixels."""

    @classmethod
    def of(cls, marks: Landmarks68, *, face: int) -> "FaceMarks":
        """Rounded to a hundredth of a pixel and a thousandth of a probability."""
        points = np.round(marks.points, 2).tolist()
        return cls(
            face=face,
            points=tuple((x, y) for x, y in points),
            visible=tuple(np.round(marks.visible, 3).tolist()),
            uncertainty=tuple(np.round(marks.uncertainty, 2).tolist()),
        )


@dataclass(frozen=True)
class PictureMarks:
    """The faces of one photograph."""

    input: str
    """Absolute path."""
    width: int
    """Pixels of the upright photograph."""
    height: int
    faces: tuple[FaceMarks, ...]


class LandmarkFile:
    """The file as it grows; one line per photograph, so that a large one can be read line by line, too.

    Args:
        path: of the file, which an earlier run may have written.

    Raises:
        ConfigError: a file of that name which is none of this version.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._pictures = {picture.input: picture for picture in read_landmarks(path)} if path.exists() else {}
        # Lines are kept, because the whole file is written again and again while it grows.
        self._lines = {name: _line(picture) for name, picture in self._pictures.items()}

    def faces(self, name: str) -> int:
        """How many faces of a photograph the file holds."""
        return len(self._pictures[name].faces) if name in self._pictures else 0

    def set(self, picture: PictureMarks) -> None:
        """Replaces a photograph's landmarks."""
        self._pictures[picture.input] = picture
        self._lines[picture.input] = _line(picture)

    def remove(self, name: str) -> None:
        """Forgets a photograph."""
        self._pictures.pop(name, None)
        self._lines.pop(name, None)

    def save(self) -> None:
        """Writes the file, whole or not at all.

        Raises:
            ImageError: it cannot be written.
        """
        lines = ",\n".join(self._lines.values())
        text = f'{{"version": {VERSION},\n"pictures": [\n{lines}\n]}}\n'
        try:
            with atomic_write(self.path) as temporary:
                temporary.write_text(text, encoding="utf-8")
        except OSError as error:
            raise ImageError(f"{self.path}: cannot be written ({error.strerror or error})") from error


def read_landmarks(path: str | Path) -> tuple[PictureMarks, ...]:
    """Reads what `enface faces` wrote.

    Raises:
        ConfigError: not readable, not JSON, another version, an unknown, missing or wrongly typed field, or
            another number of landmarks.
    """
    try:
        document: Any = json.loads(Path(path).read_text(encoding="utf-8"))
        found = document.pop("version", None) if isinstance(document, dict) else None
        if found != VERSION or list(document) != ["pictures"]:
            raise ConfigError(f"version {found!r}, this enface reads {VERSION}")
        pictures: tuple[PictureMarks, ...] = from_json(tuple[PictureMarks, ...], document["pictures"])
        for face in (face for picture in pictures for face in picture.faces):
            if not len(face.points) == len(face.visible) == len(face.uncertainty) == COUNT:
                raise ConfigError(f"a face without {COUNT} landmarks")
    except (OSError, ValueError, ConfigError) as error:
        raise ConfigError(
            f"{path} is no landmark file of this version of `enface faces` ({error}); "
            "remove it or choose another output folder"
        ) from error
    return pictures


def _line(picture: PictureMarks) -> str:
    return json.dumps(to_json(picture), separators=(",", ":"))
