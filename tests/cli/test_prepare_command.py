"""`enface prepare` from the command line: exit codes, what it prints, what it refuses."""

import csv
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from enface.cli.main import main
from enface.cli.prepare import summary
from enface.data.manifest import read_manifest
from enface.faces.templates import DEFAULT_TEMPLATE, get_template
from enface.preparation.worker import Crops


@pytest.fixture
def squares(tmp_path: Path) -> Path:
    """Two people of LFW's naming, squares of noise."""
    generator = np.random.default_rng(0)
    for name in ("Ann_Example", "Bob_Example"):
        for number in (1, 2):
            path = tmp_path / f"lfw/{name}/{name}_{number:04d}.jpg"
            path.parent.mkdir(parents=True, exist_ok=True)
            Image.fromarray(generator.integers(0, 256, (40, 40, 3), dtype=np.uint8)).save(path)
    return tmp_path / "lfw"


def prepare(source: str, folder: Path, output: Path, *more: str) -> int:
    return main(["prepare", source, "--from", str(folder), "--to", str(output), "--quiet", *more])


def test_all_went_well(squares: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = tmp_path / "out"
    assert prepare("lfw", squares, out, "--detector", "aligned", "--size", "32") == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[0] == "4 pictures (4 worked on now): 4 ok"
    assert lines[1] == "2 people; 4 test probe"
    assert lines[-1] == str(out / "manifest.csv")
    assert len(read_manifest(out / "manifest.csv")) == 4
    assert prepare("lfw", squares, out, "--detector", "aligned", "--size", "32", "--split", "train") == 0
    assert "(0 worked on now)" in capsys.readouterr().out
    assert {record.split for record in read_manifest(out / "manifest.csv").records} == {"train"}


def test_a_failure_is_exit_code_1_and_a_row(
    squares: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (squares / "Ann_Example/Ann_Example_0001.jpg").write_bytes(b"")
    (squares / "Ann_Example/me.jpg").touch()
    assert prepare("lfw", squares, tmp_path / "out", "--detector", "aligned", "--size", "32") == 1
    out = capsys.readouterr().out
    assert "3 ok, 1 unreadable" in out and "in the source: 1 wrong name" in out
    with (tmp_path / "out/report.csv").open(newline="") as stream:
        bad = [row for row in csv.DictReader(stream) if row["status"] != "ok"]
    assert [(row["path"], row["detail"]) for row in bad] == [
        ("Ann_Example/Ann_Example_0001.jpg", "the file is empty")
    ]


@pytest.mark.parametrize(
    ("arguments", "code", "match"),
    [
        (("--size", "8"), 2, "--size is 8; allowed: 32 to 2048"),
        (("--workers", "0"), 2, "--workers is 0"),
        (("--detector", "sidecar"), 2, "--detector sidecar needs --landmarks"),
        (("--detector", "aligned", "--landmarks", "x.csv"), 2, "--detector aligned takes no --landmarks"),
        (("--detector", "manifest"), 2, "lfw brings no landmarks"),
        (("--detector", "aligned", "--protocol", "setting1"), 2, "unknown protocol 'setting1'"),
        (("--detector", "aligned", "--protocol", "log_setting1"), 1, "has no picture of camera"),
        (("--detector", "aligned", "--protocol", "log_setting1", "--split", "test"), 2, "leave out --split"),
        (("--detector", "aligned", "--against", "/nowhere"), 2, "no finished set"),
    ],
)
def test_unusable_arguments_end_with_a_sentence(
    squares: Path,
    arguments: tuple[str, ...],
    code: int,
    match: str,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert prepare("lfw", squares, tmp_path / "out", *arguments) == code
    assert match in capsys.readouterr().err


def test_the_wrong_layout_names_the_right_one(
    squares: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for source, example in (("multipie", "001_01_01_051_07.png"), ("casia", "0000045/001.jpg")):
        assert prepare(source, squares, tmp_path / "out", "--detector", "aligned") == 1
        assert example in capsys.readouterr().err


def test_faces_that_look_to_the_other_side_are_mentioned() -> None:
    card = {
        "counts": {"pictures": 2, "people": 1, "ok": 2, "several faces": 0, "by split and role": {}},
        "duplicates": {"exact": 0, "near": 0, "across people": 0, "across splits": 0},
        "people of other sets": {"shared": 0, "across splits": 0},
        "source findings": {},
        "protocol": None,
        "yaw by label and by landmarks": {"same side": 3, "other side": 40},
    }
    assert "look to the other side than their camera's label" in summary(card, done=0)
    card["yaw by label and by landmarks"] = {"same side": 40, "other side": 3}
    assert "other side" not in summary(card, done=0)


def test_photographs_with_nothing_fetched(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """The package's own finder and landmark network."""
    from skimage.data import astronaut

    monkeypatch.setenv("ENFACE_HOME", str(tmp_path / "home"))
    monkeypatch.delenv("ENFACE_MIRROR", raising=False)
    folder = tmp_path / "photos/eileen"
    folder.mkdir(parents=True)
    Image.fromarray(astronaut()).save(folder / "one.png")
    out = tmp_path / "out"
    assert prepare("folder", tmp_path / "photos", out) == 0
    assert "the package's own finder" in capsys.readouterr().err
    (record,) = read_manifest(out / "manifest.csv").records
    assert record.points is not None and abs(record.yaw or 0.0) < 25
    template = get_template(DEFAULT_TEMPLATE).points
    assert np.abs(record.points[:2] - template[:2]).max() < 12
    assert prepare("folder", tmp_path / "photos", out) == 0
    assert "(0 worked on now)" in capsys.readouterr().out
    # Crops by other landmarks are other crops.
    assert Crops(detector="finder").settings != Crops(detector="finder", network=False).settings


@pytest.mark.resources
def test_photographs_with_the_detector(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    from skimage.data import astronaut

    from enface.resources import present

    if not present("yunet"):
        pytest.skip("the face detector is not here; `enface fetch yunet` brings it")
    folder = tmp_path / "photos/eileen"
    folder.mkdir(parents=True)
    photo = Image.fromarray(astronaut())
    photo.save(folder / "one.png")
    photo.save(folder / "again.jpg", quality=80)
    two = Image.new("RGB", (1024, 512))
    two.paste(photo, (0, 0))
    two.paste(photo.resize((256, 256)), (640, 100))
    two.save(folder / "two.png")
    Image.new("RGB", (200, 300), (90, 90, 90)).save(folder / "wall.png")
    assert prepare("folder", tmp_path / "photos", tmp_path / "out", "--frontal-yaw", "20") == 1
    printed = capsys.readouterr().out
    assert "3 ok, 1 no face" in printed and "1 pictures with several faces" in printed
    assert "duplicates: 0 exact, 1 near" in printed
    manifest = read_manifest(tmp_path / "out/manifest.csv")
    assert {record.role for record in manifest.records} == {"gallery"}
    one, two_faces = (
        next(r for r in manifest.records if r.path.endswith(f"{name}.jpg")) for name in ("one", "two")
    )
    assert one.points is not None and two_faces.points is not None
    # The largest face is taken, so both crops show it in the same place.
    assert np.abs(one.points - two_faces.points).max() < 6
