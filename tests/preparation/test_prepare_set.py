"""A source becomes a set; stopped, broken or changed, it becomes the same set."""

import csv
import json
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from enface.data.embedded import embedded_manifest
from enface.data.manifest import POINTS, read_manifest, write_manifest
from enface.data.records import FaceRecord, Manifest
from enface.errors import ConfigError, EnfaceError, FaceError, ImageError, ManifestError
from enface.faces.templates import DEFAULT_TEMPLATE, TEMPLATES
from enface.images import read_image
from enface.preparation import worker
from enface.preparation.ledger import Ledger
from enface.preparation.outcome import Outcome
from enface.preparation.plan import Roles
from enface.preparation.prepare import Prepared, prepare_set
from enface.preparation.worker import Crops

from .few_people import QUICK, TRAIN, contents, copy_people, snapshot

Prepare = Callable[..., Prepared]


def rows(path: Path) -> list[dict[str, str]]:
    with path.open(newline="", encoding="utf-8", errors="surrogateescape") as stream:
        return list(csv.DictReader(stream))


def test_crops_lie_on_the_template_and_the_manifest_says_where(
    prepare: Prepare, source: Path, tmp_path: Path
) -> None:
    before = snapshot(source)
    prepared = prepare()
    assert snapshot(source) == before, "the source is never changed"
    original = read_manifest(source / "manifest.csv")
    manifest = read_manifest(prepared.manifest)
    assert len(manifest) == len(original) == prepared.card["counts"]["ok"]
    template = TEMPLATES[DEFAULT_TEMPLATE]
    errors = []
    for record, given in zip(manifest.records, original.records, strict=True):
        assert (record.subject, record.split, record.role, record.yaw) == (
            given.subject,
            given.split,
            given.role,
            given.yaw,
        )
        assert record.path == f"crops/{given.path}"
        assert read_image(manifest.file(record)).shape == (64, 64, 3)
        assert record.points is not None
        expected = (template.turned(given.yaw or 0.0) + 0.5) * 64 / template.size - 0.5
        errors.append(np.linalg.norm(record.points - expected, axis=1).mean())
    assert np.mean(errors) < 1.5
    assert prepared.card["yaw by label and by landmarks"]["other side"] == 0
    assert prepared.card["yaw by label and by landmarks"]["same side"] > 10
    assert {row["status"] for row in rows(tmp_path / "out/report.csv")} == {"ok"}


class Killed(BaseException):
    """Nobody catches it."""


def kill_after(monkeypatch: pytest.MonkeyPatch, pictures: int) -> None:
    add, seen = Ledger.add, []

    def stop(self: Ledger, outcome: Outcome) -> None:
        if len(seen) == pictures:
            raise Killed
        seen.append(outcome)
        add(self, outcome)

    monkeypatch.setattr(Ledger, "add", stop)


def test_a_killed_run_goes_on_and_ends_with_the_same_bytes(
    prepare: Prepare, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = prepare(output=tmp_path / "whole")
    with monkeypatch.context() as patch:
        kill_after(patch, 5)
        with pytest.raises(Killed):
            prepare()
    ledger = tmp_path / "out/progress.jsonl"
    ledger.write_text(ledger.read_text()[:-40])  # a kill can leave half a line
    assert not (tmp_path / "out/manifest.csv").exists()
    again = prepare()
    assert again.done == whole.card["counts"]["pictures"] - 4
    assert contents(tmp_path / "out") == contents(tmp_path / "whole")
    assert prepare().done == 0
    assert contents(tmp_path / "out") == contents(tmp_path / "whole")


@pytest.mark.slow
def test_two_processes_killed_for_real(source: Path, tmp_path: Path, prepare: Prepare) -> None:
    prepare(output=tmp_path / "whole")
    out = tmp_path / "out"
    command = [sys.executable, "-m", "enface", "prepare", "rendered", "--from", str(source), "--to", str(out)]
    command += ["--size", "64", "--workers", "2", "--quiet"]
    process = subprocess.Popen(command, start_new_session=True)
    while process.poll() is None and len(list(out.glob("crops/**/*.jpg"))) < 3:
        time.sleep(0.01)
    os.killpg(process.pid, signal.SIGKILL)
    process.wait()
    assert subprocess.run(command, check=False).returncode == 0
    assert contents(out) == contents(tmp_path / "whole")


def test_only_what_changed_is_done_again(prepare: Prepare, source: Path, tmp_path: Path) -> None:
    first = prepare()
    manifest = read_manifest(first.manifest)
    picture = source / "images" / Path(manifest.records[0].path).name
    Image.fromarray(255 - read_image(picture)).save(picture)
    (tmp_path / "out" / manifest.records[1].path).unlink()
    assert prepare().done == 2
    assert prepare(crops=replace(QUICK, quality=90)).done == len(manifest)
    assert prepare(crops=replace(QUICK, quality=90), roles=Roles(split="test")).done == 0
    assert {record.split for record in read_manifest(first.manifest).records} == {"test"}


def test_other_settings_leave_no_manifest_until_all_crops_are_theirs(
    prepare: Prepare, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = replace(QUICK, size=48)
    prepare(output=tmp_path / "whole", crops=other)
    first = prepare()
    with pytest.raises(FaceError, match="unknown detector"):
        prepare(crops=replace(QUICK, detector="nobody"))
    assert first.manifest.exists(), "nothing was done anew"
    with monkeypatch.context() as patch:
        kill_after(patch, 3)
        with pytest.raises(Killed):
            prepare(crops=other)
    assert not first.manifest.exists()
    assert not (tmp_path / "out/data-card.json").exists()
    prepare(crops=other)
    assert contents(tmp_path / "out") == contents(tmp_path / "whole")


def test_a_set_that_lost_every_face_has_no_manifest(prepare: Prepare, source: Path, tmp_path: Path) -> None:
    manifest = source / "manifest.csv"
    spoil_landmarks(manifest, slice(1, 2))
    hopeless = manifest.read_text()
    with pytest.raises(FaceError, match="no face was found"):
        prepare()
    shutil.copyfile(copy_people(tmp_path / "others", TRAIN[1:]) / "manifest.csv", manifest)
    first = prepare()
    manifest.write_text(hopeless)  # nothing is left to be done
    with pytest.raises(FaceError, match="no face was found"):
        prepare()
    assert not first.manifest.exists()


def test_given_landmarks_count_by_their_values(prepare: Prepare, source: Path, tmp_path: Path) -> None:
    first = prepare()
    original = read_manifest(source / "manifest.csv")
    corrected = [replace(r, points=_shifted(r, 3.0 * (n < 2))) for n, r in enumerate(original.records)]
    write_manifest(Manifest(source, tuple(corrected)), source / "manifest.csv")
    before = read_image(tmp_path / "out" / read_manifest(first.manifest).records[0].path)
    assert prepare().done == 2
    after = read_image(tmp_path / "out" / read_manifest(first.manifest).records[0].path)
    assert (before != after).any()
    assert prepare().done == 0


def test_a_file_of_landmarks_counts_by_its_content(source: Path, tmp_path: Path) -> None:
    file = source / "landmarks.csv"
    shutil.copyfile(source / "manifest.csv", file)
    crops = Crops(detector="sidecar", options={"file": str(file)}, size=64)

    def done() -> int:
        return prepare_set("folder", source, tmp_path / "out", crops=crops).done

    records = read_manifest(file).records
    assert [done(), done()] == [len(records), 0]
    moved = tuple(replace(record, points=_shifted(record, 2.0)) for record in records)
    write_manifest(Manifest(source, moved), file)
    assert [done(), done()] == [len(records), 0]
    file.unlink()
    with pytest.raises(FaceError, match=r"landmarks\.csv cannot be read"):
        done()


def _shifted(record: FaceRecord, pixels: float) -> np.ndarray:
    assert record.points is not None
    return record.points + pixels


def test_a_picture_that_could_not_be_read_is_tried_again(
    prepare: Prepare, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def denied(file: Path) -> np.ndarray:
        raise ImageError(f"{file}: cannot be read (Permission denied)")

    prepare(output=tmp_path / "whole")
    with monkeypatch.context() as patch:
        real = worker.read_image
        patch.setattr(worker, "read_image", lambda f: (denied if "001_01_01_051" in f.name else real)(f))
        failed = prepare().failed
    assert failed > 0
    again = prepare()
    assert (again.done, again.failed) == (failed, 0)
    assert contents(tmp_path / "out") == contents(tmp_path / "whole")


FULL = "No space left on device; free space or choose another folder"


def full(*_: object, **__: object) -> None:
    raise OSError(28, "No space left on device")


@pytest.mark.parametrize("writer", ["ledger.Ledger._write", "tables._write", "prepare.write_manifest"])
def test_a_full_disk_is_told_and_the_same_command_goes_on(
    prepare: Prepare, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, writer: str
) -> None:
    with monkeypatch.context() as patch:
        patch.setattr(f"enface.preparation.{writer}", full)
        with pytest.raises(EnfaceError, match=FULL):
            prepare()
    assert ((tmp_path / "out/progress.jsonl").stat().st_size == 0) == writer.startswith("ledger")
    assert prepare().failed == 0


def test_bad_pictures_are_rows_of_the_report(prepare: Prepare, source: Path, tmp_path: Path) -> None:
    original = read_manifest(source / "manifest.csv")
    bad = [original.file(record) for record in original.records[:4]]
    bad[0].write_bytes(b"")
    bad[1].write_bytes(bad[1].read_bytes()[:700])
    bad[2].write_text("not a picture")
    bad[3].unlink()
    prepared = prepare()
    report = {row["path"]: row for row in rows(tmp_path / "out/report.csv")}
    failures = [report[f"images/{file.name}"] for file in bad]
    assert [row["status"] for row in failures] == ["unreadable"] * 4
    for row, words in zip(failures, ("empty", "truncated", "not an image", "no such file"), strict=True):
        assert words in row["detail"]
        assert str(source) not in row["detail"]
    assert prepared.failed == prepared.card["counts"]["unreadable"] == 4
    assert len(read_manifest(prepared.manifest)) == len(original) - 4


def spoil_landmarks(manifest: Path, kept: slice) -> None:
    """Lets the first picture's points coincide; of the file's lines below the header, `kept` ones stay."""
    text = manifest.read_text().splitlines()
    head, cells = text[0].split(","), text[1].split(",")
    for name in POINTS:
        cells[head.index(name)] = "5"
    lines = [text[0], ",".join(cells), *text[2:]]
    manifest.write_text("\n".join([lines[0], *lines[kept]]) + "\n")


def test_landmarks_that_cannot_be_aligned_cost_one_picture(
    prepare: Prepare, source: Path, tmp_path: Path
) -> None:
    spoil_landmarks(source / "manifest.csv", slice(1, None))
    prepared = prepare()
    assert prepared.failed == prepared.card["counts"]["not aligned"] == 1


def test_folders_that_cannot_be_used(prepare: Prepare, source: Path, tmp_path: Path) -> None:
    for output in (source, source / "out", source.parent):
        with pytest.raises(ConfigError, match="contain one another"):
            prepare(output=output)
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine/thesis.tex").touch()
    with pytest.raises(ConfigError, match="holds other files"):
        prepare(output=tmp_path / "mine")
    prepare()
    with pytest.raises(ConfigError, match=r"was begun as 'rendered' .* not as 'folder'"):
        prepare_set("folder", source, tmp_path / "out", crops=QUICK)
    with pytest.raises(ConfigError, match="did you mean 'multipie'"):
        prepare_set("multi-pie", source, tmp_path / "out2", crops=QUICK)
    with pytest.raises(ConfigError, match="no finished set"):
        prepare(against=[source])


def test_roles_by_yaw_make_a_frontal_set(prepare: Prepare) -> None:
    manifest = read_manifest(prepare(roles=Roles(frontal_yaw=12.0)).manifest)
    yaw_of = {
        role: [abs(r.yaw or 0) for r in manifest.select(role=role).records] for role in ("gallery", "probe")
    }
    assert yaw_of["gallery"] and max(yaw_of["gallery"]) <= 15
    assert min(yaw_of["probe"]) >= 0 and max(yaw_of["probe"]) == 90
    assert np.median(yaw_of["probe"]) >= 45
    with pytest.raises(ConfigError, match=r"outside 0\.\.90"):
        prepare(roles=Roles(frontal_yaw=120.0))
    with pytest.raises(ConfigError, match="leave out --split"):
        prepare(roles=Roles(protocol="log_setting1", split="train"))


@pytest.mark.parametrize("protocol", ["log_setting1", "paper_setting1"])
def test_a_protocol_decides_what_is_prepared(tmp_path: Path, protocol: str) -> None:
    people = (*(f"{n:03d}" for n in range(1, 40)), *(f"{n:03d}" for n in range(151, 156)))
    folder = copy_people(tmp_path / "people", people)
    out = tmp_path / "out"
    prepared = prepare_set("rendered", folder, out, crops=QUICK, roles=Roles(protocol=protocol))
    manifest = read_manifest(prepared.manifest)
    counts = prepared.card["protocol"]
    assert counts["prepared"]["gallery"] == 5
    assert counts["in the source"]["train"] == counts["prepared"]["train"]
    assert {r.subject for r in manifest.select(split="test").records} == set(people[-5:])
    assert len((out / "lists/train.csv").read_text().splitlines()) == counts["in the source"]["train"]
    cameras = {record.camera for record in manifest.records}
    assert ("110" in cameras) == (protocol == "paper_setting1")


def test_multipie_in_the_flat_layout(tmp_path: Path) -> None:
    flat = tmp_path / "session01_align"
    flat.mkdir()
    cameras = ("080", "130", "140", "051", "050", "041", "190")
    for person in ("099", "101"):
        for camera in cameras:
            for light in ("00", "07"):
                picture = np.full((32, 32, 3), int(camera) % 251, dtype=np.uint8)
                picture[: int(light) + 4, : int(person) % 30] = 255
                Image.fromarray(picture).save(flat / f"{person}_01_01_{camera}_{light}.png")
    (flat / "101_01_01_190_00.png").unlink()
    (flat / "099_01_01_041_07.png").write_bytes(b"broken")
    (flat / "notes 1.png").touch()
    crops = Crops(detector="aligned", size=32)
    prepared = prepare_set(
        "multipie", flat, tmp_path / "out", crops=crops, roles=Roles(protocol="log_setting1")
    )
    assert prepared.card["source findings"] == {"missing light": 1, "wrong name": 1}
    assert prepared.card["protocol"]["in the source"] == {"train": 14, "test": 13, "gallery": 1, "probes": 5}
    assert prepared.card["protocol"]["prepared"] == {"train": 13, "gallery": 1, "probes": 5}
    assert [row["problem"] for row in rows(tmp_path / "out/source.csv")] == ["wrong name", "missing light"]
    manifest = read_manifest(prepared.manifest)
    assert {record.camera for record in manifest.select(role="gallery").records} == {"051"}


def test_names_that_differ_in_the_suffix_stay_apart(tmp_path: Path) -> None:
    folder = tmp_path / "photos/ann"
    folder.mkdir(parents=True)
    for place, name in enumerate(("a.png", "a.jpg", "A.bmp")):
        Image.fromarray(np.full((40, 40, 3), 80 * place, dtype=np.uint8)).save(folder / name)
    crops = Crops(detector="aligned", size=32)
    prepared = prepare_set("folder", tmp_path / "photos", tmp_path / "out", crops=crops)
    paths = [record.path for record in read_manifest(prepared.manifest).records]
    assert paths == ["crops/ann/A.jpg", "crops/ann/a_jpg.jpg", "crops/ann/a_png.jpg"]


def test_names_that_no_manifest_holds_cost_one_picture_each(tmp_path: Path) -> None:
    folder = tmp_path / "photos/ann"
    folder.mkdir(parents=True)
    names = ("2024-01-01 12:30:05.jpg", "a\\b.jpg", os.fsdecode(b"\xff.jpg"), "c.gif")
    for name in names:
        Image.new("RGB", (40, 40)).save(folder / name)
    Image.new("RGB", (40, 40)).save(tmp_path / "photos" / names[0])
    crops = Crops(detector="aligned", size=32)
    prepared = prepare_set("folder", tmp_path / "photos", tmp_path / "out", crops=crops)
    assert prepared.failed == 0
    assert [record.path for record in read_manifest(prepared.manifest).records] == [
        "crops/2024-01-01 12:30:05.jpg",
        "crops/ann/2024-01-01 12:30:05.jpg",
        "crops/ann/c.jpg",
    ]
    findings = {row["path"]: row for row in rows(tmp_path / "out/source.csv")}
    assert {row["problem"] for row in findings.values()} == {"unusable name"}
    assert "backslash" in findings["ann/a\\b.jpg"]["detail"]
    assert "Unicode" in findings[os.fsdecode(b"ann/\xff.jpg")]["detail"]


def test_a_set_without_any_face_is_an_error(tmp_path: Path) -> None:
    folder = tmp_path / "photos/ann"
    folder.mkdir(parents=True)
    Image.fromarray(np.zeros((30, 50, 3), dtype=np.uint8)).save(folder / "a.png")
    crops = Crops(detector="aligned", size=32)
    with pytest.raises(
        FaceError, match=r"no face was found in any of the 1 pictures; .*report\.csv says why"
    ):
        prepare_set("folder", tmp_path / "photos", tmp_path / "out", crops=crops)
    assert "must be square" in (tmp_path / "out/report.csv").read_text()
    with pytest.raises(ManifestError, match="not a folder"):
        prepare_set("folder", tmp_path / "nowhere", tmp_path / "out3", crops=crops)


@pytest.mark.slow
def test_workers_change_nothing(prepare: Prepare, tmp_path: Path) -> None:
    prepare(output=tmp_path / "one")
    prepare(output=tmp_path / "two", workers=2)
    assert contents(tmp_path / "one") == contents(tmp_path / "two")


def test_people_and_pictures_of_another_set(tmp_path: Path, prepare: Prepare) -> None:
    first = prepare(output=tmp_path / "first")
    # The same people under other spellings; one of them with the very same picture, in the other split.
    whole = embedded_manifest()
    for name, person in (("Jose Núñez", "001"), ("0815", "002")):
        (tmp_path / "photos" / name).mkdir(parents=True)
        record = whole.select(subjects=[person]).records[0]
        (tmp_path / "photos" / name / "x.jpg").write_bytes(whole.file(record).read_bytes())
    manifest = first.manifest.read_text().replace(f",{TRAIN[0]},", ",jose_nunez,")
    first.manifest.write_text(manifest)
    crops = Crops(detector="aligned", size=32)
    second = prepare_set(
        "folder",
        tmp_path / "photos",
        tmp_path / "second",
        crops=crops,
        roles=Roles(split="test"),
        against=[tmp_path / "first"],
    )
    assert second.card["people of other sets"] == {"shared": 1, "across splits": 1}
    (shared,) = rows(tmp_path / "second/overlap.csv")
    assert (shared["subject"], shared["other_subject"]) == ("Jose Núñez", "jose_nunez")
    doubles = rows(tmp_path / "second/duplicates.csv")
    assert [(d["kind"], d["across_splits"], d["second_set"]) for d in doubles] == [
        ("exact", "1", str(tmp_path / "first"))
    ] * 2
    assert json.loads((tmp_path / "second/data-card.json").read_text()) == second.card
