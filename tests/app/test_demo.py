"""The demo from nothing to its report, on the smallest preset."""

from pathlib import Path

import pytest

from enface.cli.main import main
from enface.evaluation.results import load_results
from enface.images import read_mark


@pytest.mark.slow
def test_the_demo_works_without_a_network_and_goes_on_where_it_was(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("ENFACE_HOME", str(tmp_path / "home"))
    arguments = ["demo", "--preset", "smoke", "--output", str(tmp_path / "demo"), "--quiet"]
    assert main(arguments) == 0
    report = Path(capsys.readouterr().out.splitlines()[-1])
    assert report == tmp_path / "demo" / "report.html"
    page = report.read_text()
    assert "the package&#39;s own finder found the face" in page
    assert "What this took" in page
    assert "Faces turned by the shipped model" in page
    assert read_mark(tmp_path / "demo" / "samples.png") is not None
    assert "http://" not in page.replace("http://www.w3.org", "").replace("http://cv.iptc.org", "")

    results = load_results(tmp_path / "demo" / "results.json")
    assert (results.setup.guide, results.setup.judge) == ("rendered_a", "rendered_b")
    assert {entry.arm for entry in results.recognition} >= {"raw", "frontalised", "fused"}
    assert read_mark(tmp_path / "demo" / "astronaut_frontal.png") is not None
    assert read_mark(tmp_path / "demo" / "astronaut_pasted.png") is not None

    metrics = (tmp_path / "demo" / "run" / "metrics.jsonl").read_bytes()
    assert main(arguments) == 0
    assert (tmp_path / "demo" / "run" / "metrics.jsonl").read_bytes() == metrics


def test_a_demo_of_an_unknown_preset_is_an_unusable_argument(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["demo", "--preset", "small_renderd", "--output", str(tmp_path)]) == 2
    assert "did you mean 'small_rendered'" in capsys.readouterr().err


def test_an_output_that_is_a_file_is_an_unusable_argument(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "file").write_text("in the way")
    assert main(["demo", "--preset", "smoke", "--output", str(tmp_path / "file")]) == 2
    assert "cannot be used as a folder" in capsys.readouterr().err
