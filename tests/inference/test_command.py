"""`enface frontalize`: exit codes, messages, and going on after a kill."""

import csv
from pathlib import Path
from typing import Any

import pytest

from enface.cli.main import main
from enface.faces.detectors.sidecar import COLUMNS
from enface.images import read_image, read_mark, write_image
from enface.inference.report import REPORT
from enface.models import finder, landmarker

from .conftest import TEMPLATE, MakePhoto, kill_once_there, read_report


@pytest.fixture
def command(model_folder: Path, tmp_path: Path) -> list[str]:
    return ["frontalize", "--model", str(model_folder), "--output", str(tmp_path / "out"), "--quiet"]


def test_all_good(command: list[str], make_photo: MakePhoto, capsys: pytest.CaptureFixture[str]) -> None:
    photo = make_photo("a.png")
    assert main([*command, str(photo), "--detector", "aligned", "--paste", "--largest"]) == 0
    out = photo.parents[1] / "out"
    lines = capsys.readouterr().out.splitlines()
    assert lines == ["1 faces, 0 failures", str(out / REPORT)]
    assert read_mark(out / "a-pasted.png") is not None
    ((row,),) = read_report(out / REPORT).values()
    assert row.detector == "aligned" and 0 <= float(row.quality) < 0.3  # noise


def test_some_failed(command: list[str], make_photo: MakePhoto, capsys: pytest.CaptureFixture[str]) -> None:
    photo = make_photo("a.png")
    assert main([*command, str(photo), "none.png", "--detector", "aligned"]) == 1
    printed = capsys.readouterr()
    assert "none.png: no such file" in printed.err
    assert printed.out.startswith("1 faces, 1 failures\n")


def test_progress_bar(command: list[str], make_photo: MakePhoto, capsys: pytest.CaptureFixture[str]) -> None:
    command.remove("--quiet")
    assert main([*command, str(make_photo("a.png")), "--detector", "aligned"]) == 0
    assert "1/1" in capsys.readouterr().err


def test_aligned_outputs_can_be_inputs(command: list[str], make_photo: MakePhoto, tmp_path: Path) -> None:
    main([*command, str(make_photo("a.png")), "--detector", "aligned"])
    aligned = tmp_path / "out/a-1-aligned.png"
    assert main([*command, str(aligned), "--detector", "aligned", "--frame", "crop"]) == 0
    again = read_image(tmp_path / "out/a-1-aligned-1-aligned.png").astype(int)
    assert abs(again - read_image(aligned)).mean() < 1


def test_landmarks_from_a_file(command: list[str], make_photo: MakePhoto, tmp_path: Path) -> None:
    photo = make_photo("a.png", side=250)
    with (tmp_path / "landmarks.csv").open("w", newline="") as stream:
        writer = csv.writer(stream)
        writer.writerow(["path", *COLUMNS])
        writer.writerow(["photos/a.png", *TEMPLATE.turned(20).ravel()])
    assert main([*command, str(photo), "--landmarks", str(tmp_path / "landmarks.csv")]) == 0
    (row,) = read_report(tmp_path / "out" / REPORT)[str(photo)]
    assert float(row.yaw) == pytest.approx(20, abs=0.5)
    other = make_photo("b.png")
    assert main([*command, str(other), "--landmarks", str(tmp_path / "landmarks.csv")]) == 1


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ([], "no inputs"),
        (["a.png", "--largest", "--all-faces"], "exclude each other"),
        (["a.png", "--batch-size", "0"], "--batch-size 0"),
        (["a.png", "--detector", "sidecar"], "needs --landmarks"),
        (["a.png", "--detector", "aligned", "--landmarks", "x.csv"], "takes no --landmarks"),
        (["a.png", "--landmarks", "none.csv"], "No such file"),
        (["a.png", "--detector", "aligned", "--device", "abacus"], "abacus"),
    ],
)
def test_unusable_arguments(
    command: list[str], arguments: list[str], message: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main([*command, *arguments]) == 2
    assert message in capsys.readouterr().err


def test_unusable_model_and_output(
    command: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    photo = str(tmp_path / "a.png")
    assert main([*command, photo, "--detector", "aligned", "--model", str(tmp_path / "none")]) == 2
    assert "no model" in capsys.readouterr().err
    (tmp_path / "out").write_text("in the way")
    assert main([*command, photo, "--detector", "aligned"]) == 2
    assert "cannot be used as a folder" in capsys.readouterr().err
    monkeypatch.setenv("ENFACE_HOME", str(tmp_path / "home"))
    assert main([*command, photo, "--detector", "yunet"]) == 2
    assert "enface fetch yunet" in capsys.readouterr().err


def test_without_any_download_the_own_finder_finds_faces(
    command: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    from skimage.data import astronaut

    monkeypatch.setenv("ENFACE_HOME", str(tmp_path / "home"))
    write_image(tmp_path / "astronaut.png", astronaut())
    assert main([*command, str(tmp_path / "astronaut.png")]) == 0
    printed = capsys.readouterr()
    assert "own finder" in printed.err and "enface fetch yunet" in printed.err
    assert printed.out.startswith("1 faces, 0 failures")
    assert main([*command, str(tmp_path / "astronaut.png"), "--detector", "finder"]) == 0
    printed = capsys.readouterr()
    assert "own finder" not in printed.err
    assert "1 pictures were finished already" in printed.out


def test_each_network_is_loaded_once(
    command: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The detector, its label in the report, and the quality of the faces ask for the same ones."""
    from skimage.data import astronaut

    loaded, fill_from = [], finder.fill_from

    def counted(folder: Path, *args: Any, **options: Any) -> None:
        loaded.append(folder.name)
        fill_from(folder, *args, **options)

    monkeypatch.setattr(finder, "fill_from", counted)
    monkeypatch.setattr(landmarker, "fill_from", counted)
    landmarker.shipped_landmarker.cache_clear()
    write_image(tmp_path / "astronaut.png", astronaut())
    assert main([*command, str(tmp_path / "astronaut.png"), "--detector", "finder"]) == 0
    ((row,),) = read_report(tmp_path / "out" / REPORT).values()
    assert float(row.quality) > 0.9
    assert sorted(loaded) == sorted([finder.FINDER, landmarker.LANDMARKS])


@pytest.mark.slow
def test_a_killed_run_leaves_no_half_files_and_the_next_goes_on(
    command: list[str], make_photo: MakePhoto, tmp_path: Path
) -> None:
    photos = tmp_path / "photos"
    for number in range(150):
        make_photo(f"{number:03}.png", side=300)
    out = tmp_path / "out"
    arguments = [*command, str(photos), "--detector", "aligned", "--batch-size", "1", "--paste"]
    kill_once_there(out / REPORT, arguments)

    for path in out.glob("*.png"):
        read_image(path)
    before = read_report(out / REPORT)
    assert 0 < len(before) < 150
    newest = max((out / row[0].frontal).stat().st_mtime_ns for row in before.values())
    assert main(arguments) == 0
    assert len(read_report(out / REPORT)) == 150
    assert len(list(out.glob("*-frontal.png"))) == 150
    kept = max((out / row[0].frontal).stat().st_mtime_ns for row in before.values())
    assert kept == newest, "finished pictures are not done again"
    assert not list(out.glob(".*")), "what the killed process was writing is gone"
