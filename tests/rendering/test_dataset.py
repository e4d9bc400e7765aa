"""Plans and folders: what is taken, the manifest, resuming, and the command."""

import hashlib
import json
import os
import signal
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import BinaryIO

import numpy as np
import pytest

from enface.data.manifest import read_manifest
from enface.errors import ConfigError, WorkerError
from enface.rendering.asset import FaceAsset
from enface.rendering.asset.store import find_asset
from enface.rendering.dataset import plan as plans
from enface.rendering.dataset.card import Settings
from enface.rendering.dataset.photographer import PARTS, Photographer, part_path
from enface.rendering.dataset.plan import LEVEL_CAMERAS, PRESETS, draw_shot, plan_person, preset
from enface.rendering.dataset.rows import COLUMNS, read_rows
from enface.rendering.dataset.writer import render_dataset
from enface.rendering.errors import RenderingError
from enface.rendering.people.occluder import OCCLUDERS
from enface.rendering.studio import Studio


def _mini(folder: Path, **changes: object) -> Path:
    settings: dict = {"people": 2, "size": 32, "seed": 3, "samples": 1, "progress": False} | changes
    return render_dataset("mini", folder, **settings)


def _hashes(folder: Path) -> dict[str, str]:
    files = [*folder.glob("images/*"), folder / "manifest.csv"]
    return {file.name: hashlib.sha256(file.read_bytes()).hexdigest() for file in files}


def test_counts_of_the_presets() -> None:
    counts = {name: len(plan_person(recipe, seed=1, person=1)) for name, recipe in PRESETS.items()}
    assert counts == {
        "multipie-like": 300,
        "session-looks": 48,
        "covered-looks": 48,
        "mini": 8,
        "in-the-wild": 63,
    }
    for name, recipe in PRESETS.items():
        assert f"{counts[name]} pictures" in recipe.summary
        paths = [planned.path("001") for planned in plan_person(recipe, seed=1, person=1)]
        assert len(set(paths)) == len(paths)


def test_mini_spreads_cameras_over_people() -> None:
    recipe = PRESETS["mini"]
    assert [recipe.split(person, 200) for person in (150, 151)] == ["train", "test"]
    train = [p for n in range(1, 151) for p in plan_person(recipe, seed=1, person=n) if not p.gallery]
    cameras = Counter(planned.camera for planned in train)
    assert sorted(cameras) == sorted(LEVEL_CAMERAS) and max(cameras.values()) - min(cameras.values()) <= 1
    assert {planned.expression for planned in train} == {1, 2, 3, 4, 5, 6}
    test = plan_person(recipe, seed=1, person=151, split="test")
    assert [planned.session for planned in test if planned.gallery] == [1, 2]
    probes = [planned for planned in test if not planned.gallery]
    assert [planned.camera for planned in probes] == list(LEVEL_CAMERAS)
    assert {(planned.session, planned.expression) for planned in probes} == {(1, 1)}


def test_probes_never_repeat_the_gallery_picture() -> None:
    for person in range(30):
        for planned in plan_person(PRESETS["session-looks"], seed=1, person=person):
            same = (planned.camera, planned.illumination, planned.expression) == ("051", 7, 1)
            assert same == planned.gallery


def test_surroundings_do_not_depend_on_the_person_but_on_the_picture(asset: FaceAsset) -> None:
    planned = plan_person(PRESETS["in-the-wild"], seed=1, person=1)[1:3]
    first, second = (draw_shot(p, asset, seed=1, person=1, size=32).shot for p in planned)
    assert first.background is not None and not np.array_equal(first.background, second.background)
    assert first.clothes != second.clothes and first.camera != second.camera


def test_the_lights_of_one_camera_share_its_scene(asset: FaceAsset) -> None:
    planned = plan_person(PRESETS["multipie-like"], seed=1, person=1)
    one, same, other = (draw_shot(planned[k], asset, seed=1, person=1, size=32).shot for k in (1, 2, 30))
    assert one.clothes == same.clothes and one.camera == same.camera
    assert one.lighting != same.lighting and one.noise_seed != same.noise_seed
    assert one.clothes != other.clothes


def test_a_folder_reads_as_a_manifest(asset: FaceAsset, tmp_path: Path) -> None:
    path = _mini(tmp_path, truth=True)
    manifest = read_manifest(path)
    assert len(manifest) == 16
    assert {r.subject for r in manifest.records} == {"001", "002"}
    gallery = manifest.select(role="gallery")
    assert len(gallery) == 4 and all(r.yaw == 0 and r.points is not None for r in gallery.records)
    assert all(manifest.file(record).is_file() for record in manifest.records)
    assert {r.split for r in manifest.records} == {"train"}, "a quarter of two people is rounded to nobody"
    studio = Studio(asset, size=32, seed=3, samples=1)
    for record in manifest.records:
        identity, look = (
            studio.identity(int(record.subject)),
            studio.look(int(record.subject), int(record.session)),
        )
        assert record.age == pytest.approx(identity.age, abs=0.005)
        assert (record.sex == "female") == identity.female
        assert record.hair == look.style and record.covering and record.occluder
        assert record.makeup == (look.lipstick is not None or look.eye_shadow is not None)
    card = json.loads((tmp_path / "data-card.json").read_text())
    assert card["counts"] == {"complete": True, "pictures": 16, "people": 2}
    assert card["settings"]["seed"] == 3 and "ICT-FaceKit" in card["settings"]["asset"]
    with np.load(next(tmp_path.glob("truth/*.npz"))) as truth:
        assert truth["field"].shape == (32, 32, 2) and truth["landmarks"].shape == (68, 2)
    assert not list(tmp_path.rglob("*.part")) and not (tmp_path / ".people").exists()


def test_a_stopped_run_goes_on_to_the_same_bytes(
    asset: FaceAsset, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _mini(tmp_path / "whole")
    original = Photographer.photograph
    visited: list[int] = []

    def stop_at_second(self: Photographer, person: int) -> int:
        visited.append(person)
        if person == 2 and visited.count(2) == 1:
            raise KeyboardInterrupt
        return original(self, person)

    monkeypatch.setattr(Photographer, "photograph", stop_at_second)
    with pytest.raises(KeyboardInterrupt):
        _mini(tmp_path / "stopped")
    assert not (tmp_path / "stopped/manifest.csv").exists()
    (tmp_path / "stopped/images/.left.jpg.1.part").write_bytes(b"half a picture")
    _mini(tmp_path / "stopped")
    assert visited == [1, 2, 2], "the finished person is not rendered again"
    assert _hashes(tmp_path / "stopped") == _hashes(tmp_path / "whole")
    before = (tmp_path / "whole/manifest.csv").stat().st_mtime_ns
    _mini(tmp_path / "whole")
    assert (tmp_path / "whole/manifest.csv").stat().st_mtime_ns == before


@pytest.mark.slow
def test_workers_do_not_change_the_bytes(asset: FaceAsset, tmp_path: Path) -> None:
    _mini(tmp_path / "one")
    _mini(tmp_path / "two", workers=2)
    assert _hashes(tmp_path / "one") == _hashes(tmp_path / "two")


def test_other_settings_in_the_same_folder_are_refused(asset: FaceAsset, tmp_path: Path) -> None:
    _mini(tmp_path, people=1)
    with pytest.raises(RenderingError, match="begun with seed 3, not 4"):
        _mini(tmp_path, people=1, seed=4)


def test_a_folder_of_other_files_is_refused(asset: FaceAsset, tmp_path: Path) -> None:
    (tmp_path / "manifest.csv").write_text("path,subject\n")
    with pytest.raises(RenderingError, match="holds other files; choose an empty folder"):
        _mini(tmp_path, people=1)
    assert [file.name for file in tmp_path.iterdir()] == ["manifest.csv"]


def test_a_folder_that_was_only_just_begun_goes_on(
    asset: FaceAsset, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def stop_at_the_first_folder(folder: Path) -> None:
        if folder.name == "images":
            raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr("enface.rendering.dataset.writer.remove_leftovers", stop_at_the_first_folder)
        with pytest.raises(KeyboardInterrupt):
            _mini(tmp_path, people=1)
    assert (tmp_path / "images").is_dir()
    assert _mini(tmp_path, people=1).is_file()


@pytest.mark.parametrize(
    "wrong", [{"people": 0}, {"size": 8}, {"samples": 9}, {"quality": 100}, {"seed": -1}]
)
def test_impossible_values_are_named(wrong: dict[str, int], tmp_path: Path) -> None:
    with pytest.raises(RenderingError, match=f"{next(iter(wrong))} .* is outside"):
        _mini(tmp_path / "none", **wrong)
    assert not (tmp_path / "none").exists()


def test_a_full_disk_says_so_and_leaves_no_half_picture(
    asset: FaceAsset, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object, **__: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("PIL.Image.Image.save", full)
    with pytest.raises(RenderingError, match="No space left on device; free space"):
        _mini(tmp_path, people=1)
    assert not list((tmp_path / "images").iterdir()) and not (tmp_path / "manifest.csv").exists()


def _killed_at_the_second_person(asset: Path, output: Path, settings: Settings) -> Callable[[int], int]:
    photographer = Photographer(asset, output, settings)

    def photograph(person: int) -> int:
        if person == 2:
            os.kill(os.getpid(), signal.SIGKILL)
        return photographer.photograph(person)

    return photograph


@pytest.mark.slow
@pytest.mark.timeout(120)
def test_a_killed_worker_says_so_and_the_same_command_goes_on(
    asset: FaceAsset, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patched:
        patched.setattr("enface.rendering.dataset.writer._open", _killed_at_the_second_person)
        with pytest.raises(WorkerError, match=r"a worker was killed.*the same command"):
            _mini(tmp_path / "killed", workers=2)
    assert not (tmp_path / "killed/manifest.csv").exists()
    _mini(tmp_path / "killed")
    _mini(tmp_path / "whole")
    assert _hashes(tmp_path / "killed") == _hashes(tmp_path / "whole")


def test_a_full_disk_leaves_no_half_truth(
    asset: FaceAsset, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(stream: BinaryIO, **_: object) -> None:
        stream.write(b"half")
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("numpy.savez_compressed", full)
    with pytest.raises(RenderingError, match="No space left on device; free space"):
        _mini(tmp_path, people=1, truth=True)
    assert not list((tmp_path / "truth").iterdir()) and not (tmp_path / "manifest.csv").exists()


def test_unknown_presets_are_named() -> None:
    with pytest.raises(RenderingError, match="'maxi'; known: multipie-like"):
        preset("maxi")


def test_the_command_lists_and_asks_for_what_is_missing(capsys: pytest.CaptureFixture[str]) -> None:
    from enface.cli.render import Args, run

    assert run(Args(list=True)) == 0
    assert all(name in capsys.readouterr().out for name in ["in-the-wild"])
    with pytest.raises(ConfigError, match="--preset NAME and --output DIR"):
        run(Args(preset="mini"))


def test_expression_shares_are_a_distribution() -> None:
    assert sum(plans._EXPRESSION_SHARES) == pytest.approx(1.0)
    assert len(plans._EXPRESSION_SHARES) == len(plans.EXPRESSIONS)


def test_only_covered_looks_and_the_wild_hide_anything_and_in_the_stated_share(asset: FaceAsset) -> None:
    shares = {}
    for name, recipe in PRESETS.items():
        probes = [
            (person, planned)
            for person in range(1, 6)
            for planned in plan_person(recipe, seed=1, person=person)
            if not planned.gallery
        ][-225:]
        shots = [draw_shot(planned, asset, seed=1, person=n, size=16).shot for n, planned in probes]
        shares[name] = float(np.mean([shot.occluder is not None for shot in shots])), recipe.coverings
    assert all(shares[name] == (0.0, 0.0) for name in ("multipie-like", "session-looks", "mini"))
    assert 0.2 < shares["covered-looks"][0] < 0.4 and shares["covered-looks"][1] == 0.3
    assert 0.08 < shares["in-the-wild"][0] < 0.22 and shares["in-the-wild"][1] == 0.12


def test_coverings_and_occluders_are_told_by_the_manifest(tmp_path: Path, asset: FaceAsset) -> None:
    settings = Settings(
        preset="covered-looks",
        people=2,
        size=16,
        seed=3,
        samples=1,
        quality=60,
        truth=False,
        asset="test",
    )
    photographer = Photographer(find_asset(), tmp_path, settings)
    (tmp_path / "images").mkdir()
    (tmp_path / PARTS).mkdir()
    photographer.studio.coverings = 1.0
    photographer.photograph(1)
    rows = read_rows(part_path(tmp_path, 1))
    at = {name: number for number, name in enumerate(COLUMNS)}
    assert {row[at["covering"]] for row in rows} <= {"cap", "beanie", "hat", "headscarf"}
    told = {row[at["occluder"]] for row in rows}
    assert "none" in told and len(told) > 1 and told <= {"none", *OCCLUDERS}
    assert all(row[at["occluder"]] == "none" for row in rows if row[at["role"]] == "gallery")
