"""`enface faces`: exit codes and messages."""

from pathlib import Path

import pytest

from enface.cli.main import main
from enface.data.embedded import embedded_manifest
from enface.images import read_image, write_image
from enface.inference.face_rows import FACES, FaceRow
from enface.inference.landmark_file import LANDMARK_FILE, read_landmarks
from enface.inference.table import read_table

from .conftest import kill_once_there


@pytest.fixture
def command(tmp_path: Path) -> list[str]:
    from skimage.data import astronaut

    write_image(tmp_path / "astronaut.png", astronaut())
    return ["faces", str(tmp_path / "astronaut.png"), "--output", str(tmp_path / "out"), "--quiet"]


def test_the_own_finder_and_a_second_run(
    command: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ENFACE_HOME", str(tmp_path / "home"))
    assert main(command) == 0
    printed = capsys.readouterr()
    assert "enface faces: faces are found by the package's own finder" in printed.err
    assert printed.out.splitlines() == ["1 faces, 0 failures", str(tmp_path / "out" / FACES)]
    assert main([*command, "--detector", "finder"]) == 0
    printed = capsys.readouterr()
    assert printed.err == "" and "1 pictures were finished already" in printed.out
    assert main([*command, "--detector", "yunet"]) == 2
    assert "enface fetch yunet" in capsys.readouterr().err


def test_the_detectors_own_points(
    command: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    manifest = embedded_manifest().select(split="test", role="gallery")
    command[1] = str(manifest.file(manifest.records[0]))
    rows = []
    for options in ([], ["--detector-points", "--no-pictures", "--largest"]):
        assert main([*command, "--detector", "finder", *options]) == 0
        assert "finished already" not in capsys.readouterr().out
        (found,) = read_table(tmp_path / "out" / FACES, kind=FaceRow, verb="faces").values()
        rows.append(found[0])
    assert rows[0].nose_x != rows[1].nose_x
    assert rows[0].picture and not rows[1].picture


def test_some_failed(command: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    verb, photo, *options = command
    assert main([verb, photo, "none.png", *options, "--detector", "finder"]) == 1
    printed = capsys.readouterr()
    assert "none.png: no such file" in printed.err
    assert printed.out.startswith("1 faces, 1 failures\n")


def test_progress_bar(command: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    command.remove("--quiet")
    assert main([*command, "--detector", "finder"]) == 0
    assert "1/1" in capsys.readouterr().err


def test_unusable_arguments(command: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["faces", "--output", str(tmp_path / "out")]) == 2
    assert "no inputs" in capsys.readouterr().err
    (tmp_path / "out").write_text("in the way")
    assert main([*command, "--detector", "finder"]) == 2
    assert "cannot be used as a folder" in capsys.readouterr().err


@pytest.mark.slow
def test_a_killed_run_leaves_no_half_files_and_the_next_goes_on(command: list[str], tmp_path: Path) -> None:
    photo = read_image(tmp_path / "astronaut.png")[40:240, 120:320]
    (tmp_path / "photos").mkdir()
    for number in range(60):
        write_image(tmp_path / f"photos/{number:02}.png", photo)
    out = tmp_path / "out"
    arguments = ["faces", str(tmp_path / "photos"), *command[2:], "--detector", "finder"]
    kill_once_there(out / FACES, arguments)

    for path in out.glob("*.jpg"):
        read_image(path)
    before = read_table(out / FACES, kind=FaceRow, verb="faces")
    assert 0 < len(before) < 60 and len(read_landmarks(out / LANDMARK_FILE)) >= len(before)
    newest = max((out / rows[0].picture).stat().st_mtime_ns for rows in before.values())
    assert main(arguments) == 0
    assert len(read_table(out / FACES, kind=FaceRow, verb="faces")) == 60
    assert len(read_landmarks(out / LANDMARK_FILE)) == len(list(out.glob("*.jpg"))) == 60
    kept = max((out / rows[0].picture).stat().st_mtime_ns for rows in before.values())
    assert kept == newest, "finished pictures are not done again"
    assert not list(out.glob(".*")), "what the killed process was writing is gone"
