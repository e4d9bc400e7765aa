"""LFW View 2 in the layout of the official pairs.txt: ten folds of same and then different pairs."""

from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest

from enface.errors import ManifestError
from enface.evaluation.protocols import FacePair, inspect, open_protocol, require_files

FOLDS, EACH = 10, 3


@pytest.fixture
def folder(tmp_path: Path, picture: Callable[..., Path], lines: Callable[..., Path]) -> Path:
    """Three people in each fold; no two folds share a person."""
    rows = []
    for fold in range(FOLDS):
        names = [f"P{fold}_{number}" for number in range(EACH)]
        for name in names:
            for number in (1, 2):
                picture(tmp_path / "lfw" / name / f"{name}_{number:04}.jpg", size=(250, 250))
        rows += [f"{name}\t1\t2" for name in names]
        rows += [f"{a}\t1\t{b}\t2" for a, b in zip(names, names[1:] + names[:1], strict=True)]
    lines(tmp_path / "pairs.txt", [f"{FOLDS}\t{EACH}", *rows])
    return tmp_path


def test_ten_folds(folder: Path) -> None:
    protocol = open_protocol("lfw_view2", folder)
    assert protocol.root == folder / "lfw"  # type: ignore[union-attr]
    kinds = Counter((pair.fold, pair.same) for pair in protocol.pairs)  # type: ignore[union-attr]
    assert kinds == {(fold, same): EACH for fold in range(FOLDS) for same in (True, False)}
    assert protocol.pairs[3] == FacePair(  # type: ignore[union-attr]
        "P0_0/P0_0_0001.jpg", "P0_1/P0_1_0002.jpg", ("P0_0", "P0_1"), 0
    )
    owners: dict[str, set[int | None]] = {}
    for pair in protocol.pairs:  # type: ignore[union-attr]
        for person in pair.people:
            owners.setdefault(person, set()).add(pair.fold)
    assert {len(folds) for folds in owners.values()} == {1}
    require_files(protocol)


def test_a_short_file_is_refused(folder: Path) -> None:
    text = (folder / "pairs.txt").read_text().splitlines()
    (folder / "pairs.txt").write_text("\n".join(text[:-1]))
    with pytest.raises(ManifestError, match="announces 60 pairs, there are 59"):
        open_protocol("lfw_view2", folder)


def test_check_tells_that_this_is_not_all_of_lfw(folder: Path) -> None:
    found = inspect(open_protocol("lfw_view2", folder))
    assert found.facts == (
        "pairs: 30 same and 30 different in 10 folds, 30 people",
        "photographs: 60 of 60 can be read; 1 sizes, the commonest 250 x 250",
    )
    (problem,) = found.problems
    assert "30 same and 30 different pairs are not the published protocol, which has 3,000 of each" in problem
