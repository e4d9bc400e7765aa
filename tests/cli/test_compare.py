"""`enface compare` from two folders of `enface evaluate` to a page."""

import csv
import shutil
from pathlib import Path

import pytest

from enface.cli.main import main
from enface.data.embedded import embedded_manifest
from enface.data.manifest import write_manifest
from enface.data.records import Manifest

pytestmark = pytest.mark.usefixtures("home")


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two test people of the rendered set and the frontals of two train people."""
    whole = embedded_manifest()
    test = sorted({record.subject for record in whole.select(split="test").records})[:2]
    root = tmp_path_factory.mktemp("data")
    (root / "images").symlink_to(whole.root / "images")
    few = whole.select(subjects=[*test, "001", "002"])
    write_manifest(Manifest(root, few.records), root / "manifest.csv")
    return root / "manifest.csv"


@pytest.fixture(scope="module")
def evaluated(run_folder: Path, data: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One evaluation."""
    root = tmp_path_factory.mktemp("evaluated")
    given = [
        "--data",
        str(data),
        "--output",
        str(root / "a"),
        "--resamples",
        "20",
        "--no-pictures",
        "--quiet",
    ]
    assert main(["evaluate", str(run_folder), *given, "--cache", str(root / "cache")]) == 0
    return root / "a"


@pytest.fixture
def two(evaluated: Path, tmp_path: Path) -> tuple[Path, Path]:
    """It and a copy."""
    places = tmp_path / "a", tmp_path / "b"
    for place in places:
        shutil.copytree(evaluated, place)
    return places


def test_two_evaluations_become_a_table_and_a_page(
    two: tuple[Path, Path], run_folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    one, other = two
    assert main(["compare", str(one), str(other), "--resamples", "50"]) == 0
    text = capsys.readouterr().out
    assert text.startswith(f"A: {run_folder}\nB: {run_folder}\n")
    assert "26 probes of 2 people" in text
    assert "The frontal face alone, rank-1: no clear difference between A and B at any angle." in text
    page = other / "comparison" / "comparison.html"
    assert text.splitlines()[-1] == str(page)
    assert f"enface compare {one} {other} --resamples 50" in page.read_text()
    with (other / "comparison" / "tables" / "differences.csv").open(newline="") as stream:
        assert {float(row["difference"]) for row in csv.DictReader(stream)} == {0.0}
    # The folder of results is still one evaluation: what was written inside is not taken for another.
    assert main(["compare", str(one), str(other), "--resamples", "50"]) == 0


def test_what_asks_something_else_ends_with_a_sentence(
    two: tuple[Path, Path], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    one, other = two
    results = (other / "results.json").read_text()
    (other / "results.json").write_text(results.replace('"judge": "rendered_b"', '"judge": "rendered_a"'))
    assert main(["compare", str(one), str(other)]) == 2
    assert "the judge differs: 'rendered_b' and 'rendered_a'" in capsys.readouterr().err
    for more, match in (
        (("--resamples", "0"), "resamples of the bootstrap is 0; use 20 or more"),
        (("--level", "95"), "between 0 and 1"),
    ):
        assert main(["compare", str(one), str(other), *more]) == 2
        assert match in capsys.readouterr().err
    assert main(["compare", str(one), str(tmp_path / "c")]) == 2
    assert "there is no folder" in capsys.readouterr().err
