"""Multi-PIE trees of both layouts, made of one-byte files, whole and broken."""

from collections.abc import Iterable
from pathlib import Path

import pytest

from enface.data.multipie import ViewName, missing_views, parse_name, read_multipie
from enface.errors import ManifestError
from enface.faces.multipie import CAMERAS


def flat(folder: Path, names: Iterable[str]) -> Path:
    """Empty pictures; their content is not looked at."""
    folder.mkdir(parents=True, exist_ok=True)
    for name in names:
        (folder / name).touch()
    return folder


def raw(folder: Path, name: str, *, place: str | None = None) -> Path:
    """One empty picture where the owner's delivery has it, or in another `SSS/ee/cc_c`."""
    subject, session, expression, camera, _ = Path(name).stem.split("_")
    place = place or f"{subject}/{expression}/{camera[:2]}_{camera[2]}"
    path = folder / f"data/session{session}/multiview/{place}/{name}"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.touch()
    return path


def test_a_name_holds_everything() -> None:
    assert parse_name("001_01_02_051_07") == ViewName("001", "01", "02", "051", "07")
    assert str(parse_name("001_01_02_051_07")) == "001_01_02_051_07"
    for other in ("001_01_02_051", "1_01_02_051_07", "001_01_02_051_07_crop", "001_01_free_0003"):
        assert parse_name(other) is None


def test_the_same_records_from_both_layouts(tmp_path: Path) -> None:
    names = ["001_01_01_051_07.png", "001_01_01_110_00.png", "002_03_02_191_19.png"]
    for name in names:
        raw(tmp_path / "raw", name)
    raw_records = read_multipie(tmp_path / "raw").manifest.records
    flat_records = read_multipie(flat(tmp_path / "flat", names)).manifest.records
    for records in (raw_records, flat_records):
        frontal, profile, raised = records
        assert (frontal.subject, frontal.session, frontal.role, frontal.yaw) == ("001", "01", "gallery", 0)
        assert (profile.camera, profile.illumination, profile.yaw, profile.role) == (
            "110",
            "00",
            -90,
            "probe",
        )
        assert (raised.expression, raised.session, raised.yaw, raised.pitch) == ("02", "03", 45, 30)
    assert raw_records[0].path == "data/session01/multiview/001/01/05_1/001_01_01_051_07.png"
    assert flat_records[0].path == "001_01_01_051_07.png"


def test_each_thing_that_is_wrong_is_listed(tmp_path: Path) -> None:
    good = "001_01_01_051_07.png"
    raw(tmp_path, good)
    raw(tmp_path, "001_01_01_050_07.png", place="001/01/13_0")
    raw(tmp_path, "002_01_01_051_07.png").rename(
        raw(tmp_path, "002_01_01_050_07.png").with_name("002_01_01_051_7.png")
    )
    flat(tmp_path / "again", ["001_01_01_051_07.jpg", "001_01_01_999_07.png", "001_01_01_051_20.png"])
    flat(tmp_path / "session02_align", ["001_01_01_041_07.png"])
    flat(tmp_path / "data/session01/highres", ["001_01_01.png"])
    (tmp_path / "readme.txt").touch()
    (tmp_path / ".hidden.png").touch()
    found = read_multipie(tmp_path)
    assert found.problems() == {
        "duplicate": 1,
        "unknown camera": 1,
        "unknown light": 1,
        "wrong folder": 2,
        "wrong name": 1,
        "missing camera": 2,
    }
    by_problem = {finding.problem: finding for finding in found.findings}
    assert by_problem["duplicate"].path.endswith(f"multiview/001/01/05_1/{good}")
    assert by_problem["duplicate"].detail == "again/001_01_01_051_07.jpg is taken"
    assert by_problem["wrong name"].path.endswith("002_01_01_051_7.png")
    assert {f.detail for f in found.findings if f.problem == "wrong folder"} == {
        "the folder says 001/01/13_0",
        "the folder says session02_align",
    }
    missing = [finding.path for finding in found.findings if finding.problem == "missing camera"]
    assert missing == ["002_01_01_041_*", "002_01_01_051_*"]


def test_missing_lights_are_those_that_others_have() -> None:
    views = [
        ViewName(person, "01", "01", camera, light)
        for person in ("001", "002")
        for camera in ("051", "050")
        for light in ("00", "07", "13")
        if (person, camera, light) not in {("002", "050", "07"), ("002", "050", "13")}
    ]
    (finding,) = missing_views(views)
    assert (finding.path, finding.problem) == ("002_01_01_050_*", "missing light")
    assert finding.detail == "lights 07, 13"


def test_another_session_or_recording_is_no_yardstick() -> None:
    views = [ViewName("001", "01", "01", "051", "07"), ViewName("001", "01", "02", "050", "07")]
    views += [ViewName("001", "02", "01", camera, "07") for camera in CAMERAS]
    assert missing_views(views) == []


def test_nothing_to_read(tmp_path: Path) -> None:
    with pytest.raises(ManifestError, match="is not a folder"):
        read_multipie(tmp_path / "nowhere")
    flat(tmp_path / "photos", ["holiday.jpg", "other.png"])
    with pytest.raises(ManifestError, match=r"names must be as in 001_01_01_051_07\.png; 2 other pictures"):
        read_multipie(tmp_path / "photos")
