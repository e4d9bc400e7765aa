"""CFP in its official layout: picture lists by number, ten folds of index pairs."""

from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest

from enface.errors import ManifestError
from enface.evaluation.protocols import FacePair, PairsProtocol, inspect, open_protocol, require_files

PEOPLE, FRONTAL, PROFILE = 4, 3, 2


@pytest.fixture
def folder(tmp_path: Path, picture: Callable[..., Path], lines: Callable[..., Path]) -> Path:
    """Four people with three frontal pictures and two profiles each; a pair of each kind in every fold."""
    for kind, letter, count in (("frontal", "F", FRONTAL), ("profile", "P", PROFILE)):
        names = [
            f"{person:03}/{kind}/{number:02}.jpg"
            for person in range(1, PEOPLE + 1)
            for number in range(1, count + 1)
        ]
        for number, name in enumerate(names):
            picture(tmp_path / "Data" / "Images" / name, size=(10 + number, 14))
        rows = [f"{i} ../Data/Images/{name}" for i, name in enumerate(names, start=1)]
        lines(tmp_path / "Protocol" / f"Pair_list_{letter}.txt", rows)
    for fold in range(1, 11):
        person = fold % PEOPLE
        split = tmp_path / "Protocol" / "Split"
        one, other = person * FRONTAL, (person + 1) % PEOPLE * FRONTAL
        lines(split / "FF" / f"{fold:02}" / "same.txt", [f"{one + 1},{one + 2}"])
        lines(split / "FF" / f"{fold:02}" / "diff.txt", [f"{one + 1},{other + 1}"])
        lines(split / "FP" / f"{fold:02}" / "same.txt", [f"{one + 1},{person * PROFILE + 2}"])
        lines(split / "FP" / f"{fold:02}" / "diff.txt", [f"{one + 1},{(person + 1) % PEOPLE * PROFILE + 1}"])
    return tmp_path


def cfp(folder: Path, name: str = "cfp_fp") -> PairsProtocol:
    protocol = open_protocol(name, folder)
    assert isinstance(protocol, PairsProtocol)
    return protocol


@pytest.mark.parametrize("name", ["cfp_ff", "cfp_fp"])
def test_ten_folds_of_both_kinds(folder: Path, name: str) -> None:
    protocol = cfp(folder, name)
    assert Counter((pair.fold, pair.same) for pair in protocol.pairs) == {
        (fold, same): 1 for fold in range(10) for same in (True, False)
    }
    assert protocol.face == "central"
    require_files(protocol)


def test_numbers_count_from_one_and_the_second_of_a_pair_counts_profiles(folder: Path) -> None:
    assert cfp(folder).pairs[0] == FacePair(
        "Data/Images/002/frontal/01.jpg", "Data/Images/002/profile/02.jpg", ("002", "002"), 0
    )
    assert cfp(folder, "cfp_ff").pairs[1] == FacePair(
        "Data/Images/002/frontal/01.jpg", "Data/Images/003/frontal/01.jpg", ("002", "003"), 0
    )


@pytest.mark.parametrize(
    ("file", "text", "match"),
    [
        ("Split/FP/01/same.txt", "1,99\n", "same.txt, pair 1: expected two numbers"),
        ("Split/FP/01/same.txt", "1\n", "expected two numbers"),
        ("Split/FP/01/same.txt", "1,3\n", "listed as one person against the names"),
        ("Split/FP/01/diff.txt", "1,1\n", "listed as two people against the names"),
        ("Pair_list_P.txt", "../Data/Images/001/profile/01.jpg\n", "expected NUMBER PATH"),
        ("Pair_list_P.txt", "1 ../../elsewhere/01.jpg\n", "does not stay inside"),
    ],
)
def test_broken_files(folder: Path, file: str, text: str, match: str) -> None:
    (folder / "Protocol" / file).write_text(text)
    with pytest.raises(ManifestError, match=match):
        cfp(folder)


def test_another_folder_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ManifestError, match="give the folder of CFP"):
        cfp(tmp_path)


def test_check_finds_what_is_missing_and_what_is_broken(folder: Path) -> None:
    (folder / "Data/Images/001/profile/02.jpg").unlink()
    (folder / "Data/Images/002/frontal/01.jpg").write_bytes(b"no picture")
    found = inspect(cfp(folder))
    assert found.facts[0] == "pairs: 10 same and 10 different in 10 folds, 4 people"
    problems = " ".join(found.problems)
    assert "1 missing: Data/Images/001/profile/02.jpg; complete the folder" in problems
    assert "1 not readable: Data/Images/002/frontal/01.jpg" in problems
    assert "3,500 of each" in problems
    with pytest.raises(ManifestError, match=r"1 of 12 photographs are missing.*--check"):
        require_files(cfp(folder))
