"""What the folders of all rendered sets share: only what is missing is rendered, here or in processes."""

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from enface.rendering.set_folder import render_missing

PICTURES = 3


def opened(folder: Path, opens: Path) -> Callable[[int], int]:
    """Notes the process that opens it; renders a number into a file that says which process did it."""
    (opens / str(os.getpid())).touch(exist_ok=False)

    def render(number: int) -> int:
        (folder / str(number)).write_text(str(os.getpid()))
        return PICTURES

    return render


@pytest.fixture
def folders(tmp_path: Path) -> tuple[Path, Path]:
    """Of the set, and of one file for each process that opened the tool."""
    for name in ("set", "opens"):
        (tmp_path / name).mkdir()
    return tmp_path / "set", tmp_path / "opens"


def render(folders: tuple[Path, Path], *, workers: int, progress: bool = False) -> list[str]:
    """Renders numbers 1 to 4; returns what was compiled."""
    compiled: list[str] = []
    render_missing(
        opened,
        folders,
        {number: folders[0] / str(number) for number in range(1, 5)},
        unit="person",
        compiles=lambda: compiled.append("here"),
        workers=workers,
        label="render mini",
        progress=progress,
    )
    return compiled


def test_what_is_there_is_kept_and_the_rest_rendered_here(
    folders: tuple[Path, Path], capsys: pytest.CaptureFixture[str]
) -> None:
    (folders[0] / "2").write_text("kept")
    assert render(folders, workers=1, progress=True) == []
    here = str(os.getpid())
    assert [(folders[0] / str(n)).read_text() for n in range(1, 5)] == [here, "kept", here, here]
    bar = capsys.readouterr().err
    assert "render mini" in bar and "1/4" in bar and "4/4" in bar and "3 pictures each" in bar


def test_a_finished_set_opens_and_compiles_nothing(folders: tuple[Path, Path]) -> None:
    for number in range(1, 5):
        (folders[0] / str(number)).write_text("kept")
    assert render(folders, workers=2) == []
    assert not list(folders[1].iterdir())


def test_one_missing_number_is_rendered_here(folders: tuple[Path, Path]) -> None:
    for number in (1, 2, 3):
        (folders[0] / str(number)).write_text("kept")
    assert render(folders, workers=2) == []
    assert (folders[0] / "4").read_text() == str(os.getpid())


def test_processes_render_after_the_kernels_were_compiled_here(folders: tuple[Path, Path]) -> None:
    assert render(folders, workers=2) == ["here"]
    others = {(folders[0] / str(number)).read_text() for number in range(1, 5)}
    assert str(os.getpid()) not in others
    assert others <= {path.name for path in folders[1].iterdir()}
