"""Training runs: they learn, repeat, resume, refuse, and publish what can be loaded."""

import json
from dataclasses import replace
from pathlib import Path

import pytest
import torch

from enface.cli.train_recognizer import Args, run
from enface.data.manifest import read_manifest
from enface.errors import CheckpointError, ConfigError, ManifestError, TrainingError
from enface.recognizers.registry import load_recognizer
from enface.training.recognizer.augment import centre_view
from enface.training.recognizer.crops import Crops, load_crops
from enface.training.recognizer.recipe import RECIPES, Recipe
from enface.training.recognizer.run import train_recognizer
from enface.training.recognizer.trainer import RecognizerTrainer

from .tiny import RECIPE, SIZE, make_people


@pytest.fixture
def crops(tmp_path: Path) -> Crops:
    manifest = read_manifest(make_people(tmp_path)).select(split="train")
    return load_crops(manifest, frame_size=SIZE, cache=tmp_path / "frames.npy", progress=False)


def _trainer(recipe: Recipe, crops: Crops, folder: Path) -> RecognizerTrainer:
    folder.mkdir(exist_ok=True)
    trainer = RecognizerTrainer(recipe, crops, folder=folder)
    trainer.resume()
    return trainer


def _state(trainer: RecognizerTrainer) -> dict[str, torch.Tensor]:
    return {**trainer.network.state_dict(), **trainer.objective.state_dict(prefix="objective.")}


@pytest.mark.parametrize("architecture", ["residual", "plain"])
def test_overfits_a_handful_of_people(architecture: str, crops: Crops, tmp_path: Path) -> None:
    recipe = replace(RECIPE, architecture=architecture, images=480)
    trainer = _trainer(recipe, crops, tmp_path / "run")
    trainer.train(progress=False)
    images = centre_view(torch.from_numpy(crops.frames.copy()).permute(0, 3, 1, 2), size=32)
    cosines = trainer.objective.people.cosines(trainer.embed(images))
    assert torch.equal(cosines.argmax(1), trainer.labels.person)
    rows = [json.loads(line) for line in (tmp_path / "run" / "curve.jsonl").read_text().splitlines()]
    assert rows[-1]["terms"]["identity"] < 0.2 * rows[0]["terms"]["identity"]
    assert rows[-1]["terms"]["picture"] < 0.6 * rows[0]["terms"]["picture"]


@pytest.mark.parametrize("precision", ["float32", "bfloat16"])
def test_resumed_run_equals_an_unbroken_one(precision: str, crops: Crops, tmp_path: Path) -> None:
    recipe = replace(RECIPE, precision=precision, jitter=Recipe().jitter)
    whole = _trainer(recipe, crops, tmp_path / "whole")
    whole.train(progress=False)
    _trainer(recipe, crops, tmp_path / "parts").train(progress=False, until=3)
    resumed = _trainer(recipe, crops, tmp_path / "parts")
    assert resumed.step == 3
    resumed.train(progress=False)
    for name, value in _state(whole).items():
        assert torch.equal(value, _state(resumed)[name]), name


def test_the_seed_decides_the_weights(crops: Crops, tmp_path: Path) -> None:
    recipe = replace(RECIPE, images=16)
    runs = [
        _trainer(replace(recipe, seed=seed), crops, tmp_path / f"run{index}")
        for index, seed in enumerate((5, 5, 6))
    ]
    for trainer in runs:
        trainer.train(progress=False)
    first, again, other = (trainer.network.state_dict()["stem.0.weight"] for trainer in runs)
    assert torch.equal(first, again)
    assert not torch.equal(first, other)


def test_every_picture_is_seen_once_per_pass(crops: Crops, tmp_path: Path) -> None:
    trainer = _trainer(RECIPE, crops, tmp_path / "run")
    seen: list[int] = []
    for trainer.step in range(9):
        seen += trainer._positions().tolist()
    count = len(crops.records)
    assert sorted(seen[:count]) == sorted(seen[count : 2 * count]) == list(range(count))
    assert seen[:count] != seen[count : 2 * count]


def test_checkpoint_of_another_recipe_and_a_broken_one_are_refused(crops: Crops, tmp_path: Path) -> None:
    trainer = _trainer(replace(RECIPE, images=8), crops, tmp_path / "run")
    trainer.train(progress=False)
    with pytest.raises(CheckpointError, match="belongs to another recipe"):
        _trainer(replace(RECIPE, images=16), crops, tmp_path / "run")
    (tmp_path / "run" / "state.pt").write_bytes(b"half a file")
    with pytest.raises(CheckpointError, match="cannot be read"):
        _trainer(RECIPE, crops, tmp_path / "run")


def test_a_loss_that_is_not_finite_stops_the_run(crops: Crops, tmp_path: Path) -> None:
    trainer = _trainer(replace(RECIPE, learning_rate=1e30, warmup=0.0), crops, tmp_path / "run")
    with pytest.raises(TrainingError, match=r"step \d+: a term is not finite .*lower learning_rate"):
        trainer.train(progress=False)
    assert not (tmp_path / "run" / "state.pt").exists()


def test_run_publishes_a_folder_that_loads_by_its_path(tmp_path: Path) -> None:
    manifest, output = make_people(tmp_path), tmp_path / "run"
    recipe = replace(RECIPE, images=24, may_guide=False)
    card = train_recognizer(recipe, manifest=manifest, output=output, progress=False)
    recognizer = load_recognizer(str(output / "recognizer"))
    assert recognizer.card == card
    assert recognizer.weights_sha256 == card.sha256
    assert not card.may_guide
    assert recognizer(torch.zeros(1, 3, 112, 112)).shape == (1, 192)
    text = (output / "recognizer" / "README.md").read_text()
    assert "3 rendered people, 18 images" in text
    assert "| 45 | 2 |" in text
    again = train_recognizer(recipe, manifest=manifest, output=output, progress=False)
    assert again.sha256 == card.sha256


def test_a_manifest_without_training_rows_is_refused(tmp_path: Path) -> None:
    manifest = make_people(tmp_path, people=1)
    with pytest.raises(ManifestError, match="no rows of split 'train'"):
        train_recognizer(RECIPE, manifest=manifest, output=tmp_path / "run", progress=False)


def test_command_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    manifest = make_people(tmp_path)
    with pytest.raises(ConfigError, match=r"unknown recipe 'rendered_c'.*did you mean 'rendered_"):
        run(Args(recipe="rendered_c", manifest=manifest, output=tmp_path / "run"))
    args = Args(
        recipe="rendered_b", manifest=manifest, output=tmp_path / "run", images=96, name="mine", seed=3
    )
    assert run(args) == 0
    assert capsys.readouterr().out == f"mine: {tmp_path / 'run' / 'recognizer'}\n"
    card = load_recognizer(str(tmp_path / "run" / "recognizer")).card
    assert card.source.startswith("trained by enface: enface train-recognizer rendered_b --manifest ")
    assert card.source.endswith(" --name mine --seed 3 --images 96")
    assert card.architecture == RECIPES["rendered_b"].architecture
