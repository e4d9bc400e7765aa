"""The lists' counts on whole trees, and what happens where pictures are missing."""

import os
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from enface.data.embedded import embedded_manifest
from enface.data.manifest import read_manifest, write_manifest
from enface.data.multipie import read_multipie
from enface.data.pairing import make_pairs
from enface.data.records import FaceRecord, Manifest
from enface.data.studio_lists import Counts, Shots, StudioProtocol, make_lists, write_list
from enface.data.studio_protocols import (
    LITERATURE_SETTING2,
    LOG_SESSION01,
    LOG_SETTING1,
    PAPER_SETTING1,
    STUDIO_PROTOCOLS,
    studio_protocol,
)
from enface.errors import ConfigError, ManifestError
from enface.evaluation.protocols import make_protocol
from enface.faces.multipie import CAMERAS, LIGHTS

SESSION1 = tuple(f"{person:03d}" for person in range(1, 251) if person != 213)
"""The 249 people of session 1."""
MOST_LINKS = 30_000
"""Hard links to one file; file systems allow 32,000 or more."""


def studio_tree(
    folder: Path,
    place: Callable[[str, str, str], str],
    *,
    cameras: tuple[str, ...],
    expressions: tuple[str, ...],
) -> Path:
    """Session 1 as hard links to one-byte files; `place` says in which folder a picture lies."""
    folder.mkdir()
    links, made = 0, set()
    for person in SESSION1:
        for expression in expressions:
            for camera in cameras:
                target = f"{folder}/{place(person, expression, camera)}"
                if target not in made:
                    os.makedirs(target)  # noqa: PTH103 (300,000 paths)
                    made.add(target)
                for light in LIGHTS:
                    if links % MOST_LINKS == 0:
                        seed = folder / f".byte{links}"
                        seed.write_bytes(b"x")
                    links += 1
                    os.link(seed, f"{target}/{person}_01_{expression}_{camera}_{light}.jpg")
    return folder


@pytest.fixture(scope="module")
def seven_cameras(tmp_path_factory: pytest.TempPathFactory) -> Manifest:
    """The flat layout of the log, with the cameras of Setting1."""
    folder = studio_tree(
        tmp_path_factory.mktemp("multipie") / "flat",
        lambda *_: "session01_align",
        cameras=LOG_SETTING1.shots.cameras,
        expressions=("01",),
    )
    found = read_multipie(folder)
    assert found.findings == ()
    return found.manifest


def records(
    people: range, session: str = "01", cameras: tuple[str, ...] = tuple(CAMERAS)
) -> list[FaceRecord]:
    """Neutral pictures of everybody, without files."""
    return [
        FaceRecord(
            path=f"{person:03d}_{session}_01_{camera}_{light}.png",
            subject=f"{person:03d}",
            session=session,
            expression="01",
            camera=camera,
            illumination=light,
        )
        for person in people
        for camera in cameras
        for light in LIGHTS
    ]


def test_setting1_of_the_log(seven_cameras: Manifest) -> None:
    lists = make_lists(LOG_SETTING1, seven_cameras)
    assert lists.counts == LOG_SETTING1.published == Counts(14_000, 20_860, 149, 16_986)
    assert lists.findings == ()
    assert {row.truth.path for row in lists.train} <= {
        f"session01_align/{p}_01_01_051_07.jpg" for p in SESSION1
    }
    assert all(row.truth.subject == row.profile.subject for row in lists.train + lists.test)
    assert {record.camera for record in lists.probes} == {"080", "130", "140", "050", "041", "190"}
    assert "07" not in {record.illumination for record in lists.probes}
    assert not {r.profile.subject for r in lists.train} & {r.profile.subject for r in lists.test}
    manifest = lists.manifest()
    assert len(manifest.select(split="train", role="gallery")) == 100
    assert len(manifest.select(split="train", role="probe")) == 13_900
    assert len(manifest.select(split="test")) == 149 + 16_986


def test_lists_are_written_as_the_log_has_them(seven_cameras: Manifest, tmp_path: Path) -> None:
    lists = make_lists(LOG_SETTING1, seven_cameras)
    write_list(lists.train, tmp_path / "train.csv")
    lines = (tmp_path / "train.csv").read_text().splitlines()
    assert len(lines) == 14_000
    assert lines[0] == "session01_align/001_01_01_080_00.jpg,session01_align/001_01_01_051_07.jpg"
    assert lines[2_000].startswith("session01_align/001_01_01_130_00.jpg,"), "cameras are the outermost order"


@pytest.mark.slow
def test_session01_and_the_papers_setting_on_the_raw_layout(tmp_path: Path) -> None:
    folder = studio_tree(
        tmp_path / "raw",
        lambda person, expression, camera: (
            f"data/session01/multiview/{person}/{expression}/{camera[:2]}_{camera[2]}"
        ),
        cameras=tuple(CAMERAS),
        expressions=("01", "02"),
    )
    found = read_multipie(folder)
    assert found.findings == ()
    lists = make_lists(LOG_SESSION01, found.manifest)
    assert (len(lists.train), len(lists.test)) == (120_000, 29_400)
    assert len(lists.gallery) == 49
    smile = next(row for row in lists.test if row.profile.expression == "02")
    assert smile.truth.expression == "02"
    lists = make_lists(PAPER_SETTING1, found.manifest)
    # The paper says 100 people and 24,000 probes; person 213 does not exist.
    assert lists.counts == Counts(train=39_000, test=25_740, gallery=99, probes=23_760)
    manifest = lists.manifest()
    assert len(manifest.select(split="train", role="gallery")) == 3_000
    assert len(manifest.select(split="train", role="probe")) == 36_000


@pytest.mark.slow
def test_setting2_of_the_literature() -> None:
    # 921 people and sessions of 337 people; who comes when is made up, the sums are those of DA-GAN's loader.
    train = {"01": 200, "02": 140, "03": 140, "04": 141}
    test = {"01": (201, 249), "02": (250, 337), "03": (201, 280), "04": (255, 337)}
    cameras = LITERATURE_SETTING2.shots.cameras
    pictures = []
    for session, (first, last) in test.items():
        pictures += records(range(1, train[session] + 1), session, cameras)
        pictures += records(range(first, last + 1), session, cameras)
    lists = make_lists(LITERATURE_SETTING2, Manifest(Path(), tuple(pictures)))
    assert lists.counts == replace(LITERATURE_SETTING2.published, test=300 * 13 * 20)
    sessions = {record.subject: record.session for record in lists.gallery}
    assert (sessions["201"], sessions["250"]) == ("01", "02"), "enrolled in the first session that has them"


def test_a_rendered_set_takes_the_same_protocols() -> None:
    rendered = embedded_manifest()
    lists = make_lists(PAPER_SETTING1, rendered)
    assert lists.counts.gallery == 50
    assert {record.subject for record in lists.gallery} == {f"{n:03d}" for n in range(151, 201)}
    assert all(record.yaw != 0 for record in lists.probes)
    manifest = lists.manifest()
    assert manifest.root == rendered.root
    protocol = make_protocol("rendered", manifest)
    assert protocol.gallery and len(protocol.probes) == len(lists.probes)
    assert len(make_pairs(manifest, "paired")) == len(manifest.select(split="train", role="probe"))


@pytest.mark.parametrize("protocol", STUDIO_PROTOCOLS.values(), ids=STUDIO_PROTOCOLS)
def test_training_compares_each_input_with_the_truth_of_the_list(protocol: StudioProtocol) -> None:
    pictures = [
        replace(record, path=f"{expression}/{record.path}", expression=expression)
        for expression in protocol.shots.expressions
        for person in (1, protocol.test.first)
        for session in protocol.sessions
        for record in records(range(person, person + 1), session)
    ]
    lists = make_lists(protocol, Manifest(Path(), tuple(pictures)))
    manifest = lists.manifest()
    pairs = make_pairs(manifest, "paired")
    assert pairs.truths is not None
    truth_of = {row.profile.path: row.truth.path for row in lists.train}
    inputs = [manifest.records[i].path for i in pairs.probes]
    assert [manifest.records[i].path for i in pairs.truths] == [truth_of[path] for path in inputs]
    assert len(inputs) + len(pairs.frontals) == len(truth_of)
    assert {manifest.records[i].expression for i in pairs.frontals} == set(protocol.shots.expressions)


def test_a_whole_rendered_set_of_250_has_one_person_more() -> None:
    pictures = records(range(1, 251), cameras=LOG_SETTING1.shots.cameras)
    counts = make_lists(LOG_SETTING1, Manifest(Path(), tuple(pictures))).counts
    assert counts == Counts(14_000, 150 * 7 * 20, 150, 150 * 6 * 19)


def test_missing_pictures_are_listed_and_missing_cameras_refused() -> None:
    pictures = records(range(99, 104), cameras=LOG_SETTING1.shots.cameras)
    lacking = {"099_01_01_051_07.png", "103_01_01_051_07.png", "102_01_01_080_00.png"}
    some = Manifest(Path(), tuple(r for r in pictures if r.path not in lacking))
    lists = make_lists(LOG_SETTING1, some)
    assert lists.counts == Counts(train=140, test=2 * 140 - 1, gallery=2, probes=2 * 114 - 1)
    problems = {(f.problem, f.path[:3]) for f in lists.findings}
    assert problems == {("no ground truth", "099"), ("no ground truth", "103"), ("not enrolled", "103")}
    none = Manifest(Path("/set"), tuple(r for r in pictures if r.camera not in ("140", "041")))
    with pytest.raises(ManifestError, match=r"log_setting1: /set has no picture of camera 140, 041"):
        make_lists(LOG_SETTING1, none)
    for people, action in ((range(1, 5), "enrol"), (range(101, 105), "train on")):
        with pytest.raises(ManifestError, match=f"has nobody to {action}"):
            make_lists(
                LOG_SETTING1, Manifest(Path(), tuple(records(people, cameras=LOG_SETTING1.shots.cameras)))
            )


def test_the_manifest_survives_writing(tmp_path: Path) -> None:
    pictures = records(range(99, 103), cameras=LOG_SETTING1.shots.cameras)
    manifest = make_lists(LOG_SETTING1, Manifest(tmp_path, tuple(pictures))).manifest()
    write_manifest(manifest, tmp_path / "manifest.csv")
    again = read_manifest(tmp_path / "manifest.csv")
    key = [(r.path, r.split, r.role, r.camera, r.illumination) for r in again.records]
    assert key == [(r.path, r.split, r.role, r.camera, r.illumination) for r in manifest.records]


def test_protocols_are_values() -> None:
    narrow = replace(LOG_SETTING1, name="mine", shots=Shots(("080", "051"), lights=("00", "07")))
    pictures = records(range(1, 103), cameras=LOG_SETTING1.shots.cameras)
    assert len(make_lists(narrow, Manifest(Path(), tuple(pictures))).train) == 100 * narrow.shots.per_person
    for name, protocol in STUDIO_PROTOCOLS.items():
        people = protocol.train.last - protocol.train.first + 1
        assert studio_protocol(name) is protocol
        if protocol.sessions == ("01",):
            assert people * protocol.shots.per_person == protocol.published.train
    with pytest.raises(ConfigError, match="did you mean 'log_setting1'"):
        studio_protocol("log_seting1")
