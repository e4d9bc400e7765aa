"""Settings of Multi-PIE on a small flat folder: who is enrolled, who is shown, what the truth is."""

from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest

from enface.data.manifest import write_manifest
from enface.data.multipie import read_multipie
from enface.errors import ManifestError
from enface.evaluation.protocols import Protocol, inspect, open_protocol
from enface.faces.multipie import CAMERAS

LEVEL = [camera for camera, (_, pitch) in CAMERAS.items() if pitch == 0]
TEST, TRAIN = ("201", "202", "203"), ("001", "002")
ONE_SESSION = ["multipie_log_setting1", "multipie_log_session01", "multipie_paper_setting1"]
NAMES = [*ONE_SESSION, "multipie_literature_setting2"]


@pytest.fixture
def folder(tmp_path: Path, picture: Callable[..., Path]) -> Path:
    """Five people, all cameras, lights 01 and 07, neutral and smile in session 1; one look in session 2."""
    content = picture(tmp_path / "202_02_01_051_07.png").read_bytes()
    for person in (*TRAIN, *TEST):
        for expression in ("01", "02"):
            for camera in CAMERAS:
                for light in ("01", "07"):
                    (tmp_path / f"{person}_01_{expression}_{camera}_{light}.png").write_bytes(content)
    for camera in LEVEL:
        (tmp_path / f"202_02_01_{camera}_07.png").write_bytes(content)
    return tmp_path


def read(folder: Path, name: str) -> Protocol:
    protocol = open_protocol(name, folder)
    assert isinstance(protocol, Protocol)
    return protocol


@pytest.mark.parametrize("name", NAMES)
def test_one_frontal_neutral_picture_of_each_test_person_is_enrolled(folder: Path, name: str) -> None:
    protocol = read(folder, name)
    assert [record.path for record in protocol.gallery] == [f"{name}_01_01_051_07.png" for name in TEST]
    for probe in protocol.probes:
        assert probe.truth is not None
        record, truth = probe.record, probe.truth
        assert (truth.subject, truth.session, truth.expression) == (
            record.subject,
            record.session,
            record.expression,
        )
        assert (truth.camera, truth.illumination) == ("051", "07")
        assert probe.yaw == CAMERAS[record.camera][0]
        assert CAMERAS[record.camera][1] == 0
    assert {record.subject for record in protocol.train_frontals} == set(TRAIN)


@pytest.mark.parametrize(
    ("name", "cameras", "each"),
    [
        # 6 cameras under the lights other than 07.
        ("multipie_log_setting1", LEVEL[3:10], 3),
        # Neutral and smile under both lights.
        ("multipie_log_session01", LEVEL, 12),
        ("multipie_paper_setting1", LEVEL, 6),
        ("multipie_literature_setting2", LEVEL, 7),
    ],
)
def test_probes_by_camera(folder: Path, name: str, cameras: list[str], each: int) -> None:
    counts = Counter(probe.yaw for probe in read(folder, name).probes)
    expected = {CAMERAS[camera][0]: each for camera in cameras if camera != "051"}
    assert {yaw: count for yaw, count in counts.items() if yaw != 0} == expected
    # From the front only the list that keeps that camera has probes, but for the enrolled pictures.
    assert counts[0] == (9 if name == "multipie_log_session01" else 0)


def test_a_manifest_serves_as_well(folder: Path) -> None:
    write_manifest(read_multipie(folder).manifest, folder / "manifest.csv")
    name = "multipie_paper_setting1"
    from_manifest = read(folder / "manifest.csv", name)
    (folder / "manifest.csv").unlink()
    direct = read(folder, name)
    assert [p.record.path for p in from_manifest.probes] == [p.record.path for p in direct.probes]


def test_check_holds_it_against_the_published_counts(folder: Path) -> None:
    problems = inspect(read(folder, "multipie_log_setting1")).problems
    assert "probes: 18 pictures, the published list has 16,986" in problems
    assert "gallery: 3 pictures, the published list has 149" in problems
    (folder / "201_01_01_051_07.png").unlink()
    problems = inspect(read(folder, "multipie_log_setting1")).problems
    assert "missing light: 1" in problems
    # 7 cameras under 2 lights without the picture itself; 6 cameras under light 01 would have been probes.
    assert "no ground truth: 13 pictures left out" in problems
    assert "not enrolled: 6 pictures left out" in problems


def test_the_delivered_pictures_are_not_aligned(folder: Path, picture: Callable[..., Path]) -> None:
    content = picture(folder / "201_01_01_051_07.png", size=(64, 48)).read_bytes()
    for file in folder.iterdir():
        file.write_bytes(content)
    problems = " ".join(inspect(read(folder, "multipie_paper_setting1")).problems)
    assert "64 x 48, without landmarks it must be square" in problems


def test_cameras_that_are_missing(folder: Path) -> None:
    for file in folder.glob("*_240_*"):
        file.unlink()
    with pytest.raises(ManifestError, match="no picture of camera 240"):
        read(folder, "multipie_paper_setting1")
