"""Folders of templates in the style of IJB-A, B and C.

A folder holds

- `enrolment.csv` and `probes.csv`: one row for each picture, columns `template` (or `TEMPLATE_ID`), `subject`
  (`SUBJECT_ID`), `file` (`FILE`, `FILENAME`), and optionally `media` (`SIGHTING_ID`, `MEDIA_ID`), which joins
  the frames of one video, and `x, y, width, height` (`FACE_X`, ...), the face that is meant, in pixels;
- `matches.csv`, for verification only: template, template on each line, without a header.

Files start from the folder, or from `images` in it where that exists. The published files fit under these
names: of IJB-C's 1:1 protocol `ijbc_1N_gallery_G1.csv` and `_G2.csv` joined are `enrolment.csv`,
`ijbc_1N_probe_mixed.csv` is `probes.csv` and `ijbc_11_G1_G2_matches.csv` is `matches.csv`.
"""

import csv
from pathlib import Path

from enface.data.records import check_path
from enface.errors import ManifestError
from enface.evaluation.protocols.templates import Sighting, Template, TemplatesProtocol
from enface.faces.detectors.protocol import FaceBox

NAMES = {
    "template": ("template", "template_id"),
    "subject": ("subject", "subject_id"),
    "file": ("file", "filename"),
    "media": ("media", "sighting_id", "media_id"),
    "x": ("x", "face_x"),
    "y": ("y", "face_y"),
    "width": ("width", "face_width"),
    "height": ("height", "face_height"),
}
"""Column names by what they mean, in lower case; the first that a file has counts."""
REQUIRED = ("template", "subject", "file")


def verification(folder: Path) -> TemplatesProtocol:
    """1:1, the comparisons of `matches.csv`.

    Raises:
        ManifestError: a file, column or value is missing or not valid, or as `TemplatesProtocol`.
    """
    file = folder / "matches.csv"
    comparisons = tuple(_match(cells, place=f"{file}, row {row}") for row, cells in _table(file))
    return _protocol("templates_verification", folder, comparisons)


def search(folder: Path) -> TemplatesProtocol:
    """1:N, every template of `probes.csv` among those of `enrolment.csv`.

    Raises:
        ManifestError: as `verification`.
    """
    return _protocol("templates_search", folder, None)


def _protocol(name: str, folder: Path, comparisons: tuple[tuple[str, str], ...] | None) -> TemplatesProtocol:
    root = folder / "images" if (folder / "images").is_dir() else folder
    return TemplatesProtocol(
        name,
        root,
        gallery=read_templates(folder / "enrolment.csv"),
        probes=read_templates(folder / "probes.csv"),
        comparisons=comparisons,
    )


def read_templates(file: Path) -> tuple[Template, ...]:
    """Templates of a CSV file in the order of their first row; the module's text describes the columns.

    Raises:
        ManifestError: the file cannot be read, a column is missing, or a row is not valid: an empty cell, a
            box that is not four numbers, or a template of two people.
    """
    table = _table(file)
    header = [cell.strip().lower() for cell in table[0][1]] if table else []
    place = {
        meaning: next((header.index(name) for name in names if name in header), None)
        for meaning, names in NAMES.items()
    }
    missing = [name for name in REQUIRED if place[name] is None]
    if missing:
        raise ManifestError(
            f"{file} lacks the column(s) {', '.join(missing)}; the first row names {', '.join(REQUIRED)}"
        )
    people: dict[str, str] = {}
    sightings: dict[str, list[Sighting]] = {}
    for row, cells in table[1:]:
        if len(cells) != len(header):
            raise ManifestError(f"{file}, row {row}: {len(cells)} cells, but {len(header)} columns")
        values = {name: "" if i is None else cells[i].strip() for name, i in place.items()}
        for name in REQUIRED:
            if not values[name]:
                raise ManifestError(f"{file}, row {row}: {name} is empty; fill it in or remove the row")
        template, person = values["template"], values["subject"]
        if people.setdefault(template, person) != person:
            raise ManifestError(
                f"{file}, row {row}: template {template!r} is of {people[template]!r} and of {person!r}; "
                "give each person templates of their own"
            )
        sightings.setdefault(template, []).append(_sighting(values, where=f"{file}, row {row}"))
    return tuple(Template(name, people[name], tuple(found)) for name, found in sightings.items())


def _sighting(values: dict[str, str], *, where: str) -> Sighting:
    try:
        check_path(values["file"])
    except ManifestError as error:
        raise ManifestError(f"{where}: {error}") from None
    numbers = [values[name] for name in ("x", "y", "width", "height")]
    try:
        box = FaceBox(*map(float, numbers)) if any(numbers) else None
    except ValueError:
        raise ManifestError(
            f"{where}: the face's box is {', '.join(numbers)}; give four numbers or none"
        ) from None
    return Sighting(values["file"], box, values["media"] or None)


def _match(cells: list[str], *, place: str) -> tuple[str, str]:
    if len(cells) != 2 or not all(cell.strip() for cell in cells):
        raise ManifestError(f"{place}: expected two template names, got {', '.join(cells)!r}")
    return cells[0].strip(), cells[1].strip()


def _table(file: Path) -> list[tuple[int, list[str]]]:
    """Rows that are not empty, with their numbers."""
    try:
        with file.open(newline="", encoding="utf-8-sig") as stream:
            return [(row, cells) for row, cells in enumerate(csv.reader(stream), start=1) if cells]
    except (OSError, ValueError, csv.Error) as error:
        raise ManifestError(
            f"{file} cannot be read: {error}; a folder of templates holds enrolment.csv and probes.csv, for "
            "verification also matches.csv"
        ) from error
