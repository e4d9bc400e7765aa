"""Which runs a sweep consists of, how long each is, and what it cost."""

import json
import os
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import pytest

from enface.config.codec import dump_experiment
from enface.config.presets import get
from enface.errors import ConfigError
from enface.experiments import record
from enface.experiments.budget import Budget, parse_budget
from enface.experiments.cost import cost_in, cost_of
from enface.experiments.plan import PlannedRun, plan_runs, with_images
from enface.experiments.record import Run, differing_settings, find_runs, group_by_setting, read_run
from enface.experiments.trained import FIRST_STEPS, _next_target
from enface.training.phases import images_per_step


@pytest.mark.parametrize(
    ("text", "budget"),
    [
        ("20000images", Budget(images=20_000)),
        ("20,000 images", Budget(images=20_000)),
        ("1image", Budget(images=1)),
        ("10minutes", Budget(minutes=10)),
        ("0.5 minutes", Budget(minutes=0.5)),
    ],
)
def test_budgets(text: str, budget: Budget) -> None:
    assert parse_budget(text) == budget
    assert parse_budget(str(budget)) == budget


@pytest.mark.parametrize(
    "text", ["20000", "images", "-3images", "0images", "0.5images", "10 hours", "1e4images"]
)
def test_budgets_that_mean_nothing(text: str) -> None:
    with pytest.raises(ConfigError, match="budget"):
        parse_budget(text)


def plan(*names: str, seeds: int = 1, budget: str = "40images", **more: object) -> tuple[PlannedRun, ...]:
    arguments: dict[str, object] = {"data": None, "changes": (), "output": Path("out"), **more}
    return plan_runs(names, seeds=seeds, budget=parse_budget(budget), **arguments)  # type: ignore[arg-type]


def test_seeds_and_presets_have_folders_of_their_own() -> None:
    runs = plan("smoke", "small_rendered", seeds=2, data="people")
    assert [str(run.folder) for run in runs] == [
        "out/runs/smoke/seed-0",
        "out/runs/small_rendered/seed-0",
        "out/runs/smoke/seed-1",
        "out/runs/small_rendered/seed-1",
    ]
    for run in runs:
        base = get(run.preset).experiment
        expected = replace(base, seed=int(run.folder.name[-1]), data=replace(base.data, manifest="people"))
        assert run.experiment == with_images(expected, 40)


def test_changes_of_all_and_of_one() -> None:
    smoke, small = plan(
        "smoke",
        "small_rendered",
        changes=("objective.l2=0.5", "smoke:generator.sizes=[7,14,28]", "smoke:objective.l2=0.25"),
    )
    assert (smoke.experiment.objective.l2, small.experiment.objective.l2) == (0.25, 0.5)
    assert smoke.experiment.generator.sizes == (7, 14, 28)  # type: ignore[union-attr]
    assert small.experiment.generator == get("small_rendered").experiment.generator
    by_clock = plan("smoke", budget="3minutes")[0].experiment
    assert by_clock.schedule == get("smoke").experiment.schedule


@pytest.mark.parametrize(
    ("arguments", "match"),
    [
        ({"changes": ("objective.l2",)}, "give field=value"),
        ({"changes": ("objective.l3=1",)}, "no such field"),
        ({"changes": ("seed=4",)}, "seed is decided by --seeds"),
        ({"changes": ("smoke:schedule.images=4",)}, "decided by --budget"),
        ({"changes": ("smok:objective.l2=1",)}, "did you mean 'smoke'"),
        ({"seeds": 0}, "make no run"),
    ],
)
def test_plans_that_cannot_be(arguments: dict[str, object], match: str) -> None:
    with pytest.raises(ConfigError, match=match):
        plan("smoke", **arguments)  # type: ignore[arg-type]


def test_presets_by_name_and_once() -> None:
    with pytest.raises(ConfigError, match="did you mean 'smoke'"):
        plan("smoek")
    with pytest.raises(ConfigError, match="given twice"):
        plan("smoke", "smoke")
    with pytest.raises(ConfigError, match="make no run"):
        plan()


def test_cost_is_added_up_between_rows(tmp_path: Path) -> None:
    rows = [
        {"step": 10, "images": 100.0, "images_per_second": 10.0},
        {"step": 20, "images": 200.0, "images_per_second": 50.0},
        {"step": 25, "images": 250.0, "images_per_second": 25.0},
    ]
    cost = cost_of(rows)
    assert (cost.images, cost.seconds) == (250, 10 + 2 + 2)
    assert cost.images_per_second == pytest.approx(250 / 14)
    (tmp_path / "metrics.jsonl").write_text("\n".join(map(json.dumps, rows)) + '\n{"step": 30, "ima')
    assert cost_in(tmp_path / "metrics.jsonl") == cost
    assert cost_in(tmp_path / "none.jsonl").images_per_second == 0.0


@pytest.mark.parametrize("updates", [1, 3])
def test_a_run_by_the_clock_looks_at_its_pace(updates: int, tmp_path: Path) -> None:
    """At 10 images a second, 60 seconds are worth 600 images, in ever shorter stretches."""
    changes = (f"schedule.generator_steps={updates}",)
    (run,) = plan("smoke", budget="1minutes", output=tmp_path, changes=changes)
    step = images_per_step(run.experiment.schedule)
    targets = []
    while (images := _next_target(run, Budget(minutes=1))) is not None:
        assert images % step == 0 and (not targets or images > targets[-1])
        targets.append(images)
        state = run.folder / "state"
        state.mkdir(parents=True, exist_ok=True)
        (state / f"step-{images // step:08d}.pt").touch()
        row = {"step": images // step, "images": float(images), "images_per_second": 10.0}
        with (run.folder / "metrics.jsonl").open("a") as stream:
            stream.write(json.dumps(row) + "\n")
    assert targets[0] == FIRST_STEPS * step
    assert 0.98 * 600 <= targets[-1] <= 600
    assert len(targets) <= 6


def made_up_run(preset: str, folder: str, **changes: object) -> Run:
    experiment = replace(get("smoke").experiment, **changes)  # type: ignore[arg-type]
    return Run(Path(folder), preset, experiment, rows=[], results={})


def test_runs_that_differ_in_the_seed_alone_are_one_setting() -> None:
    base = get("smoke").experiment
    weak = replace(base.objective, l2=0.25)
    runs = [
        made_up_run("a", "a1", seed=1),
        made_up_run("b", "b0", objective=weak),
        made_up_run("a", "a0", seed=0, schedule=replace(base.schedule, images=8)),
        made_up_run("a", "a-weak", objective=weak),
    ]
    settings = group_by_setting(runs)
    assert [(s.label, [r.folder.name for r in s.runs]) for s in settings] == [
        ("a", ["a0", "a1"]),
        ("b", ["b0"]),
        ("a (2)", ["a-weak"]),
    ]
    differing = differing_settings(settings)
    assert differing["objective.l2"] == [base.objective.l2, 0.25, 0.25]
    assert "seed" not in differing


def test_a_seed_that_is_there_twice_opens_a_setting_of_its_own() -> None:
    schedule = get("smoke").experiment.schedule
    short, long = (replace(schedule, images=images) for images in (7_200, 72_000))
    runs = [
        made_up_run("a", "short-0", seed=0, schedule=short),
        made_up_run("a", "long-0", seed=0, schedule=long),
        made_up_run("a", "long-1", seed=1, schedule=long),
        made_up_run("a", "copy-0", seed=0, schedule=short),
        made_up_run("b", "b-0", seed=0, schedule=short),
        made_up_run("b", "b-1", seed=1, schedule=long),
    ]
    settings = group_by_setting(runs)
    assert [(s.label, [r.folder.name for r in s.runs]) for s in settings] == [
        ("a, 7,200 images", ["short-0"]),
        ("a, 72,000 images", ["long-0", "long-1"]),
        ("a, 7,200 images (2)", ["copy-0"]),
        ("b", ["b-0", "b-1"]),
    ]
    assert differing_settings(settings[:2])["schedule.images"] == [7_200, 72_000]


def test_a_run_is_read_with_the_newest_results_of_each_judge(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def setup(file: Path) -> SimpleNamespace:
        said = {"protocol": "rendered", "gallery": "raw", "across_looks": False, "judge": file.read_text()}
        return SimpleNamespace(setup=SimpleNamespace(**said), folder=file.parent.name)

    monkeypatch.setattr(record, "load_results", setup)
    (tmp_path / "config.json").write_text(dump_experiment(get("smoke").experiment))
    (tmp_path / "metrics.jsonl").touch()
    for number, (place, judge) in enumerate(
        {"evaluation-all/01-x": "x", "evaluation-all/02-y": "y", "evaluation-x": "x", "other/z": "z"}.items()
    ):
        (tmp_path / place).mkdir(parents=True)
        (tmp_path / place / "results.json").write_text(judge)
        os.utime(tmp_path / place / "results.json", (number, number))
    folders = {judge: found.folder for judge, found in read_run(tmp_path).results.items()}
    assert folders == {"x": "evaluation-x", "y": "02-y"}
    os.utime(tmp_path / "evaluation-all/01-x/results.json", (9, 9))
    assert read_run(tmp_path).results["x"].folder == "01-x"  # type: ignore[attr-defined]


def test_only_runs_with_a_model_are_found(tmp_path: Path) -> None:
    for run in ("sweep/runs/a/seed-0", "sweep/runs/b/seed-0", "other"):
        (tmp_path / run / "generator").mkdir(parents=True)
        (tmp_path / run / "generator/config.json").touch()
        (tmp_path / run / "config.json").touch()
    (tmp_path / "sweep/runs/c/seed-0").mkdir(parents=True)
    found = find_runs([tmp_path / "other", tmp_path / "sweep", tmp_path / "sweep/runs/a/seed-0"])
    assert [str(path.relative_to(tmp_path)) for path in found] == [
        "other",
        "sweep/runs/a/seed-0",
        "sweep/runs/b/seed-0",
    ]
    with pytest.raises(ConfigError, match="holds no run with a model"):
        find_runs([tmp_path / "sweep/runs/c"])
