"""Cross-Pose LFW (Zheng and Deng 2018): pairs of one person in different poses.

The folder holds `pairs_CPLFW.txt` and the pictures in one of `IMAGE_FOLDERS`. The file has no header; each
picture has a line, "Aaron_Eckhart_1.jpg 1", and two lines after one another are a pair that agrees in its
label, 1 for one person and 0 for two. The file knows no folds: as usual for the published accuracies, ten
groups of pairs that follow one another are made.
"""

import re
from pathlib import Path

from enface.data.records import check_path
from enface.errors import ManifestError
from enface.evaluation.protocols.pairs import FacePair, PairsProtocol

IMAGE_FOLDERS = ("aligned images", "aligned_images", "images", ".")
"""Where pictures may lie inside the folder; the first that exists is taken."""
FOLDS = 10
OFFICIAL = 3000


def build(folder: Path) -> PairsProtocol:
    """The pairs of the official file.

    Raises:
        ManifestError: no such file, a line that is not a picture and a label, an odd number of lines, or a
            label that contradicts its partner or the pictures' names.
    """
    file = folder / "pairs_CPLFW.txt"
    try:
        lines = [line.split() for line in file.read_text(encoding="utf-8").splitlines() if line.strip()]
    except (OSError, ValueError) as error:
        raise ManifestError(f"{file} cannot be read: {error}; get it from the site of CPLFW") from error
    for number, line in enumerate(lines, start=1):
        if len(line) != 2 or line[1] not in ("0", "1"):
            raise ManifestError(f"{file}, line {number}: expected PICTURE and 0 or 1, got {' '.join(line)!r}")
    if len(lines) % 2:
        raise ManifestError(
            f"{file}: {len(lines)} lines are not pairs of lines; get the file from the site of CPLFW"
        )
    count = len(lines) // 2
    pairs = tuple(
        _pair(lines[2 * i], lines[2 * i + 1], place=f"{file}, line {2 * i + 1}", fold=i * FOLDS // count)
        for i in range(count)
    )
    root = next(folder / place for place in IMAGE_FOLDERS if (folder / place).is_dir())
    return PairsProtocol("cplfw", root, pairs, face="central", official=OFFICIAL)


def _pair(first: list[str], second: list[str], *, place: str, fold: int) -> FacePair:
    for photo, _ in (first, second):
        check_path(photo)
    people = _person(first[0]), _person(second[0])
    if first[1] != second[1] or (first[1] == "1") != (people[0] == people[1]):
        raise ManifestError(
            f"{place}: the labels {first[1]} and {second[1]} of {first[0]} and {second[0]} contradict each "
            "other or the names; get the file from the site of CPLFW"
        )
    return FacePair(first[0], second[0], people, fold)


def _person(photo: str) -> str:
    """`Aaron_Eckhart` of `Aaron_Eckhart_1.jpg`."""
    return re.sub(r"_\d+$", "", Path(photo).stem)
