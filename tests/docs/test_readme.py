"""The README's commands run as written, on the smallest preset."""

import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest
from PIL import Image

ROOT = Path(__file__).parents[2]
README = (ROOT / "README.md").read_text()


def blocks(language: str, heading: str) -> list[str]:
    """Fenced blocks of a language below a heading."""
    section = README.split(f"\n## {heading}\n")[1].split("\n## ")[0]
    return re.findall(rf"```{language}\n(.*?)```", section, flags=re.DOTALL)


def use_commands() -> list[list[str]]:
    """The command lines of "Use", without comments, with the preset that takes seconds."""
    lines = blocks("bash", "Use")[0].replace("small_rendered --output", "smoke --output").splitlines()
    return [shlex.split(line, comments=True) for line in lines if line.strip()]


def photograph(folder: Path) -> None:
    """The public-domain photograph that scikit-image carries."""
    from skimage.data import astronaut

    folder.mkdir()
    Image.fromarray(astronaut()).save(folder / "astronaut.png")
    Image.fromarray(astronaut()).save(folder.parent / "photo.jpg")


def test_the_two_commands_are_targets_of_the_makefile() -> None:
    makefile = (ROOT / "Makefile").read_text()
    commands = [shlex.split(line, comments=True) for line in blocks("bash", "Two commands")[0].splitlines()]
    assert [command[0] for command in commands] == ["make", "make"]
    for _, target in commands:
        assert re.search(rf"^{target}:", makefile, flags=re.MULTILINE)


@pytest.mark.slow
@pytest.mark.resources
def test_the_commands_and_the_python_lines_of_use(tmp_path: Path) -> None:
    from enface.resources import present

    if not present("yunet"):
        pytest.skip("the face detector is not here; `enface fetch yunet` brings it")
    photograph(tmp_path / "photos")
    for command in use_commands():
        assert command[0] == "enface"
        result = subprocess.run(
            [sys.executable, "-m", *command], cwd=tmp_path, capture_output=True, text=True, check=False
        )
        assert result.returncode == 0, f"{command}\n{result.stdout}\n{result.stderr}"
    code = blocks("python", "Use")[0]
    subprocess.run([sys.executable, "-c", code], cwd=tmp_path, check=True)
    from enface.images import read_mark

    assert read_mark(tmp_path / "frontal.png") is not None
