"""Celebrities in Frontal-Profile (Sengupta et al. 2016): ten folds of pairs, both frontal or one a profile.

The official folder holds `Data/Images/NNN/{frontal,profile}/NN.jpg` and `Protocol/`, where `Pair_list_F.txt`
and `Pair_list_P.txt` number the pictures ("1 ../Data/Images/001/frontal/01.jpg") and
`Split/{FF,FP}/NN/{same,diff}.txt` list pairs of such numbers ("12,7"). The second number of a frontal-profile
pair counts profiles.
"""

import posixpath
from pathlib import Path

from enface.data.records import check_path
from enface.errors import ManifestError
from enface.evaluation.protocols.pairs import FacePair, PairsProtocol

OFFICIAL = 3500


def frontal_frontal(folder: Path) -> PairsProtocol:
    """CFP-FF.

    Raises:
        ManifestError: a protocol file is missing or not in the official format, a number that no picture
            has, or a pair whose people are not what its file says.
    """
    return _protocol("cfp_ff", folder, split="FF", second="Pair_list_F.txt")


def frontal_profile(folder: Path) -> PairsProtocol:
    """CFP-FP: the first picture of each pair is frontal, the second a profile.

    Raises:
        ManifestError: as `frontal_frontal`.
    """
    return _protocol("cfp_fp", folder, split="FP", second="Pair_list_P.txt")


def _protocol(name: str, folder: Path, *, split: str, second: str) -> PairsProtocol:
    rules = folder / "Protocol"
    first_photos, second_photos = (_numbered(rules / file) for file in ("Pair_list_F.txt", second))
    folds = sorted(place for place in (rules / "Split" / split).glob("*") if place.is_dir())
    if not folds:
        raise ManifestError(
            f"{rules / 'Split' / split} holds no folds; give the folder of CFP with Data and Protocol in it"
        )
    pairs = tuple(
        _pair(first_photos, second_photos, numbers, same=same, fold=fold, place=f"{file}, pair {row}")
        for fold, place in enumerate(folds)
        for same, file in ((True, place / "same.txt"), (False, place / "diff.txt"))
        for row, numbers in enumerate(_lines(file), start=1)
    )
    return PairsProtocol(name, folder, pairs, face="central", official=OFFICIAL)


def _numbered(file: Path) -> dict[str, str]:
    """Path from the folder of CFP by number; the file's paths start from its own folder."""
    photos = {}
    for line in _lines(file):
        number, _, path = line.partition(" ")
        photo = posixpath.normpath(posixpath.join("Protocol", path.strip()))
        if not number.isdecimal() or not path.strip():
            raise ManifestError(f"{file}: expected NUMBER PATH, got {line!r}; get the file from CFP's site")
        check_path(photo)
        photos[str(int(number))] = photo
    return photos


def _pair(
    first_photos: dict[str, str],
    second_photos: dict[str, str],
    line: str,
    *,
    same: bool,
    fold: int,
    place: str,
) -> FacePair:
    numbers = [number.strip() for number in line.split(",")]
    try:
        one, other = (str(int(number)) for number in numbers)
        photos = first_photos[one], second_photos[other]
    except (ValueError, KeyError) as error:
        raise ManifestError(
            f"{place}: expected two numbers of the picture lists, got {line!r}; get the file from CFP's site"
        ) from error
    # NNN of Data/Images/NNN/frontal/NN.jpg.
    people = Path(photos[0]).parent.parent.name, Path(photos[1]).parent.parent.name
    if (people[0] == people[1]) != same:
        raise ManifestError(
            f"{place}: {photos[0]} and {photos[1]} are listed as {'one person' if same else 'two people'} "
            "against the names of their folders; get the file from CFP's site"
        )
    return FacePair(*photos, people, fold)


def _lines(file: Path) -> list[str]:
    try:
        return [line.strip() for line in file.read_text(encoding="utf-8").splitlines() if line.strip()]
    except (OSError, ValueError) as error:
        raise ManifestError(
            f"{file} cannot be read: {error}; give the folder of CFP with Data and Protocol in it"
        ) from error
