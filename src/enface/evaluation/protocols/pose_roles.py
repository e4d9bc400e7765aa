"""Oblique photographs against frontal ones of the same people, in the style of a posed selection from LFW.

A CSV file, or a folder with it as `manifest.csv`. Its columns: `file` (path from the CSV file's folder),
`identity`, `role`, `yaw_deg`, and ten of landmarks in pixels, `eye_a_x` to `mouth_b_y`, the eye on the
image's left first. Roles: `pose_frontal` is enrolled, all photographs of a person averaged; `pose_oblique` is
looked for, in bins of absolute yaw; `frontal`, one photograph each of other people, joins the gallery as
distractors where they are asked for. Rows of other roles are not used.
"""

import csv
import math
from pathlib import Path

import numpy as np

from enface.data.records import FaceRecord, Manifest, Role
from enface.errors import ManifestError
from enface.evaluation.protocols.protocol import Probe, Protocol

BINS = {30: "30–40°", 40: "40–50°", 50: "over 50°"}
"""Lower edge in degrees of absolute yaw, and what the column is called."""
LANDMARKS = tuple(
    f"{point}_{axis}" for point in ("eye_a", "eye_b", "nose", "mouth_a", "mouth_b") for axis in "xy"
)
COLUMNS = ("file", "identity", "role", "yaw_deg", *LANDMARKS)


def alone(path: Path) -> Protocol:
    """The posed people among themselves.

    Raises:
        ManifestError: the file, a column or a value is missing or not valid, nobody is enrolled or looked
            for, or a probe has less yaw than the lowest bin.
    """
    return _protocol("pose_roles", path, distractors=False)


def with_distractors(path: Path) -> Protocol:
    """The posed people among all others with a frontal photograph.

    Raises:
        ManifestError: as `alone`, or there is nobody else.
    """
    return _protocol("pose_roles_distractors", path, distractors=True)


def _protocol(name: str, path: Path, *, distractors: bool) -> Protocol:
    file = path / "manifest.csv" if path.is_dir() else path
    roles: dict[str, list[FaceRecord]] = {"pose_frontal": [], "pose_oblique": [], "frontal": []}
    for row, cells in _rows(file):
        if cells["role"] in roles:
            role: Role = "probe" if cells["role"] == "pose_oblique" else "gallery"
            roles[cells["role"]].append(_record(cells, role=role, place=f"{file}, row {row}"))
    posed = {record.subject for record in roles["pose_frontal"]}
    others = [record for record in roles["frontal"] if record.subject not in posed] if distractors else []
    if distractors and not others:
        raise ManifestError(
            f"{file}: no row of role frontal shows anybody else; add distractors or use --protocol pose_roles"
        )
    gallery = (*roles["pose_frontal"], *others)
    return Protocol(
        name=name,
        manifest=Manifest(file.parent, (*gallery, *roles["pose_oblique"])),
        data=str(file),
        across_looks=False,
        gallery=gallery,
        probes=tuple(Probe(record, None, _bin(record, file=file)) for record in roles["pose_oblique"]),
        train_frontals=(),
    )


def _bin(record: FaceRecord, *, file: Path) -> int:
    yaw = record.yaw or 0.0
    lower = max((edge for edge in BINS if edge <= abs(yaw)), default=None)
    if lower is None:
        raise ManifestError(
            f"{file}: {record.path!r} is called pose_oblique at a yaw of {yaw:g} degrees; probes need "
            f"{min(BINS)} or more on either side"
        )
    return round(math.copysign(lower, yaw))


def _record(cells: dict[str, str], *, role: Role, place: str) -> FaceRecord:
    try:
        yaw, *points = (float(cells[column]) for column in ("yaw_deg", *LANDMARKS))
    except ValueError as error:
        raise ManifestError(f"{place}: yaw and landmarks are numbers; {error}") from None
    return FaceRecord(
        path=cells["file"],
        subject=cells["identity"],
        yaw=yaw,
        split="test",
        role=role,
        points=np.array(points).reshape(5, 2),
    )


def _rows(file: Path) -> list[tuple[int, dict[str, str]]]:
    try:
        with file.open(newline="", encoding="utf-8-sig") as stream:
            table = csv.DictReader(stream, restval="")
            missing = [name for name in COLUMNS if name not in (table.fieldnames or ())]
            if missing:
                raise ManifestError(
                    f"{file} lacks the column(s) {', '.join(missing)}; needed: {', '.join(COLUMNS)}"
                )
            return list(enumerate(table, start=2))
    except (OSError, ValueError, csv.Error) as error:
        raise ManifestError(f"{file} cannot be read: {error}; give a CSV file with pose roles") from error
