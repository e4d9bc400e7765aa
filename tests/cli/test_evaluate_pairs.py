"""`enface evaluate` with protocols of pairs, on rendered faces with landmarks from a file."""

import itertools
import json
from pathlib import Path

import pytest

from enface.cli.main import main
from enface.config.schema import Data, Experiment, Guide, ThreeScaleGenerator
from enface.data.embedded import embedded_manifest
from enface.data.records import FaceRecord
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
    return root


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """pairs.csv of four rendered people, and landmarks.csv for all but one of the pictures."""
    root = tmp_path_factory.mktemp("pairs")
    whole = embedded_manifest()
    (root / "images").symlink_to(whole.root / "images")
    by_person: dict[str, list[FaceRecord]] = {}
    for record in whole.select(split="test", role="probe").records:
        by_person.setdefault(record.subject, []).append(record)
    chosen = [records[:3] for _, records in sorted(by_person.items())[:4]]
    rows = [f"{r[0].path},{r[1].path},1" for r in chosen] + [f"{chosen[0][0].path},{chosen[0][2].path},1"]
    rows += [f"{a[0].path},{b[1].path},0" for a, b in itertools.pairwise(chosen)]
    (root / "pairs.csv").write_text("\n".join(["first,second,same", *rows]) + "\n")
    columns = "path,lex,ley,rex,rey,nx,ny,lmx,lmy,rmx,rmy"
    marks = []
    for record in (record for records in chosen for record in records):
        assert record.points is not None
        marks.append(",".join([record.path, *(f"{value:.2f}" for value in record.points.reshape(-1))]))
    without = chosen[0][2].path
    kept = [mark for mark in marks if not mark.startswith(f"{without},")]
    (root / "landmarks.csv").write_text("\n".join([columns, *kept]) + "\n")
    return root


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ENFACE_HOME", str(tmp_path / "home"))


def evaluate(run_folder: Path, *more: str) -> int:
    return main(
        ["evaluate", "--run", str(run_folder), "--protocol", "pairs", "--resamples", "50", "--quiet", *more]
    )


def test_writes_results_and_table(
    run_folder: Path, data: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    output = tmp_path / "out"
    given = ["--data", str(data / "pairs.csv"), "--landmarks", str(data / "landmarks.csv")]
    assert evaluate(run_folder, *given, "--output", str(output)) == 0
    text = capsys.readouterr().out
    assert "4 same and 3 different pairs of 4 people" in text
    assert "no usable face in 1 of 9 photographs; 1 of 8 pairs left out" in text
    assert text.splitlines()[-1] == str(output / "verification.json")
    results = json.loads((output / "verification.json").read_text())
    assert results["setup"]["detector"] == "sidecar"
    assert [arm["arm"] for arm in results["arms"]] == ["raw", "frontalised", "fused"]


def test_default_output_names_the_protocol(run_folder: Path, data: Path) -> None:
    given = ["--data", str(data / "pairs.csv"), "--landmarks", str(data / "landmarks.csv")]
    assert evaluate(run_folder, *given) == 0
    assert (run_folder / "evaluation-rendered_b-pairs" / "verification.json").is_file()


@pytest.mark.parametrize(
    ("more", "match"),
    [
        ((), "needs --data"),
        (("--data", "x.csv", "--across-looks"), "leave out --across-looks"),
        (("--data", "x.csv", "--detector", "sidecar"), "sidecar needs --landmarks"),
        (
            ("--data", "x.csv", "--detector", "aligned", "--landmarks", "x.csv"),
            "aligned takes no --landmarks",
        ),
        (("--protocol", "rendered", "--detector", "yunet"), "--detector and --landmarks are for"),
        (("--protocol", "lfw_view3"), "did you mean"),
    ],
)
def test_options_that_do_not_fit(
    run_folder: Path, tmp_path: Path, more: tuple[str, ...], match: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert evaluate(run_folder, *more, "--output", str(tmp_path / "out")) == 2
    assert match in capsys.readouterr().err
