"""`render:` texts, and faces rendered instead of read: the same as from files, whoever renders them."""

import subprocess
import sys
from contextlib import closing
from itertools import islice
from pathlib import Path

import numpy as np
import pytest
import torch

from enface.config.schema import Data
from enface.data.batch import FrontalizationBatch
from enface.data.faceset import AlignedFaces
from enface.data.loader import make_loader, read_set
from enface.data.manifest import read_manifest
from enface.data.rendered_source import RenderedSource, is_rendered, parse_source
from enface.data.sampler import shuffled_index
from enface.errors import ConfigError
from enface.rendering.errors import RenderingError

TEXT = "render:mini,people=4,size=32,seed=3"

# Torch's advice on machines with fewer cores than a test asks for.
pytestmark = pytest.mark.filterwarnings("ignore:This DataLoader will create")


@pytest.fixture(scope="module")
def head() -> None:
    pytest.importorskip("numba", reason="needs the `render` extra")
    from enface.rendering.asset.store import find_asset

    try:
        find_asset()
    except RenderingError as error:
        pytest.skip(f"needs the face asset: {error}")


def first(text: str, count: int, **changes: int) -> list[FrontalizationBatch]:
    data = Data(
        manifest=text, pairing="paired", aligned_size=31, crop_size=28, workers=changes.pop("workers", 0)
    )
    settings = {"batch_size": 6, "seed": 3, **changes}
    with closing(make_loader(data, sizes=(14, 28), **settings)) as batches:
        return list(islice(batches, count))


def same(one: FrontalizationBatch, other: FrontalizationBatch) -> bool:
    assert one.ground_truth is not None and other.ground_truth is not None
    pairs = [(one.profile, other.profile), (one.positions, other.positions)]
    pairs += [(one.frontals[size], other.frontals[size]) for size in (14, 28)]
    pairs += [(one.ground_truth[size], other.ground_truth[size]) for size in (14, 28)]
    return all(torch.equal(a, b) for a, b in pairs)


def test_texts_are_read() -> None:
    assert parse_source("render:in-the-wild") == RenderedSource("in-the-wild")
    assert parse_source("render:mini,people=20,seed=7") == RenderedSource("mini", people=20, seed=7)
    assert is_rendered(TEXT) and not is_rendered("render/manifest.csv") and not is_rendered(None)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("render:in-the-wind", r"unknown preset 'in-the-wind'.*in-the-wild"),
        ("render:", r"unknown preset ''; known: multipie-like"),
        ("render:mini,peeple=3", r"unknown option 'peeple'.*people.*known: people, size, seed, together"),
        ("render:mini,people=3,people=4", "people is given twice"),
        ("render:mini,people", "people is '', but must be a whole number"),
        ("render:mini,size=1.5", r"size is '1\.5', but must be a whole number"),
        ("render:mini,together=0", "together is 0, allowed: 1 or more"),
    ],
)
def test_texts_that_are_not_valid_say_what_is(text: str, words: str) -> None:
    with pytest.raises(ConfigError, match=words):
        read_set(text)


def test_impossible_values_are_named(head: None) -> None:
    with pytest.raises(RenderingError, match="size 4 is outside 16 to 1024"):
        read_set("render:mini,size=4")


def test_it_is_the_set_that_enface_render_writes(head: None, tmp_path: Path) -> None:
    from enface.data.rendered import RenderedFaces
    from enface.rendering.dataset.writer import render_dataset

    files = read_manifest(render_dataset("mini", tmp_path, people=4, size=32, seed=3, progress=False))
    rendered = read_set(TEXT)
    for live, file in zip(rendered.records, files.records, strict=True):
        for field in ["path", "subject", "session", "expression", "camera", "illumination", "split", "role"]:
            assert getattr(live, field) == getattr(file, field)
    from_files = AlignedFaces(files, aligned_size=31)
    on_the_fly = RenderedFaces(TEXT, rendered, aligned_size=31, cache_bytes=3 * 31 * 31)
    assert len(on_the_fly) == len(from_files) == 3 * 8 + 15
    for index in (38, 0, 24, 25, 1, 0, 7, 8):
        assert np.array_equal(on_the_fly.image(index), from_files.image(index)), index
        assert np.array_equal(on_the_fly.centre(index, size=28), from_files.centre(index, size=28)), index
    with pytest.raises(IndexError, match="39 is outside 0 to 38"):
        on_the_fly.image(39)


def test_batches_do_not_depend_on_workers_or_where_one_starts(head: None) -> None:
    alone = first("render:in-the-wild,people=3,size=32", 3)
    shared = first("render:in-the-wild,people=3,size=32", 3, workers=2)
    assert all(same(a, b) for a, b in zip(alone, shared, strict=True))
    assert same(first("render:in-the-wild,people=3,size=32", 1, start=2)[0], alone[2])
    other = first("render:in-the-wild,people=3,size=32,seed=2", 1)[0]
    assert not torch.equal(other.profile, alone[0].profile)


def test_ground_truth_is_the_gallery_picture_of_the_session(head: None) -> None:
    """Of successive samples that stay together, which show one person in one look."""
    data = Data(
        manifest="render:in-the-wild,people=3,size=32", pairing="paired", aligned_size=31, crop_size=28
    )
    from dataclasses import replace

    with closing(make_loader(replace(data, workers=0), sizes=(28,), batch_size=10, seed=0)) as batches:
        truth = next(batches).ground_truth
    assert truth is not None
    faces = truth[28]
    assert all(torch.equal(faces[0], faces[k]) for k in range(5))
    assert all(torch.equal(faces[5], faces[k]) for k in range(5, 10))
    assert not torch.equal(faces[0], faces[5])


def test_runs_stay_together_and_nothing_is_lost() -> None:
    order = [shuffled_index(position, length=13, seed=2, run=5) for position in range(26)]
    assert sorted(order[:13]) == sorted(order[13:]) == list(range(13))
    starts = [k for k in range(13) if order[k] % 5 == 0]
    for start in starts:
        group = order[start : start + 5] if order[start] < 10 else order[start : start + 3]
        assert group == list(range(order[start], order[start] + len(group)))
    assert order[:13] != order[13:]


SCRIPT = """
import sys
sys.modules["numba"] = None
from enface.cli.main import main
sys.exit(main(["train", "--preset", "smoke", "--data", "render:in-the-wild", "--output", sys.argv[1]]))
"""


def test_without_the_compiler_training_says_what_to_install(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-c", SCRIPT, str(tmp_path / "run")], capture_output=True, text=True, check=False
    )
    assert done.returncode == 1
    assert "pip install 'enface[render]'" in done.stderr and "Traceback" not in done.stderr


def test_without_the_head_training_says_what_to_fetch(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    pytest.importorskip("numba", reason="needs the `render` extra")
    from enface.cli.main import main

    monkeypatch.setenv("ENFACE_HOME", str(tmp_path / "home"))
    monkeypatch.delenv("ENFACE_MIRROR", raising=False)
    arguments = [
        "train",
        "--preset",
        "smoke",
        "--data",
        "render:in-the-wild",
        "--output",
        str(tmp_path / "run"),
    ]
    assert main(arguments) == 1
    assert "enface fetch ict-facekit" in capsys.readouterr().err
