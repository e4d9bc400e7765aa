"""The README's commands run as written, on the smallest preset and on stand-ins for the user's files."""

import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest
from PIL import Image, ImageOps

ROOT = Path(__file__).parents[2]
README = (ROOT / "README.md").read_text()


def blocks(language: str, heading: str) -> list[str]:
    """Fenced blocks of a language below a heading."""
    section = README.split(f"\n## {heading}\n")[1].split("\n## ")[0]
    return re.findall(rf"```{language}\n(.*?)```", section, flags=re.DOTALL)


SMALLER = {
    "small_rendered --output": "smoke --output",
    "c_1_2 c_1_4 --set guide.recognizer=reid0095 --budget 30minutes": "smoke --data FEW --budget 8images",
    "runs/c_1_2/seed-0 sweep/runs/c_1_4/seed-0": "runs/smoke/seed-0 sweep/runs/smoke/seed-1",
}
"""The same commands on what takes seconds; FEW is made by `rendered_people`."""


def use_commands() -> list[list[str]]:
    """The command lines of "Use", without comments, each on small settings."""
    text = blocks("bash", "Use")[0]
    for long, short in SMALLER.items():
        assert long in text
        text = text.replace(long, short)
    return [shlex.split(line, comments=True) for line in text.splitlines() if line.strip()]


def photograph(folder: Path) -> None:
    """The public-domain photograph that scikit-image carries: alone, and as two people with a folder each."""
    from skimage.data import astronaut

    people = folder / "PHOTOS"
    for place in (folder / "photos", people / "one", people / "other"):
        place.mkdir(parents=True)
    image = Image.fromarray(astronaut())
    for file in ("photos/astronaut.png", "photo.jpg", "PHOTOS/one/1.jpg"):
        image.save(folder / file)
    ImageOps.mirror(image).save(people / "other" / "1.jpg")


def rendered_people(folder: Path) -> None:
    """Stand-ins of three people: FEW, a manifest to train and judge with, and LFW, a selection by pose."""
    from enface.data.embedded import embedded_manifest
    from enface.data.manifest import write_manifest
    from enface.data.records import Manifest
    from enface.evaluation.protocols.pose_roles import COLUMNS

    whole = embedded_manifest()
    people = sorted({record.subject for record in whole.select(split="test").records})[:3]
    train = sorted({record.subject for record in whole.select(split="train").records})[:6]
    for name in ("FEW", "LFW"):
        (folder / name).mkdir()
        (folder / name / "images").symlink_to(whole.root / "images")
    few = whole.select(subjects=[*people, *train])
    write_manifest(Manifest(folder / "FEW", few.records), folder / "FEW" / "manifest.csv")
    rows = [",".join(COLUMNS)]
    for record in whole.select(subjects=people).records:
        assert record.yaw is not None and record.points is not None
        oblique = 30 <= abs(record.yaw) <= 60
        if oblique or record.role == "gallery":
            role = "pose_oblique" if oblique else "pose_frontal"
            points = (f"{value:.2f}" for value in record.points.reshape(-1))
            rows.append(",".join([record.path, record.subject, role, f"{record.yaw:.1f}", *points]))
    (folder / "LFW" / "manifest.csv").write_text("\n".join(rows) + "\n")


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

    for name in ("yunet", "mobilefacenet"):
        if not present(name):
            pytest.skip(f"{name} is not here; `enface fetch {name}` brings it")
    photograph(tmp_path)
    rendered_people(tmp_path)
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
