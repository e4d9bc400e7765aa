"""Your own photographs as a CSV file of pairs.

Columns: `first`, `second` (paths from the file's folder), `same` (1 or 0), and optionally `fold` (a whole
number). Nobody has to be named: photographs joined by same pairs, directly or through others, are one person.
"""

import csv
from pathlib import Path

from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from enface.data.records import check_path
from enface.errors import ManifestError
from enface.evaluation.protocols.pairs import FacePair, PairsProtocol

COLUMNS = ("first", "second", "same")


def build(file: Path) -> PairsProtocol:
    """The protocol of a CSV file.

    Raises:
        ManifestError: the file, a column or a value is missing or not valid, two rows name the same pair, or
            a pair that is called different joins photographs that other rows call the same person.
    """
    rows = _read(file)
    _refuse_repeats(rows, file=file)
    photos = sorted({photo for first, second, _, _ in rows for photo in (first, second)})
    place = {photo: i for i, photo in enumerate(photos)}
    joined = [(place[first], place[second]) for first, second, same, _ in rows if same]
    links = ([1] * len(joined), ([a for a, _ in joined], [b for _, b in joined]))
    _, component = connected_components(coo_array(links, shape=(len(photos),) * 2), directed=False)
    pairs = []
    for number, (first, second, same, fold) in enumerate(rows, start=2):
        a, b = (f"person {component[place[photo]] + 1}" for photo in (first, second))
        if not same and a == b:
            raise ManifestError(
                f"{file}, row {number}: {first!r} and {second!r} are called different, but other rows make "
                "them one person; correct one of them"
            )
        pairs.append(FacePair(first, second, (a, b), fold))
    return PairsProtocol("pairs", file.parent, tuple(pairs), named=False)


def _refuse_repeats(rows: list[tuple[str, str, bool, int | None]], *, file: Path) -> None:
    """A pair that counts twice would weigh twice; one with a photograph and itself says nothing."""
    seen: dict[frozenset[str], int] = {}
    for number, (first, second, _, _) in enumerate(rows, start=2):
        if first == second:
            raise ManifestError(f"{file}, row {number}: {first!r} is paired with itself; remove the row")
        earlier = seen.setdefault(frozenset((first, second)), number)
        if earlier != number:
            raise ManifestError(
                f"{file}, row {number}: {first!r} and {second!r} are the pair of row {earlier}; keep one"
            )


def _read(file: Path) -> list[tuple[str, str, bool, int | None]]:
    try:
        with file.open(newline="", encoding="utf-8-sig") as stream:
            table = csv.DictReader(stream)
            missing = [name for name in COLUMNS if name not in (table.fieldnames or ())]
            if missing:
                raise ManifestError(
                    f"{file} lacks the column(s) {', '.join(missing)}; needed: {', '.join(COLUMNS)}"
                )
            return [_row(row, place=f"{file}, row {number}") for number, row in enumerate(table, start=2)]
    except (OSError, ValueError, csv.Error) as error:
        raise ManifestError(f"{file} cannot be read: {error}; give a CSV file of pairs") from error


def _row(row: dict[str, str], *, place: str) -> tuple[str, str, bool, int | None]:
    first, second, same, fold = (row.get(name) or "" for name in (*COLUMNS, "fold"))
    if same.strip() not in ("0", "1"):
        raise ManifestError(f"{place}: same is {same!r}; use 1 for one person and 0 for different people")
    if fold.strip() and not fold.strip().isdecimal():
        raise ManifestError(f"{place}: fold is {fold!r}; use a whole number, or leave the column out")
    for path in (first, second):
        try:
            check_path(path)
        except ManifestError as error:
            raise ManifestError(f"{place}: {error}") from None
    return first, second, same.strip() == "1", int(fold) if fold.strip() else None
