"""`enface evaluate` with protocols of pairs, on rendered faces with landmarks from a file."""

import hashlib
import itertools
import json
from pathlib import Path

import pytest

from enface.cli.main import main
from enface.data.embedded import embedded_manifest
from enface.data.records import FaceRecord

pytestmark = pytest.mark.usefixtures("home")


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
    assert text.splitlines()[-1] == str(output / "report.html")
    assert "4 same and 3 different pairs of 4 people" in text
    assert "no usable face in 1 of 9 photographs; 1 of 8 pairs left out" in text
    results = json.loads((output / "verification.json").read_text())
    digest = hashlib.sha256((data / "landmarks.csv").read_bytes()).hexdigest()
    assert results["setup"]["detector"] == f"sidecar:{digest[:12]}"  # other landmarks are not compared
    assert {"raw", "frontalised", "fused"} <= {arm["arm"] for arm in results["arms"]}
    page = (output / "report.html").read_text()
    assert "This page shows photographs of real people" in page
    assert 'id="pairs"' in page
    assert (output / "tables" / "verification.csv").is_file()
    assert (output / "plots" / "roc.svg").is_file()


def test_default_output_names_the_protocol(run_folder: Path, data: Path) -> None:
    given = ["--data", str(data / "pairs.csv"), "--landmarks", str(data / "landmarks.csv")]
    assert evaluate(run_folder, *given) == 0
    assert (run_folder / "evaluation-rendered_b-pairs" / "verification.json").is_file()


@pytest.mark.parametrize(
    ("more", "match"),
    [
        ((), "needs --data"),
        (("--data", "{data}", "--across-looks"), "leave --across-looks out"),
        (("--data", "{data}", "--gallery", "frontalised"), "leave --gallery out"),
        (("--data", "{data}", "--detector", "sidecar"), "sidecar needs --landmarks"),
        (
            ("--data", "{data}", "--detector", "aligned", "--landmarks", "x.csv"),
            "aligned takes no --landmarks",
        ),
        (("--protocol", "lfw_view3"), "did you mean"),
    ],
)
def test_options_that_do_not_fit(
    run_folder: Path,
    data: Path,
    tmp_path: Path,
    more: tuple[str, ...],
    match: str,
    capsys: pytest.CaptureFixture[str],
) -> None:
    given = [word.format(data=data / "pairs.csv") for word in more]
    assert evaluate(run_folder, *given, "--output", str(tmp_path / "out")) == 2
    assert match in capsys.readouterr().err
