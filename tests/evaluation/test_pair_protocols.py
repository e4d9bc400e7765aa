"""Pair files of LFW and CSV files of pairs, on folders of empty files."""

from pathlib import Path

import pytest

from enface.errors import ManifestError
from enface.evaluation.protocols import PAIR_PROTOCOLS, FacePair, require_files

SAME = "Ann_Lee\t1\t2\n"
OTHER = "Ann_Lee\t2\tBo_Ek\t13\n"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name in ("Ann_Lee/Ann_Lee_0001.jpg", "Ann_Lee/Ann_Lee_0002.jpg", "Bo_Ek/Bo_Ek_0013.jpg"):
        (tmp_path / "images" / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "images" / name).write_bytes(name.encode())
    (tmp_path / "pairsDevTest.txt").write_text("1\n" + SAME + OTHER)
    (tmp_path / "pairs.txt").write_text("2\t1\n" + SAME + OTHER + SAME + OTHER)
    (tmp_path / "pairs.csv").write_text(
        "first,second,same\n"
        "images/Ann_Lee/Ann_Lee_0001.jpg,images/Ann_Lee/Ann_Lee_0002.jpg,1\n"
        "images/Ann_Lee/Ann_Lee_0001.jpg,images/Bo_Ek/Bo_Ek_0013.jpg,0\n"
    )
    return tmp_path


def test_lfw_view1(folder: Path) -> None:
    protocol = PAIR_PROTOCOLS["lfw_view1"](folder)
    assert protocol.root == folder / "images"
    assert protocol.face == "central"
    assert not protocol.folded
    assert protocol.pairs == (
        FacePair("Ann_Lee/Ann_Lee_0001.jpg", "Ann_Lee/Ann_Lee_0002.jpg", ("Ann_Lee", "Ann_Lee")),
        FacePair("Ann_Lee/Ann_Lee_0002.jpg", "Bo_Ek/Bo_Ek_0013.jpg", ("Ann_Lee", "Bo_Ek")),
    )
    assert [pair.same for pair in protocol.pairs] == [True, False]
    assert len(protocol.photos) == 3


def test_lfw_view2_has_folds(folder: Path) -> None:
    protocol = PAIR_PROTOCOLS["lfw_view2"](folder)
    assert protocol.folded
    assert [(pair.same, pair.fold) for pair in protocol.pairs] == [
        (True, 0),
        (False, 0),
        (True, 1),
        (False, 1),
    ]


def test_people_of_a_csv_follow_from_the_same_pairs(folder: Path) -> None:
    protocol = PAIR_PROTOCOLS["pairs"](folder / "pairs.csv")
    same, other = protocol.pairs
    assert same.people[0] == same.people[1] == other.people[0] != other.people[1]
    assert protocol.face == "largest"


def test_fingerprint_follows_pairs_and_bytes(folder: Path) -> None:
    one, two = PAIR_PROTOCOLS["lfw_view1"](folder), PAIR_PROTOCOLS["lfw_view2"](folder)
    before = one.fingerprint()
    assert before == PAIR_PROTOCOLS["lfw_view1"](folder).fingerprint() != two.fingerprint()
    (folder / "images" / "Bo_Ek" / "Bo_Ek_0013.jpg").write_bytes(b"another")
    assert one.fingerprint() != before


@pytest.mark.parametrize(
    ("text", "match"),
    [
        ("", "line 1"),
        ("many\n" + SAME + OTHER, "line 1"),
        ("2\t1\n" + SAME + OTHER, "line 1"),
        ("2\n" + SAME + OTHER, "announces 4 pairs, there are 2"),
        ("1\n" + SAME + "Ann_Lee\tone\tBo_Ek\t1\n", "pair 2: expected NAME"),
        ("1\n" + SAME + "Ann_Lee\n", "pair 2: expected NAME"),
        ("1\n" + SAME + SAME, "pairs of different people; found 2 and 0"),
    ],
)
def test_broken_lfw(folder: Path, text: str, match: str) -> None:
    (folder / "pairsDevTest.txt").write_text(text)
    with pytest.raises(ManifestError, match=match):
        PAIR_PROTOCOLS["lfw_view1"](folder)


def test_missing_photographs_end_it_before_it_starts(folder: Path) -> None:
    (folder / "pairsDevTest.txt").write_text("1\n" + SAME + "Ann_Lee\t1\tBo_Ek\t7\n")
    with pytest.raises(ManifestError, match=r"1 of 3 photographs are missing.*Bo_Ek_0007"):
        require_files(PAIR_PROTOCOLS["lfw_view1"](folder))


def test_no_pair_file(folder: Path) -> None:
    with pytest.raises(ManifestError, match=r"pairs\.txt cannot be read"):
        PAIR_PROTOCOLS["lfw_view2"](folder / "images")


A, B, C = (
    f"images/{n}" for n in ("Ann_Lee/Ann_Lee_0001.jpg", "Ann_Lee/Ann_Lee_0002.jpg", "Bo_Ek/Bo_Ek_0013.jpg")
)


@pytest.mark.parametrize(
    ("text", "match"),
    [
        ("first,second\n", "lacks the column.s. same"),
        (f"first,second,same\n{A},{B},yes\n", "row 2: same is 'yes'"),
        (f"first,second,same\n{A},,1\n", "row 2: .*does not stay inside"),
        (f"first,second,same\n{A},../x.jpg,1\n", "row 2: .*does not stay inside"),
        (f"first,second,same,fold\n{A},{B},1,x\n", "row 2: fold is 'x'"),
        (f"first,second,same,fold\n{A},{B},1,1\n{A},{C},0,\n", "some have none"),
        (f"first,second,same\n{A},{B},1\n{A},{C},0\n{B},{A},1\n", "row 4: .* are the pair of row 2"),
        (f"first,second,same\n{A},{C},0\n{A},{B},1\n{A},{C},1\n", "row 4: .* are the pair of row 2"),
        (f"first,second,same\n{A},{A},1\n{A},{C},0\n", "row 2: .*paired with itself"),
        (f"first,second,same\n{A},{B},1\n{B},{C},1\n{A},{C},0\n", "row 4: .*make them one person"),
        ("first,second,same\n", "found 0 and 0"),
    ],
)
def test_broken_csv(folder: Path, text: str, match: str) -> None:
    (folder / "pairs.csv").write_text(text)
    with pytest.raises(ManifestError, match=match):
        PAIR_PROTOCOLS["pairs"](folder / "pairs.csv")
