"""`enface evaluate` from a model folder to a page, with a tiny untrained model."""

import csv
import hashlib
import json
from pathlib import Path

import numpy as np
import pytest

from enface.cli.main import main
from enface.data.embedded import embedded_manifest
from enface.data.manifest import write_manifest
from enface.data.records import Manifest
from tiny_onnx import write_onnx

pytestmark = pytest.mark.usefixtures("home")


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Three test people of the rendered set and the frontals of two train people."""
    whole = embedded_manifest()
    test = sorted({record.subject for record in whole.select(split="test").records})[:3]
    few = whole.select(subjects=[*test, "001", "002"])
    root = tmp_path_factory.mktemp("data")
    (root / "images").symlink_to(whole.root / "images")
    write_manifest(Manifest(root, few.records), root / "manifest.csv")
    return root / "manifest.csv"


def evaluate(run_folder: Path, *more: str) -> int:
    return main(["evaluate", str(run_folder), "--resamples", "20", "--quiet", *more])


def test_writes_results_tables_curves_and_page(
    run_folder: Path, data: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    output = tmp_path / "out"
    assert evaluate(run_folder, "--data", str(data), "--output", str(output)) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[0] == "rendered_b judges 3 people, 39 probes"
    assert lines[-1] == str(output / "report.html")
    assert {"raw", "frontalised", "fused"} <= {line.split()[0] for line in lines[3:12] if line}
    assert {file.name for file in output.iterdir()} == {"results.json", "report.html", "tables", "plots"}
    results = json.loads((output / "results.json").read_text())
    assert results["setup"]["preset"] == "smoke"
    assert len(results["quality"]) == 13
    rates = [row["rank1"]["value"] for row in results["recognition"] if row["arm"] == "raw"]
    assert len(rates) == 7
    assert np.isin(np.round(np.array(rates) * 6), range(7)).all()
    page = (output / "report.html").read_text()
    assert 'id="training"' in page
    assert f"enface evaluate {run_folder} --data {data}" in page
    with (output / "tables" / "recognition.csv").open(newline="") as stream:
        rows = list(csv.DictReader(stream))
    assert float(rows[0]["rank-1"]) == rates[0]
    with (output / "tables" / "cases.csv").open(newline="") as stream:
        assert len(list(csv.DictReader(stream))) == 39
    assert (output / "plots" / "recognition.svg").read_text().startswith('<svg xmlns="http://www.w3.org')


def test_the_run_may_be_an_option_and_the_output_names_the_choices(run_folder: Path, data: Path) -> None:
    given = ["evaluate", "--run", str(run_folder), "--data", str(data), "--resamples", "20", "--quiet"]
    assert main([*given, "--across-looks", "--gallery", "frontalised"]) == 0
    assert (run_folder / "evaluation-rendered_b-across-looks-frontalised-gallery" / "report.html").is_file()


def test_several_judges_share_one_page(
    run_folder: Path, data: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    output = tmp_path / "out"
    judges = ["--judge", "rendered_a", "rendered_b", "--no-pictures"]
    assert evaluate(run_folder, "--data", f"rendered={data}", "--output", str(output), *judges) == 0
    page = (output / "report.html").read_text()
    assert page.count('class="chapter"') == 2
    assert "<img" not in page
    name = f"{run_folder.name}-rendered-rendered"
    assert (output / f"01-{name}_a" / "results.json").is_file()
    assert (output / f"02-{name}_b" / "results.json").is_file()
    assert "rendered_a judges 3 people" in capsys.readouterr().out


@pytest.mark.slow
def test_an_onnx_file_judges(
    run_folder: Path, data: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    judge = write_onnx(tmp_path / "pool.onnx")
    given = ["--data", str(data), "--output", str(tmp_path / "out"), "--no-pictures"]
    assert evaluate(run_folder, *given, "--judge", str(judge)) == 0
    assert capsys.readouterr().out.startswith("pool judges 3 people, 39 probes")
    setup = json.loads((tmp_path / "out" / "results.json").read_text())["setup"]
    assert setup["judge_sha256"] == hashlib.sha256(judge.read_bytes()).hexdigest()


def test_check_needs_no_run(data: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["evaluate", "--check", "--quiet", "--data", str(data)]) == 0
    assert capsys.readouterr().out.splitlines()[0] == "rendered: ok"
    (tmp_path / "ann").mkdir()
    for name in ("1", "2"):
        (tmp_path / "ann" / f"{name}.jpg").write_bytes(b"no picture")
    (tmp_path / "bo").mkdir()
    (tmp_path / "bo" / "1.jpg").write_bytes(b"no picture")
    given = ["evaluate", "--check", "--quiet", "--protocol", "rendered", "folder_pairs"]
    assert main([*given, "--data", f"folder_pairs={tmp_path}"]) == 1
    text = capsys.readouterr().out
    assert "folder_pairs: problems" in text
    assert "! 3 not readable: ann/1.jpg" in text


@pytest.mark.parametrize(
    ("arguments", "code", "match"),
    [
        (("--judge", "rendered_c"), 2, "did you mean"),
        (("--protocol", "render"), 2, "did you mean 'rendered'"),
        (("--data", "/nowhere/manifest.csv"), 1, "cannot read manifest"),
        (("--data", "a.csv", "b.csv"), 2, "say which is for what: --data rendered=a.csv"),
        (("--device", "abacus"), 2, "--device cpu"),
        (("--batch-size", "0"), 2, "--batch-size is 0"),
        (("--resamples", "1"), 2, "resamples of the bootstrap is 1; use 20 or more"),
        (("--seed", "-1"), 2, "seed of the bootstrap is -1; use 0 or more"),
        (("--output", "/dev/null/there"), 2, "choose another --output"),
        (("--detector", "yunet"), 2, "--detector and --landmarks are for"),
    ],
)
def test_bad_input_ends_with_a_sentence(
    run_folder: Path,
    data: Path,
    arguments: tuple[str, ...],
    code: int,
    match: str,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    given = arguments if "--output" in arguments else (*arguments, "--output", str(tmp_path / "out"))
    given = given if "--data" in given else (*given, "--data", str(data))
    assert evaluate(run_folder, *given) == code
    assert match in capsys.readouterr().err


def test_the_guide_may_not_judge(
    run_folder: Path, data: Path, guide: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    given = ["--judge", guide, "--data", str(data), "--output", str(tmp_path / "out")]
    assert evaluate(run_folder, *given) == 1
    assert "guided the training" in capsys.readouterr().err


def test_no_model(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert evaluate(tmp_path / "nothing", "--output", str(tmp_path / "out")) == 2
    assert "no model" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("runs", "match"), [([], "name a run folder"), (["a", "b"], "several runs need --output")]
)
def test_runs(runs: list[str], match: str, data: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["evaluate", *runs, "--data", str(data), "--quiet"]) == 2
    assert match in capsys.readouterr().err
