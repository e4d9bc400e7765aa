"""Whole runs on the rendered faces inside the package, with a recognizer of random weights."""

import json
import os
import signal
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import torch

from enface.cli.main import main
from enface.config.codec import dump_experiment, read_experiment
from enface.config.presets import get
from enface.config.schema import Adam, Experiment, Guide, SizeCritics, ThreeScaleGenerator, WganGp
from enface.data.embedded import embedded_manifest
from enface.data.manifest import write_manifest
from enface.data.records import Manifest
from enface.errors import CheckpointError, ConfigError, TrainingError
from enface.images import read_image, read_mark
from enface.models.folder import load_model
from enface.training import loop
from enface.training.loop import train
from enface.training.state import checkpoints


def small(images: int = 24, **changes: Any) -> Experiment:
    """Six steps of a very small model with every kind of state: average, boost, penalty, layer norm."""
    base = get("smoke").experiment
    schedule = replace(
        base.schedule,
        images=images,
        batch_size=4,
        warmup_steps=1,
        boost_steps=1,
        boost_critic_steps=2,
        fresh_batch="phase",
        ema_images=20.0,
        log_every=1,
        sample_every=100,
        checkpoint_every=2,
        keep_checkpoints=2,
    )
    experiment = replace(
        base,
        guide=Guide("rendered_a", weights="random", layer="pool"),
        generator=ThreeScaleGenerator(sizes=(7, 14, 28), width=0.1),
        critics=SizeCritics(width=0.1, norm="layer"),
        objective=replace(base.objective, adversarial=WganGp()),
        schedule=schedule,
        data=replace(base.data, aligned_size=31, crop_size=28, workers=0),
    )
    return replace(experiment, **changes)


def with_images(experiment: Experiment, images: int) -> Experiment:
    return replace(experiment, schedule=replace(experiment.schedule, images=images))


def final_state(run: Path) -> dict[str, torch.Tensor]:
    """Every tensor of the newest checkpoint by its path."""
    found: dict[str, torch.Tensor] = {}

    def collect(value: Any, path: str) -> None:
        if isinstance(value, torch.Tensor):
            found[path] = value
        elif isinstance(value, dict):
            for key, item in value.items():
                collect(item, f"{path}/{key}")

    collect(torch.load(checkpoints(run / "state")[-1], weights_only=True)["state"], "")
    return found


def rows(run: Path) -> list[dict[str, float]]:
    found = [json.loads(line) for line in (run / "metrics.jsonl").read_text().splitlines()]
    for row in found:
        del row["images_per_second"]
    return found


def assert_same(run: Path, expected: Path) -> None:
    ours, theirs = final_state(run), final_state(expected)
    assert ours.keys() == theirs.keys()
    assert any(path.startswith("/generator_optimizer") for path in ours)
    assert any(path.startswith("/average") for path in ours)
    for path, value in theirs.items():
        assert torch.equal(ours[path], value), path
    assert rows(run) == rows(expected)


@pytest.fixture(scope="module")
def unbroken(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The run that others are compared with."""
    return train(small(), output=tmp_path_factory.mktemp("runs") / "unbroken", preset="p", progress=False)


def test_a_run_folder_holds_what_it_promises(unbroken: Path) -> None:
    assert read_experiment(unbroken / "config.json") == small()
    (launch,) = json.loads((unbroken / "environment.json").read_text())
    assert {"commit", "dirty", "versions", "device", "command", "preset", "time"} <= launch.keys()
    assert launch["preset"] == "p"
    assert [p.name for p in checkpoints(unbroken / "state")] == ["step-00000004.pt", "step-00000006.pt"]
    assert [row["step"] for row in rows(unbroken)] == [1, 2, 3, 4, 5, 6]
    assert "critic/penalty" not in rows(unbroken)[0], "the warm-up step has no critics"
    assert {"critic/penalty", "generator/feature", "generator/l2"} <= rows(unbroken)[1].keys()
    log = (unbroken / "log.txt").read_text()
    assert "images/s" in log and "left" in log and "generator/feature" in log
    picture = unbroken / "samples" / "faces-00000006.png"
    assert read_image(picture).shape[1] > 8 * 28
    assert read_mark(picture)


def test_the_saved_model_is_the_moving_average(unbroken: Path) -> None:
    model = load_model(unbroken)
    state = final_state(unbroken)
    for name, value in model.normalizer.generator.state_dict().items():
        assert torch.equal(value, state[f"/average/{name}"])
    assert model.guide.recognizer == "rendered_a"
    card = (unbroken / "generator" / "README.md").read_text()
    for words in (
        "rendered_a",
        model.guide.weights_sha256,
        "24 of 24 images",
        "wgan_gp",
        "guess",
        "read_image(",
    ):
        assert words in card


def test_stopped_and_resumed_equals_unbroken(unbroken: Path, tmp_path: Path) -> None:
    for images in (8, 16, 24):
        train(with_images(small(), images), output=tmp_path / "run", progress=False)
    assert_same(tmp_path / "run", unbroken)
    assert len(json.loads((tmp_path / "run" / "environment.json").read_text())) == 3


def test_a_truncated_checkpoint_costs_some_steps_and_nothing_else(unbroken: Path, tmp_path: Path) -> None:
    run = train(with_images(small(), 16), output=tmp_path / "run", progress=False)
    newest = checkpoints(run / "state")[-1]
    newest.write_bytes(newest.read_bytes()[:1000])
    train(small(), output=run, progress=False)
    assert_same(run, unbroken)
    assert "step-00000004.pt is truncated" in (run / "log.txt").read_text()


def test_a_finished_run_is_left_as_it_is(unbroken: Path) -> None:
    before = checkpoints(unbroken / "state")[-1].stat().st_mtime_ns
    train(small(), output=unbroken, progress=False)
    assert checkpoints(unbroken / "state")[-1].stat().st_mtime_ns == before


@pytest.mark.parametrize("killed", ["save_model", "save_checkpoint"])
def test_killed_while_saving_a_restart_leaves_state_and_model_of_the_last_step(
    killed: str, unbroken: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = train(with_images(small(), 16), output=tmp_path / "run", progress=False)

    def kill(*_: Any, **__: Any) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch, pytest.raises(KeyboardInterrupt):
        patch.setattr(loop, killed, kill)
        train(small(), output=run, progress=False)
    train(small(), output=run, progress=False)
    assert_same(run, unbroken)
    for file in ("model.safetensors", "config.json"):
        assert (run / "generator" / file).read_bytes() == (unbroken / "generator" / file).read_bytes()
    assert "24 of 24 images" in (run / "generator" / "README.md").read_text()


def test_training_leaves_the_global_generator_alone(tmp_path: Path) -> None:
    before = torch.get_rng_state()
    dropping = ThreeScaleGenerator(sizes=(7, 14, 28), width=0.1, dropout=0.5)
    train(with_images(small(generator=dropping), 8), output=tmp_path / "run", progress=False)
    assert torch.equal(torch.get_rng_state(), before)


def test_a_run_does_not_go_on_with_other_faces(tmp_path: Path) -> None:
    shipped, manifest = embedded_manifest(), tmp_path / "manifest.csv"
    (tmp_path / "faces").symlink_to(shipped.root)
    people = list(dict.fromkeys(record.subject for record in shipped.select(split="train").records))

    def list_faces(count: int) -> None:
        chosen = shipped.select(subjects=people[:count]).records
        renamed = tuple(replace(record, path=f"faces/{record.path}") for record in chosen)
        write_manifest(Manifest(tmp_path, renamed), manifest)

    experiment = small()
    experiment = replace(experiment, data=replace(experiment.data, manifest=str(manifest)))
    list_faces(4)
    run = train(with_images(experiment, 4), output=tmp_path / "run", progress=False)
    list_faces(3)
    with pytest.raises(CheckpointError, match=rf"other faces than {manifest} lists now"):
        train(with_images(experiment, 8), output=run, progress=False)
    list_faces(4)
    train(with_images(experiment, 8), output=run, progress=False)


def test_a_start_from_another_guide_is_refused(unbroken: Path, tmp_path: Path) -> None:
    experiment = small(guide=Guide("rendered_a", weights="random", layer="embedding"))
    experiment = replace(experiment, schedule=replace(experiment.schedule, start_from=str(unbroken)))
    with pytest.raises(CheckpointError, match="decodes layer pool of rendered_a"):
        train(experiment, output=tmp_path / "run", progress=False)


@pytest.mark.slow
def test_worker_processes_change_nothing(unbroken: Path, tmp_path: Path) -> None:
    experiment = small()
    experiment = replace(experiment, data=replace(experiment.data, workers=2))
    assert_same(train(experiment, output=tmp_path / "run", progress=False), unbroken)


@pytest.mark.slow
def test_killed_at_any_moment_and_started_again_equals_unbroken(tmp_path: Path) -> None:
    experiment = small(images=60)
    experiment = replace(experiment, schedule=replace(experiment.schedule, checkpoint_every=1))
    unbroken = train(experiment, output=tmp_path / "unbroken", progress=False)
    config = tmp_path / "config.json"
    config.write_text(dump_experiment(experiment))
    run = tmp_path / "run"
    command = [
        sys.executable,
        "-m",
        "enface",
        "train",
        "--config",
        str(config),
        "--output",
        str(run),
        "--quiet",
    ]
    kills = 0
    for delay in (0.0, 0.05, 0.11):
        process = subprocess.Popen(command, env={**os.environ, "OMP_NUM_THREADS": "1"})
        newest = checkpoints(run / "state")[-1:]
        while process.poll() is None and checkpoints(run / "state")[-1:] == newest:
            time.sleep(0.005)
        time.sleep(delay)
        if process.poll() is None:
            process.send_signal(signal.SIGKILL)
            kills += 1
        process.wait()
    assert kills == 3
    train(experiment, output=run, progress=False)
    assert_same(run, unbroken)
    assert not list((run / "state").glob(".enface-part*"))


def test_another_experiment_is_refused_and_leaves_the_run_alone(unbroken: Path) -> None:
    other = small(seed=1)
    with pytest.raises(CheckpointError, match="seed is 1 now and was 0"):
        train(other, output=unbroken, progress=False)
    assert read_experiment(unbroken / "config.json") == small()


def test_fresh_discards_the_run(tmp_path: Path) -> None:
    run = train(with_images(small(), 8), output=tmp_path / "run", progress=False)
    train(with_images(small(seed=1), 4), output=run, progress=False, resume=False)
    assert [p.name for p in checkpoints(run / "state")] == ["step-00000001.pt"]
    assert [row["step"] for row in rows(run)] == [1]


def test_a_folder_of_something_else_is_not_touched(tmp_path: Path) -> None:
    (tmp_path / "thesis.txt").write_text("years of work")
    with pytest.raises(ConfigError, match="holds other files but no run"):
        train(small(), output=tmp_path, progress=False, resume=False)
    assert [p.name for p in tmp_path.iterdir()] == ["thesis.txt"]


def test_an_output_that_cannot_be_written(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(ConfigError, match=r"cannot write to .*--output"):
        train(small(), output=tmp_path / "file" / "run", progress=False)


def test_a_loss_that_explodes_names_step_term_and_checkpoint(tmp_path: Path) -> None:
    run = train(with_images(small(), 8), output=tmp_path / "run", progress=False)
    state = checkpoints(run / "state")[-1]
    content = torch.load(state, weights_only=True)
    for value in content["state"]["generator"].values():
        value.fill_(float("nan"))
    torch.save(content, state)
    with pytest.raises(TrainingError) as caught:
        train(small(), output=run, progress=False)
    for words in ("step 2", "critic/adversarial = nan", str(state)):
        assert words in str(caught.value)
        assert words in (run / "log.txt").read_text()


def test_tensorboard_events(tmp_path: Path) -> None:
    pytest.importorskip("tensorboard")
    run = train(with_images(small(), 4), output=tmp_path / "run", progress=False, tensorboard=True)
    assert list((run / "tensorboard").glob("events.out.*"))


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"generator_optimizer": Adam(), "objective": {"adversarial_weight": 0.0}}, "every weight"),
        ({"objective": {}}, "warmup_steps"),
        ({"data": {"pairing": "unpaired"}}, "paired"),
        ({"schedule": {"images": 0}}, "schedule.images"),
        ({"performance": {"threads": 0}}, "performance.threads"),
    ],
)
def test_experiments_that_cannot_be_trained(change: dict[str, Any], words: str, tmp_path: Path) -> None:
    experiment = small()
    if "objective" in change:
        silent = replace(
            experiment.objective,
            feature=replace(experiment.objective.feature, weight=0.0),
            pixel=replace(experiment.objective.pixel, weight=0.0),
            symmetry=replace(experiment.objective.symmetry, weight=0.0),
        )
        experiment = replace(experiment, objective=silent)
    for part, fields in change.items():
        if isinstance(fields, dict):
            experiment = replace(experiment, **{part: replace(getattr(experiment, part), **fields)})
    with pytest.raises(ConfigError, match=words):
        train(experiment, output=tmp_path / "run", progress=False)
    assert not (tmp_path / "run").exists()


def test_the_command_trains_and_prints_the_folder_last(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    config = tmp_path / "config.json"
    config.write_text(dump_experiment(small()))
    run = tmp_path / "run"
    arguments = ["--config", str(config), "--output", str(run), "--images", "4", "--schedule.batch-size", "2"]
    assert main(["train", *arguments]) == 0
    captured = capsys.readouterr()
    assert captured.out.splitlines()[-1] == str(run)
    assert "images" in captured.err
    assert read_experiment(run / "config.json").schedule.batch_size == 2


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--preset", "smok"], "did you mean 'smoke'"),
        ([], "--preset"),
        (["--preset", "smoke", "--config", "x.json"], "give one of"),
        (["--preset", "smoke", "--objective.featur.weight", "1"], "objective.feature.weight"),
    ],
)
def test_unusable_commands(arguments: list[str], words: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["train", *arguments]) == 2
    assert words in capsys.readouterr().err


def test_a_judge_may_not_guide(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"rendered_b is kept as an independent judge.*guides: .*rendered"):
        train(small(guide=Guide("rendered_b")), output=tmp_path / "run", progress=False)
