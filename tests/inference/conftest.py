"""A tiny model of random weights, and a detector that finds faces by a rule."""

import errno
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

import enface
from enface.faces.detectors.protocol import Detection, box_around
from enface.faces.geometry import Pixels
from enface.faces.templates import TEMPLATES
from enface.images import write_image
from enface.inference import Frontalizer
from enface.inference.ledger import BatchResult
from enface.inference.report import Row
from enface.inference.table import read_table
from tiny_models import save_untrained_decoder

TEMPLATE = TEMPLATES["enface-250-v1"]
GUIDE = "mobilefacenet"


class RuleDetector:
    """A face as large as the picture in every full square, from the left; none in a black picture."""

    def __init__(self) -> None:
        self.seen: list[Path | None] = []

    def detect(self, image: Pixels, *, path: Path | None = None) -> list[Detection]:
        self.seen.append(path)
        height, width = image.shape[:2]
        if not image.any():
            return []
        squares = []
        for number in range(max(1, width // height)):
            side = height * 0.9**number  # the first is the largest
            points = (TEMPLATE.points + 0.5) * (side / TEMPLATE.size) - 0.5 + [number * height, 0]
            squares.append(Detection(box=box_around(points), points=points, score=0.9, yaw=0.0))
        return squares


@pytest.fixture(scope="session")
def model_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A saved model: the smoke preset's generator, untrained, behind an untrained recognizer."""
    folder = tmp_path_factory.mktemp("model")
    save_untrained_decoder(folder, guide=GUIDE)
    return folder


@pytest.fixture(scope="session")
def loaded(model_folder: Path) -> Frontalizer:
    """The model with the rule detector; use `frontalizer` in tests that count what it saw."""
    return Frontalizer.load(model_folder, detector=RuleDetector())


@pytest.fixture
def frontalizer(loaded: Frontalizer) -> Frontalizer:
    """The loaded model with a fresh detector."""
    return Frontalizer(loaded.model, detector=RuleDetector())


MakePhoto = Callable[..., Path]


@pytest.fixture
def make_photo(tmp_path: Path) -> MakePhoto:
    """Writes a picture of noise, `faces` squares wide, below `photos/`; 0 faces: black."""

    def make(name: str, *, faces: int = 1, side: int = 64) -> Path:
        path = tmp_path / "photos" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        random = np.random.default_rng(len(name))
        image = random.integers(0, 256, (side, side * max(faces, 1), 3), dtype=np.uint8)
        write_image(path, image if faces else np.zeros_like(image))
        return path

    return make


@pytest.fixture
def mixed_files(make_photo: MakePhoto, tmp_path: Path) -> tuple[Path, ...]:
    """Inputs with two good pictures and six that fail, each in its own way."""
    good = make_photo("good.png")
    (tmp_path / "photos/zero.jpg").touch()
    (tmp_path / "photos/text.png").write_text("no picture")
    (tmp_path / "photos/cut.png").write_bytes(good.read_bytes()[:2000])
    make_photo("nobody.png", faces=0)
    make_photo("last.png")
    (tmp_path / "empty").mkdir()
    return tmp_path / "missing.jpg", tmp_path / "empty", tmp_path / "photos"


def assert_mixed(result: BatchResult[Any]) -> None:
    """Asserts that each of `mixed_files` has its own row, and which error it has."""
    errors = {Path(row.input).name: row.error for row in result.rows}
    assert result.failed == 6
    assert errors["good.png"] == errors["last.png"] == ""
    assert "no such file" in errors["missing.jpg"]
    assert "no pictures in this folder" in errors["empty"]
    assert "empty" in errors["zero.jpg"]
    assert "not an image" in errors["text.png"]
    assert "truncated" in errors["cut.png"]
    assert errors["nobody.png"] == "no face found in the 64 x 64 picture"


def disk_is_full(*_: object, **__: object) -> None:
    """Stands for whatever writes."""
    raise OSError(errno.ENOSPC, "No space left on device")


def fill_disk(monkeypatch: pytest.MonkeyPatch, *, when: Callable[[Image.Image], bool]) -> None:
    """Pictures for which `when` says so are written by half, then the disk is full."""
    save = Image.Image.save

    def sometimes_full(self: Image.Image, target: Path, **options: object) -> None:
        if when(self):
            Path(target).write_bytes(b"half")
            disk_is_full()
        save(self, target, **options)  # type: ignore[arg-type]

    monkeypatch.setattr(Image.Image, "save", sometimes_full)


def kill_once_there(path: Path, arguments: Sequence[str]) -> None:
    """Runs `enface` with arguments, one thread, and kills it when a file appears."""
    package = str(Path(enface.__file__).parents[1])
    environment = {**os.environ, "PYTHONPATH": package, "OMP_NUM_THREADS": "1"}
    start = [sys.executable, "-m", "enface", *arguments]
    with subprocess.Popen(start, env=environment, stdout=subprocess.DEVNULL) as process:
        deadline = time.monotonic() + 120
        while not path.exists():
            assert process.poll() is None and time.monotonic() < deadline
            time.sleep(0.02)
        process.send_signal(signal.SIGKILL)
    assert process.returncode == -signal.SIGKILL


def read_report(path: Path) -> dict[str, list[Row]]:
    """Rows of a report by input."""
    return read_table(path, kind=Row, verb="frontalize")
