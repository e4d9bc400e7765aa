"""One face picture as a record, a set of them as a manifest."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Literal, get_args

import numpy as np
from jaxtyping import Bool, Float

from enface.errors import ManifestError

Split = Literal["train", "test"]
Role = Literal["gallery", "probe"]
Sex = Literal["", "female", "male"]
SPLITS: tuple[Split, ...] = get_args(Split)
ROLES: tuple[Role, ...] = get_args(Role)
SEXES: tuple[Sex, ...] = get_args(Sex)


@dataclass(frozen=True, eq=False)
class FaceRecord:
    """One picture of one face. `docs/datasets.md` tells what each field means in a manifest.

    Two records are equal only when they are the same object: landmarks are arrays.
    """

    path: str
    """Relative to the manifest's folder, with forward slashes; unique within a manifest."""
    subject: str
    """The person; anything, compared as text."""
    session: str = "01"
    """One look of the person; the ground truth of a probe is the gallery picture of its session."""
    expression: str = ""
    camera: str = ""
    illumination: str = ""
    yaw: float | None = None
    """Degrees, negative when the camera stands on the subject's right; None is unknown."""
    pitch: float | None = None
    """Degrees, positive for a raised camera; None is unknown."""
    split: Split = "train"
    role: Role = "probe"
    """gallery: frontal, neutral, evenly lit, the target of frontalization; probe: everything else."""
    points: Float[np.ndarray, "5 2"] | None = None
    """x, y in pixels of the subject's right eye, left eye, nose tip, right and left mouth corner; the centre
    of the upper left pixel is (0, 0). None: the picture already is the frame of the alignment template."""
    visible: Bool[np.ndarray, "5"] | None = None
    """Whether each landmark is seen; None is unknown."""
    skin_tone: float | None = None
    """Melanin, 0.03 lightest to 1.65 darkest."""
    glasses: bool | None = None
    beard: bool | None = None
    """From stubble on."""
    age: float | None = None
    """0 young adult to 1 old, as the renderer draws it; not years."""
    sex: Sex = ""
    """Presentation; empty is unknown, as in all that follow."""
    hair: str = ""
    """Style."""
    covering: str = ""
    """What is on the head, or "none"."""
    occluder: str = ""
    """What is before the face, or "none"."""
    makeup: bool | None = None


@dataclass(frozen=True, eq=False)
class Manifest:
    """Records and the folder that their paths start from.

    Raises:
        ManifestError: a path that leaves the folder or occurs twice, a person in both splits, a split, role
            or landmark that is not valid; the message names the path.
    """

    root: Path
    records: tuple[FaceRecord, ...]

    def __post_init__(self) -> None:
        validate(self.records)

    def __len__(self) -> int:
        return len(self.records)

    def file(self, record: FaceRecord) -> Path:
        """Where the picture lies."""
        return self.root / record.path

    def select(
        self,
        *,
        split: Split | None = None,
        role: Role | None = None,
        subjects: Iterable[str] | None = None,
    ) -> "Manifest":
        """The records that match everything given, in order; there may be none."""
        wanted = None if subjects is None else frozenset(subjects)
        return Manifest(
            root=self.root,
            records=tuple(
                r
                for r in self.records
                if (split is None or r.split == split)
                and (role is None or r.role == role)
                and (wanted is None or r.subject in wanted)
            ),
        )


def validate(records: Iterable[FaceRecord], *, row_of: "dict[str, int] | None" = None) -> None:
    """Checks what one record alone and all records together have to fulfil.

    Args:
        records: any number.
        row_of: the row of each path, to be named in messages.

    Raises:
        ManifestError: see `Manifest`.
    """
    seen: set[str] = set()
    split_of: dict[str, FaceRecord] = {}

    def problem(record: FaceRecord, column: str, text: str) -> ManifestError:
        row = f"row {row_of[record.path]}, " if row_of and record.path in row_of else ""
        return ManifestError(f"{row}column {column} ({record.path!r}): {text}")

    for record in records:
        check_path(record.path)
        key = str(PurePosixPath(record.path))
        if key in seen:
            raise problem(record, "path", "this picture is listed twice; remove one of the rows")
        seen.add(key)
        if not record.subject:
            raise problem(record, "subject", "is empty; name the person")
        if record.split not in SPLITS:
            raise problem(record, "split", f"{record.split!r} is unknown; allowed: {', '.join(SPLITS)}")
        if record.role not in ROLES:
            raise problem(record, "role", f"{record.role!r} is unknown; allowed: {', '.join(ROLES)}")
        if record.sex not in SEXES:
            raise problem(record, "sex", f"{record.sex!r} is unknown; allowed: female, male or empty")
        if record.points is not None and not (
            record.points.shape == (5, 2) and np.isfinite(record.points).all()
        ):
            raise problem(record, "landmarks", "five points of finite x, y are needed")
        other = split_of.setdefault(record.subject, record)
        if other.split != record.split:
            raise problem(
                record,
                "split",
                f"person {record.subject!r} is in {record.split} here and in {other.split} at {other.path!r};"
                " keep each person in one split, or results are meaningless",
            )


def check_path(path: str) -> None:
    """Checks that a path stays inside the manifest's folder, by its text alone (links are the user's own).

    Raises:
        ManifestError: for an empty or absolute path, a drive, a backslash, a NUL, or a `..`.
    """
    parts = PurePosixPath(path).parts
    if (
        not parts
        or path.startswith("/")
        or ".." in parts
        or any(c in path for c in "\\\0")
        or re.match("[A-Za-z]:", parts[0])
    ):
        raise ManifestError(
            f"column path: {path!r} does not stay inside the manifest's folder;"
            " give a relative path with forward slashes, without '..' and without a drive such as C:"
        )
