"""Whole sweeps of a very small model: killed and gone on, by images and by the clock, to the page."""

import csv
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import torch

from enface.cli.main import main
from enface.data.batch import FrontalizationBatch
from enface.errors import TrainingError
from enface.experiments.cost import cost_in
from enface.experiments.page import verdict
from enface.experiments.record import group_by_setting, read_run
from enface.training.state import checkpoints
from enface.training.trainer import Trainer
from page_checks import CHECKS, opened

from .few_people import TINY, few_people

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return few_people(tmp_path_factory.mktemp("people") / "set")


def experiments(
    output: Path,
    data: Path,
    *presets: str,
    budget: str = "24images",
    changes: tuple[str, ...] = TINY,
    more: tuple[str, ...] = (),
) -> int:
    arguments = ["experiments", "run", *presets, "--budget", budget, "--output", str(output)]
    arguments += [
        "--data",
        str(data),
        "--resamples",
        "20",
        "--quiet",
        "--cache",
        str(output.parent / "cache"),
    ]
    for change in changes:
        arguments += ["--set", change]
    return main([*arguments, *more])


@pytest.fixture(scope="module")
def sweep(tmp_path_factory: pytest.TempPathFactory, data: Path) -> Path:
    """Two settings of one preset, two seeds of the first: what the other tests look at."""
    output = tmp_path_factory.mktemp("sweep") / "all"
    assert experiments(output, data, "smoke", more=("--seeds", "2")) == 0
    other = ("small_rendered:generator.sizes=[7,14,28]", "small_rendered:performance.precision=float32")
    other += ("small_rendered:objective.symmetry.weight=4",)
    small = ("generator.width=0.1", "critics.width=0.1", "guide.weights=random", "data.aligned_size=31")
    small += ("data.crop_size=28", "schedule.batch_size=4", "schedule.log_every=2", "schedule.warmup_steps=1")
    assert experiments(output, data, "small_rendered", changes=(*other, *small)) == 0
    return output


def test_runs_are_where_they_should_be(sweep: Path) -> None:
    for run in ("smoke/seed-0", "smoke/seed-1", "small_rendered/seed-0"):
        folder = sweep / "runs" / run
        assert checkpoints(folder / "state")[-1].name == "step-00000006.pt"
        assert (folder / "evaluation-rendered_b/results.json").is_file()
        assert read_run(folder).experiment.seed == int(run[-1])


def test_the_page_in_a_browser(sweep: Path, browser: Any) -> None:
    for check in CHECKS:
        with opened(browser, sweep / "comparison.html") as page:
            check(page)


def test_compare_writes_one_table_and_one_page(
    sweep: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["experiments", "compare", str(sweep), "--output", str(tmp_path / "out")]) == 0
    printed = capsys.readouterr().out.splitlines()
    assert printed[-2:] == [str(tmp_path / "out/table.csv"), str(tmp_path / "out/comparison.html")]
    assert any(line.startswith("raw pictures") for line in printed)
    with (tmp_path / "out/table.csv").open(newline="") as stream:
        rows = list(csv.DictReader(stream))
    assert {(row["setting"], row["seed"]) for row in rows} == {
        ("smoke", "0"),
        ("smoke", "1"),
        ("small_rendered", "0"),
    }
    assert {"raw", "frontalised"} <= {row["arm"] for row in rows}
    for row in rows:
        assert row["images"] == "24" and float(row["images_per_second"]) > 0
        assert 0 <= float(row["rank1_90_low"]) <= float(row["rank1_90"]) <= float(row["rank1_90_high"]) <= 1
        results = read_run(Path(row["run"])).results[row["judge"]]
        assert float(row["rank1_45"]) == pytest.approx(results.rate(row["arm"], 45).rank1.value, abs=1e-4)


def test_the_page_needs_nothing_from_outside(sweep: Path, tmp_path: Path) -> None:
    main(["experiments", "compare", str(sweep), "--output", str(tmp_path)])
    page = (tmp_path / "comparison.html").read_text()
    assert not re.search(r"(src|href)=\"(?!data:|#)", page)
    assert "http://" not in re.sub(r'xmlns(:\w+)?="[^"]*"', "", re.sub(r"base64,[\w+/=]+", "", page))
    pictures = re.findall(r'<img src="data:image/jpeg;base64,[^"]+" alt="([^"]+)"', page)
    assert sum(text.startswith("Input") for text in pictures) == 9
    assert sum("by smoke, seed 1" in text for text in pictures) == 9
    assert sum("by small_rendered," in text for text in pictures) == 9
    for words in ("objective.", "schedule.", "2 seeds", "images/s", "generator/feature", "a guess"):
        assert words in page
    assert page.count("<svg") == 2
    identifiers = re.findall(r'\bid="([^"]+)"', page)
    assert len(identifiers) == len(set(identifiers))


def test_a_finished_sweep_is_not_done_again(
    sweep: Path, data: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    before = {path: path.stat().st_mtime_ns for path in sweep.glob("runs/**/*") if path.is_file()}
    assert experiments(sweep, data, "smoke", more=("--seeds", "2")) == 0
    assert capsys.readouterr().out.count("finished before") == 2
    assert {path: path.stat().st_mtime_ns for path in before} == before


def test_a_killed_sweep_goes_on_bit_exactly(
    sweep: Path,
    data: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    class Killed(BaseException):
        """Nobody catches it."""

    step = Trainer.step

    def stop(self: Trainer, number: int, batches: Iterator[FrontalizationBatch], *, last_good: str) -> object:
        if number == 5 and self._experiment.seed == 1:
            raise Killed
        return step(self, number, batches, last_good=last_good)

    output = tmp_path / "killed"
    with monkeypatch.context() as patch:
        patch.setattr(Trainer, "step", stop)
        with pytest.raises(Killed):
            experiments(output, data, "smoke", more=("--seeds", "2"))
    assert checkpoints(output / "runs/smoke/seed-1/state")[-1].name == "step-00000004.pt"
    capsys.readouterr()
    assert experiments(output, data, "smoke", more=("--seeds", "2")) == 0
    printed = capsys.readouterr().out
    assert "smoke, seed 0: finished before" in printed and "smoke, seed 1: trained" in printed
    for seed in (0, 1):
        ours, theirs = (
            torch.load(checkpoints(folder / f"runs/smoke/seed-{seed}/state")[-1], weights_only=True)["state"]
            for folder in (output, sweep)
        )
        assert_equal(ours, theirs)


def assert_equal(ours: object, theirs: object) -> None:
    if isinstance(ours, torch.Tensor) and isinstance(theirs, torch.Tensor):
        assert torch.equal(ours, theirs)
    elif isinstance(ours, dict) and isinstance(theirs, dict):
        assert ours.keys() == theirs.keys()
        for key in ours:
            assert_equal(ours[key], theirs[key])


def test_a_larger_budget_goes_on_and_a_smaller_one_is_refused(
    data: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    output = tmp_path / "grown"
    assert experiments(output, data, "smoke", budget="8images") == 0
    assert experiments(output, data, "smoke", budget="16images") == 0
    assert cost_in(output / "runs/smoke/seed-0/metrics.jsonl").images == 16
    capsys.readouterr()
    assert experiments(output, data, "smoke", budget="8images") == 2
    assert "has been trained for 4 steps, more than 8 images" in capsys.readouterr().err
    assert experiments(output, data, "smoke", changes=(*TINY, "objective.l2=0.5"), budget="16images") == 2
    assert "objective.l2 was" in capsys.readouterr().err


def test_a_budget_of_minutes(data: Path, tmp_path: Path) -> None:
    output = tmp_path / "clock"
    assert experiments(output, data, "smoke", budget="0.05minutes") == 0
    metrics = output / "runs/smoke/seed-0/metrics.jsonl"
    cost = cost_in(metrics)
    assert 0.5 * 0.05 <= cost.minutes <= 2 * 0.05, "the pace of a busy machine changes"
    before = metrics.read_bytes()
    assert experiments(output, data, "smoke", budget=f"{cost.minutes}minutes") == 0
    assert metrics.read_bytes() == before


def test_a_run_that_breaks_does_not_end_the_sweep(
    data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    step = Trainer.step

    def diverge(
        self: Trainer, number: int, batches: Iterator[FrontalizationBatch], *, last_good: str
    ) -> object:
        if self._experiment.seed == 0:
            raise TrainingError("generator/feature is nan")
        return step(self, number, batches, last_good=last_good)

    monkeypatch.setattr(Trainer, "step", diverge)
    assert experiments(tmp_path / "broken", data, "smoke", budget="8images", more=("--seeds", "2")) == 1
    assert "1/2 smoke, seed 0 stopped: generator/feature is nan" in capsys.readouterr().out
    assert "seed 0 stopped" in (tmp_path / "broken/comparison.html").read_text()
    assert experiments(tmp_path / "none", data, "smoke", budget="8images") == 1
    assert "no run came to an end" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("more", "code", "match"),
    [
        (("--judges", "rendered_a"), 1, "guided the training"),
        (("--judges", "rendered_c"), 2, "did you mean"),
        (("--data", "/nowhere"), 1, "cannot read manifest"),
        (("--set", "guide.weights=/nowhere.safetensors"), 1, "/nowhere.safetensors"),
    ],
)
def test_what_cannot_be_judged_is_found_before_training(
    data: Path,
    tmp_path: Path,
    more: tuple[str, ...],
    code: int,
    match: str,
    capsys: pytest.CaptureFixture[str],
) -> None:
    changes = () if "guide.weights" in more[-1] else TINY
    assert experiments(tmp_path / "never", data, "smoke", changes=changes, more=more) == code
    assert match in capsys.readouterr().err
    assert not (tmp_path / "never/runs").exists()


def test_the_verdict_says_when_seeds_differ_by_more(sweep: Path) -> None:
    settings = group_by_setting([read_run(path) for path in sorted(sweep.glob("runs/*/*"))])
    (first, nearness) = verdict(settings, ["rendered_b"])
    assert re.search(r"seeds of one setting differ by (up to|at most) \d+\.\d", first)
    assert "mean L1 of" in nearness
    alone = [group_by_setting([setting.runs[0]])[0] for setting in settings]
    assert "One seed each" in verdict(alone, ["rendered_b"])[0]
