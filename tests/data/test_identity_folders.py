"""CASIA-WebFace and LFW by their folders."""

from pathlib import Path

import pytest

from enface.data.identity_folders import CASIA, LFW, read_identity_folders
from enface.errors import ManifestError


def touch(folder: Path, *paths: str) -> Path:
    for path in paths:
        file = folder / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.touch()
    return folder


def test_lfw_names_are_people_at_any_depth(tmp_path: Path) -> None:
    touch(
        tmp_path,
        "lfw/Aaron_Peirsol/Aaron_Peirsol_0003.jpg",
        "lfw/A_J_Cook/A_J_Cook_0001.jpg",
        "lfw/A_J_Cook/Aaron_Peirsol_0001.jpg",
        "lfw/A_J_Cook/A_J_Cook_1.jpg",
        "lfw/pairsDevTest.txt",
    )
    found = read_identity_folders(tmp_path, LFW)
    assert [(r.path, r.subject, r.split) for r in found.manifest.records] == [
        ("lfw/A_J_Cook/A_J_Cook_0001.jpg", "A_J_Cook", "test"),
        ("lfw/Aaron_Peirsol/Aaron_Peirsol_0003.jpg", "Aaron_Peirsol", "test"),
    ]
    assert sorted(f.path for f in found.findings) == [
        "lfw/A_J_Cook/A_J_Cook_1.jpg",
        "lfw/A_J_Cook/Aaron_Peirsol_0001.jpg",
    ]
    assert found.problems() == {"wrong name": 2}


def test_casia_folders_are_seven_digits(tmp_path: Path) -> None:
    touch(tmp_path, "0000045/001.jpg", "0000045/002.jpg", "0000045/002.png", "0000099/001.jpg", "names/x.jpg")
    found = read_identity_folders(tmp_path, CASIA)
    assert [(r.path, r.subject, r.split) for r in found.manifest.records] == [
        ("0000045/001.jpg", "0000045", "train"),
        ("0000045/002.jpg", "0000045", "train"),
        ("0000099/001.jpg", "0000099", "train"),
    ]
    assert {(f.path, f.problem) for f in found.findings} == {
        ("0000045/002.png", "duplicate"),
        ("names/x.jpg", "wrong name"),
    }


@pytest.mark.parametrize("naming", [CASIA, LFW])
def test_the_other_sets_names_are_refused(tmp_path: Path, naming: object) -> None:
    touch(tmp_path, "Aaron_Peirsol/001.jpg", "0000045/x.jpg")
    with pytest.raises(ManifestError, match=r"expected paths as .*; 2 other pictures"):
        read_identity_folders(tmp_path, naming)  # type: ignore[arg-type]
