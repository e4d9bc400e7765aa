"""Labeled Faces in the Wild (Huang et al. 2007): pairs of View 1 and of View 2 from the official pair files.

The folder holds `pairsDevTest.txt` (View 1) or `pairs.txt` (View 2), and the photographs as
NAME/NAME_0001.jpg in one of `IMAGE_FOLDERS`. The official files start with the number of pairs of each kind,
for View 2 after the number of folds. Lines of three fields are same pairs, lines of four different ones; the
folds of View 2 follow one another.
"""

from pathlib import Path

from enface.errors import ManifestError
from enface.evaluation.protocols.pairs import FacePair, PairsProtocol

IMAGE_FOLDERS = ("images", "lfw-deepfunneled", "lfw_funneled", "lfw", ".")
"""Where photographs may lie inside the folder; the first that exists is taken."""
OFFICIAL = {"lfw_view1": 500, "lfw_view2": 3000}
SIZE = (250, 250)


def view1(folder: Path) -> PairsProtocol:
    """Development test pairs, without folds: the threshold is chosen on the same pairs.

    Raises:
        ManifestError: no such file, lines that are not pairs, or another number of them than the file says.
    """
    return _protocol("lfw_view1", folder / "pairsDevTest.txt")


def view2(folder: Path) -> PairsProtocol:
    """The pairs of the published accuracies, in ten folds of which no two share a person.

    Raises:
        ManifestError: as `view1`.
    """
    return _protocol("lfw_view2", folder / "pairs.txt")


def _protocol(name: str, file: Path) -> PairsProtocol:
    root = next((file.parent / f for f in IMAGE_FOLDERS if (file.parent / f).is_dir()), file.parent)
    # Each photograph was centred on the face that it is named after.
    pairs = read_pairs(file, folded=name == "lfw_view2")
    return PairsProtocol(name, root, pairs, face="central", official=OFFICIAL[name], size=SIZE)


def read_pairs(file: Path, *, folded: bool) -> tuple[FacePair, ...]:
    """Reads a pair file.

    Args:
        file: in the official format.
        folded: whether the first line gives the number of folds before the number of pairs of each kind.

    Raises:
        ManifestError: as `view1`.
    """
    try:
        lines = [line.split() for line in file.read_text(encoding="utf-8").splitlines() if line.strip()]
    except (OSError, ValueError) as error:
        raise ManifestError(f"{file} cannot be read: {error}; get it from the site of LFW") from error
    counts = [int(field) for field in lines[0] if field.isdecimal()] if lines else []
    if len(counts) != 1 + folded or len(lines[0]) != len(counts) or min(counts) < 1:
        expected = "the number of folds and of pairs of each kind" if folded else "the number of pairs"
        raise ManifestError(f"{file}, line 1: expected {expected}; get the file from the site of LFW")
    folds, each = counts if folded else (1, counts[0])
    if len(lines) - 1 != 2 * folds * each:
        raise ManifestError(
            f"{file}: the first line announces {2 * folds * each} pairs, there are {len(lines) - 1}; "
            "get the file from the site of LFW"
        )
    return tuple(
        _pair(fields, place=f"{file}, pair {number + 1}", fold=number // (2 * each) if folded else None)
        for number, fields in enumerate(lines[1:])
    )


def _pair(fields: list[str], *, place: str, fold: int | None) -> FacePair:
    try:
        if len(fields) == 3:
            (person, *numbers), people = fields, (fields[0], fields[0])
            first, second = (_photo(person, number) for number in numbers)
        else:
            name, number, other, other_number = fields
            first, second, people = _photo(name, number), _photo(other, other_number), (name, other)
    except ValueError as error:
        raise ManifestError(
            f"{place}: expected NAME NUMBER NUMBER or NAME NUMBER NAME NUMBER, got {' '.join(fields)!r}"
        ) from error
    return FacePair(first, second, people, fold)


def _photo(name: str, number: str) -> str:
    return f"{name}/{name}_{int(number):04d}.jpg"
