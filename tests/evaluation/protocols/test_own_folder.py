"""One folder for each person: the stated rule for pairs, and who is enrolled."""

from collections.abc import Callable
from itertools import combinations
from pathlib import Path

import pytest

from enface.errors import ManifestError
from enface.evaluation.protocols import PairsProtocol, TemplatesProtocol, open_protocol, own_folder


@pytest.fixture
def folder(tmp_path: Path, picture: Callable[..., Path]) -> Path:
    for name in ("ann/1.jpg", "ann/2.png", "ann/holiday/3.jpg", "bo/1.jpg", "bo/2.jpg", "cy/1.jpg"):
        picture(tmp_path / name)
    picture(tmp_path / "loose.jpg")
    picture(tmp_path / ".trash" / "1.jpg")
    (tmp_path / "ann" / "notes.txt").write_text("not a picture")
    return tmp_path


PHOTOS = ["ann/1.jpg", "ann/2.png", "ann/holiday/3.jpg", "bo/1.jpg", "bo/2.jpg", "cy/1.jpg"]


def test_every_two_photographs_are_a_pair(folder: Path) -> None:
    protocol = open_protocol("folder_pairs", folder)
    assert isinstance(protocol, PairsProtocol)
    assert sorted((pair.first, pair.second) for pair in protocol.pairs) == list(combinations(PHOTOS, 2))
    for pair in protocol.pairs:
        assert pair.people == (pair.first.split("/")[0], pair.second.split("/")[0])


def test_of_too_many_pairs_some_are_taken_at_even_steps(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(own_folder, "MOST_PAIRS", 3)
    protocol = open_protocol("folder_pairs", folder)
    assert isinstance(protocol, PairsProtocol)
    # Of 4 same and 11 different pairs, the first, the middle and the last.
    assert [(pair.first, pair.second) for pair in protocol.pairs if pair.same] == [
        ("ann/1.jpg", "ann/2.png"),
        ("ann/2.png", "ann/holiday/3.jpg"),
        ("bo/1.jpg", "bo/2.jpg"),
    ]
    assert [(pair.first, pair.second) for pair in protocol.pairs if not pair.same] == [
        ("ann/1.jpg", "bo/1.jpg"),
        ("ann/2.png", "cy/1.jpg"),
        ("bo/2.jpg", "cy/1.jpg"),
    ]


def test_the_first_photograph_is_enrolled(folder: Path) -> None:
    protocol = open_protocol("folder_search", folder)
    assert isinstance(protocol, TemplatesProtocol)
    assert [t.name for t in protocol.gallery] == ["ann/1.jpg", "bo/1.jpg", "cy/1.jpg"]
    assert [(t.name, t.person) for t in protocol.probes] == [
        ("ann/2.png", "ann"),
        ("ann/holiday/3.jpg", "ann"),
        ("bo/2.jpg", "bo"),
    ]


def test_gallery_and_probe_folders(tmp_path: Path, picture: Callable[..., Path]) -> None:
    for name in (
        "gallery/ann/1.jpg",
        "gallery/ann/2.jpg",
        "gallery/bo/1.jpg",
        "probe/bo/9.jpg",
        "probe/di/1.jpg",
    ):
        picture(tmp_path / name)
    protocol = open_protocol("folder_search", tmp_path)
    assert isinstance(protocol, TemplatesProtocol)
    assert [(t.person, len(t.sightings)) for t in protocol.gallery] == [("ann", 2), ("bo", 1)]
    assert [t.name for t in protocol.mated] == ["probe/bo/9.jpg"]
    assert protocol.photos[0] == "gallery/ann/1.jpg"


@pytest.mark.parametrize(
    ("names", "protocol", "match"),
    [
        (("loose.jpg",), "folder_pairs", "no photographs in folders below"),
        (("ann/1.jpg", "ann/2.jpg"), "folder_pairs", "found 1 and 0"),
        (("ann/1.jpg", "bo/2.jpg"), "folder_pairs", "found 0 and 1"),
        (("ann/1.jpg", "ann/2.jpg"), "folder_search", "one person only, 'ann'"),
        (("ann/1.jpg", "bo/2.jpg"), "folder_search", "set of probes is empty"),
        (
            ("gallery/ann/1.jpg", "gallery/bo/1.jpg", "probe/cy/1.jpg"),
            "folder_search",
            "nobody on a probe is",
        ),
    ],
)
def test_folders_that_give_nothing(
    tmp_path: Path, names: tuple[str, ...], protocol: str, match: str, picture: Callable[..., Path]
) -> None:
    for name in names:
        picture(tmp_path / name)
    with pytest.raises(ManifestError, match=match):
        open_protocol(protocol, tmp_path)


def test_no_folder(tmp_path: Path) -> None:
    with pytest.raises(ManifestError, match="is not a folder"):
        open_protocol("folder_pairs", tmp_path / "none")
