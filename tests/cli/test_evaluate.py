"""`enface evaluate` from a model folder to a report, with a tiny untrained model."""

import json
from pathlib import Path

import numpy as np
import pytest

from enface.cli.main import main
from enface.config.schema import Data, Experiment, Guide, ThreeScaleGenerator
from enface.data.embedded import embedded_manifest
from enface.data.manifest import write_manifest
from enface.data.records import Manifest
from enface.models.folder import save_model
from enface.models.guide import GuideRecord
from enface.networks.generators import build_generator
from enface.recognizers.registry import load_recognizer

GUIDE = "mobilefacenet"


@pytest.fixture(scope="module")
def run_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An untrained model, guided by random weights."""
    root = tmp_path_factory.mktemp("run")
    recognizer = load_recognizer(GUIDE, weights="random")
    experiment = Experiment(
        guide=Guide(recognizer=GUIDE, weights="random"),
        generator=ThreeScaleGenerator(sizes=(7, 14, 28), width=0.125),
        data=Data(crop_size=28, aligned_size=32),
    )
    generator = build_generator(experiment.generator, feature_size=recognizer.feature_size)
    guide = GuideRecord(GUIDE, recognizer.layer, recognizer.weights_sha256)
    save_model(root / "generator", generator=generator, experiment=experiment, guide=guide, card="# Card\n")
    (root / "environment.json").write_text(json.dumps([{"preset": "smoke"}]))
    rows = [json.dumps({"step": step, "generator/pixel": 1.0 / step}) for step in (1, 2, 3)]
    (root / "metrics.jsonl").write_text("\n".join(rows))
    return root


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


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ENFACE_HOME", str(tmp_path / "home"))


def evaluate(run_folder: Path, *more: str) -> int:
    arguments = ["--run", str(run_folder), "--resamples", "20", "--quiet", *more]
    return main(["evaluate", *arguments])


def test_writes_results_and_report(
    run_folder: Path, data: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    output = tmp_path / "out"
    assert evaluate(run_folder, "--data", str(data), "--output", str(output)) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[0] == "rendered_b judges 3 people, 39 probes"
    assert lines[-1] == str(output / "report.html")
    assert {line.split()[0] for line in lines[3:6]} == {"raw", "frontalised", "fused"}
    assert {file.name for file in output.iterdir()} == {"results.json", "report.html"}
    results = json.loads((output / "results.json").read_text())
    assert results["setup"]["preset"] == "smoke"
    assert len(results["quality"]) == 13
    rates = [row["rank1"]["value"] for row in results["recognition"]]
    assert len(rates) == 21
    assert np.isin(np.round(np.array(rates) * 6), range(7)).all()
    page = (output / "report.html").read_text()
    assert 'id="training"' in page


def test_output_lies_in_the_run_and_names_judge_and_options(run_folder: Path, data: Path) -> None:
    assert evaluate(run_folder, "--data", str(data), "--across-looks", "--gallery", "frontalised") == 0
    assert (run_folder / "evaluation-rendered_b-across-looks-frontalised-gallery" / "report.html").is_file()


@pytest.mark.parametrize(
    ("arguments", "code", "match"),
    [
        (("--judge", GUIDE), 1, "guided the training"),
        (("--judge", "rendered_c"), 2, "did you mean"),
        (("--protocol", "render"), 2, "did you mean 'rendered'"),
        (("--data", "/nowhere/manifest.csv"), 1, "cannot read manifest"),
        (("--device", "abacus"), 2, "--device cpu"),
        (("--batch-size", "0"), 2, "--batch-size is 0"),
        (("--output", "/dev/null/there"), 2, "choose another --output"),
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


def test_no_model(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert evaluate(tmp_path / "nothing", "--output", str(tmp_path / "out")) == 1
    assert "is not a model" in capsys.readouterr().err
