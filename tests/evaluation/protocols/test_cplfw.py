"""CPLFW: one picture a line, two lines a pair, ten groups in the order of the file."""

from collections.abc import Callable
from pathlib import Path

import pytest

from enface.errors import ManifestError
from enface.evaluation.protocols import PairsProtocol, inspect, open_protocol

SAME = ["Ann_Lee_1.jpg 1", "Ann_Lee_2.jpg 1"]
OTHER = ["Ann_Lee_1.jpg 0", "Bo_Ek_3.jpg 0"]


@pytest.fixture
def folder(tmp_path: Path, picture: Callable[..., Path], lines: Callable[..., Path]) -> Path:
    for name in ("Ann_Lee_1", "Ann_Lee_2", "Bo_Ek_3"):
        picture(tmp_path / "aligned images" / f"{name}.jpg")
    lines(tmp_path / "pairs_CPLFW.txt", (SAME + OTHER) * 10)
    return tmp_path


def cplfw(folder: Path) -> PairsProtocol:
    protocol = open_protocol("cplfw", folder)
    assert isinstance(protocol, PairsProtocol)
    return protocol


def test_two_lines_are_a_pair(folder: Path) -> None:
    protocol = cplfw(folder)
    assert protocol.root == folder / "aligned images"
    assert [pair.same for pair in protocol.pairs] == [True, False] * 10
    assert protocol.pairs[1].people == ("Ann_Lee", "Bo_Ek")
    assert [pair.fold for pair in protocol.pairs] == [fold for fold in range(10) for _ in range(2)]
    (problem,) = inspect(protocol).problems
    assert "which has 3,000 of each" in problem


@pytest.mark.parametrize(
    ("rows", "match"),
    [
        (SAME + OTHER[:1], "3 lines are not pairs"),
        (["Ann_Lee_1.jpg"], "line 1: expected PICTURE and 0 or 1"),
        (["Ann_Lee_1.jpg 2", "Ann_Lee_2.jpg 2"], "line 1: expected PICTURE and 0 or 1"),
        ([SAME[0], "Ann_Lee_2.jpg 0"], "labels 1 and 0 of Ann_Lee_1.jpg and Ann_Lee_2.jpg contradict"),
        (["Ann_Lee_1.jpg 1", "Bo_Ek_3.jpg 1"], "contradict"),
        (["../Ann_Lee_1.jpg 1", "Ann_Lee_2.jpg 1"], "does not stay inside"),
        (SAME, "found 1 and 0"),
    ],
)
def test_broken_files(folder: Path, rows: list[str], match: str, lines: Callable[..., Path]) -> None:
    lines(folder / "pairs_CPLFW.txt", rows)
    with pytest.raises(ManifestError, match=match):
        cplfw(folder)
