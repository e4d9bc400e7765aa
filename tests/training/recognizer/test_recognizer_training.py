"""Training runs: they learn, repeat, resume, refuse, and publish what can be loaded."""

import re
from dataclasses import replace
from pathlib import Path

import pytest
import torch

from enface.cli.train_recognizer import Args, run
from enface.data.manifest import read_manifest, write_manifest
from enface.data.records import Manifest
from enface.errors import CheckpointError, ConfigError, ManifestError, TrainingError
from enface.recognizers.registry import load_recognizer
from enface.training.recognizer.augment import centre_view
from enface.training.recognizer.crops import Crops, load_crops
from enface.training.recognizer.curve import draw_curve, log_recognition, read_curve
from enface.training.recognizer.recipe import RECIPES, Jitter, Recipe
from enface.training.recognizer.run import MODEL, train_on_manifest, train_recognizer
from enface.training.recognizer.settings import RunSettings
from enface.training.recognizer.task import RecognizerInTraining, RecognizerTask
from enface.training.recognizer.validation import YawRow
from enface.training.supervised.trainer import SupervisedTrainer

from .tiny import RECIPE, SIZE, make_people, scheduled


@pytest.fixture
def crops(tmp_path: Path) -> Crops:
    return load_crops(
        make_people(tmp_path), split="train", frame_size=SIZE, cache=tmp_path / "frames.npy", progress=False
    )


def _trainer(recipe: Recipe, crops: Crops, folder: Path) -> SupervisedTrainer:
    folder.mkdir(exist_ok=True)
    trainer = SupervisedTrainer(RecognizerTask(recipe, crops), recipe.schedule, folder=folder)
    trainer.resume()
    return trainer


@pytest.mark.parametrize("architecture", ["residual", "plain"])
def test_overfits_a_handful_of_people(architecture: str, crops: Crops, tmp_path: Path) -> None:
    recipe = replace(scheduled(images=480), architecture=architecture)
    trainer = _trainer(recipe, crops, tmp_path / "run")
    trainer.train(progress=False)
    images = centre_view(torch.from_numpy(crops.frames.copy()).permute(0, 3, 1, 2), size=32)
    network, task = trainer.published, trainer.task
    assert isinstance(network, RecognizerInTraining) and isinstance(task, RecognizerTask)
    cosines = network.objective.people.cosines(network.embed(images))
    assert torch.equal(cosines.argmax(1), task.labels.person)
    terms, _ = read_curve(tmp_path / "run")
    assert terms[-1]["terms"]["identity"] < 0.2 * terms[0]["terms"]["identity"]
    assert terms[-1]["terms"]["picture"] < 0.6 * terms[0]["terms"]["picture"]


@pytest.mark.parametrize("precision", ["float32", "bfloat16"])
def test_resumed_run_equals_an_unbroken_one(precision: str, crops: Crops, tmp_path: Path) -> None:
    recipe = replace(scheduled(precision=precision), jitter=Jitter())
    whole = _trainer(recipe, crops, tmp_path / "whole")
    whole.train(progress=False)
    _trainer(recipe, crops, tmp_path / "parts").train(progress=False, until=3)
    resumed = _trainer(recipe, crops, tmp_path / "parts")
    assert resumed.step == 3
    resumed.train(progress=False)
    for unbroken, parts in ((whole.network, resumed.network), (whole.published, resumed.published)):
        for name, value in unbroken.state_dict().items():
            assert torch.equal(value, parts.state_dict()[name]), name


def test_the_seed_decides_the_weights(crops: Crops, tmp_path: Path) -> None:
    runs = [
        _trainer(scheduled(images=16, seed=seed), crops, tmp_path / f"run{index}")
        for index, seed in enumerate((5, 5, 6))
    ]
    for trainer in runs:
        trainer.train(progress=False)
    first, again, other = (trainer.network.state_dict()["recognizer.stem.0.weight"] for trainer in runs)
    assert torch.equal(first, again)
    assert not torch.equal(first, other)


def test_checkpoint_of_another_recipe_or_of_other_faces_is_refused(crops: Crops, tmp_path: Path) -> None:
    trainer = _trainer(scheduled(images=8), crops, tmp_path / "run")
    trainer.train(progress=False)
    with pytest.raises(CheckpointError, match="belongs to another recipe"):
        _trainer(scheduled(images=16), crops, tmp_path / "run")
    others = Crops(crops.frames, tuple(replace(r, path=f"other/{r.path}") for r in crops.records))
    with pytest.raises(CheckpointError, match="belongs to another recipe"):
        _trainer(scheduled(images=8), others, tmp_path / "run")
    (tmp_path / "run" / "state.pt").write_bytes(b"half a file")
    with pytest.raises(CheckpointError, match="cannot be read"):
        _trainer(scheduled(images=8), crops, tmp_path / "run")


def test_a_loss_that_is_not_finite_stops_the_run(crops: Crops, tmp_path: Path) -> None:
    trainer = _trainer(scheduled(learning_rate=1e30, warmup=0.0), crops, tmp_path / "run")
    with pytest.raises(TrainingError, match=r"step \d+: the gradient is not finite .*lower learning_rate"):
        trainer.train(progress=False)
    assert not (tmp_path / "run" / "state.pt").exists()


def test_the_curve_survives_a_kill_and_is_drawn(tmp_path: Path) -> None:
    (tmp_path / "curve.jsonl").write_text(
        '{"step": 1, "images": 8, "terms": {"identity": 3.0}}\n{"step": 2, "im\n'
    )
    for rate in (0.2, 0.6):  # the second after the run went on from an earlier checkpoint
        log_recognition(tmp_path, [YawRow(30, 4, rate, 0.1), YawRow(90, 4, 0.0, 0.0)], step=2, images=16)
    terms, rank1 = read_curve(tmp_path)
    assert [line["step"] for line in terms] == [1]
    assert [line["rank1"][0]["same_look"] for line in rank1] == [0.6]
    assert draw_curve(tmp_path).read_bytes().startswith(b"\x89PNG")


def test_people_of_one_look_have_no_figure_across_looks(tmp_path: Path) -> None:
    manifest = make_people(tmp_path)
    faces = read_manifest(manifest)
    one = tuple(record for record in faces.records if record.session == "01")
    write_manifest(Manifest(tmp_path, one), manifest)
    settings = RunSettings(tmp_path / "run", progress=False)
    folder = train_on_manifest(scheduled(images=8), manifest, settings)
    assert re.search(r"\| 45 \| 1 \| [\d.]+ \| - \|", (folder / "README.md").read_text())
    _, rank1 = read_curve(settings.output)
    assert {row["other_look"] for row in rank1[-1]["rank1"]} == {None}
    assert (settings.output / "curve.png").stat().st_size > 1000


@pytest.mark.parametrize("device", ["gpu", "cuda:99", "meta"])
def test_a_device_that_is_not_there_is_refused_before_anything_is_done(device: str, tmp_path: Path) -> None:
    settings = RunSettings(tmp_path / "run", device=device, progress=False)
    with pytest.raises(ConfigError, match=rf"device '?{device}'?.*(use cpu|counted from 0)"):
        train_on_manifest(RECIPE, tmp_path / "none.csv", settings)
    with pytest.raises(ConfigError, match=rf"device '?{device}'?"):
        train_recognizer(RECIPES["recognizer_smoke"], settings)
    assert not settings.output.exists()


def test_run_publishes_a_folder_that_loads_by_its_path(tmp_path: Path) -> None:
    manifest, settings = make_people(tmp_path), RunSettings(tmp_path / "run", progress=False)
    recipe = replace(scheduled(images=24, checkpoint_every=2), may_guide=False)
    folder = train_on_manifest(recipe, manifest, settings)
    recognizer = load_recognizer(str(folder))
    assert recognizer.weights_sha256 == recognizer.card.sha256
    assert not recognizer.card.may_guide
    assert recognizer(torch.zeros(1, 3, 112, 112)).shape == (1, 192)
    text = (folder / "README.md").read_text()
    assert "3 people of a manifest, 18 images" in text
    assert "| 45 | 2 |" in text
    _, rank1 = read_curve(settings.output)
    assert [line["images"] for line in rank1] == [16, 24]
    assert {row["yaw"] for row in rank1[-1]["rank1"]} == {0, 45}
    assert (settings.output / "curve.png").stat().st_size > 1000
    again = train_on_manifest(recipe, manifest, settings)
    assert load_recognizer(str(again)).card == recognizer.card


def test_the_card_says_what_the_settings_say(tmp_path: Path) -> None:
    """And describes the faces and the command where they say nothing."""
    manifest, recipe = make_people(tmp_path), scheduled(images=8)
    cards = [
        load_recognizer(str(train_on_manifest(recipe, manifest, settings))).card
        for settings in (
            RunSettings(tmp_path / "silent", progress=False),
            RunSettings(tmp_path / "told", training_data="six dolls", command="dolls --all", progress=False),
        )
    ]
    assert [card.training_data for card in cards] == ["3 people of a manifest, 18 images", "six dolls"]
    assert [card.source for card in cards] == [
        f"trained by enface: enface train-recognizer {recipe.name} --manifest MANIFEST.csv --output RUN",
        "trained by enface: dolls --all",
    ]
    assert {card.licence for card in cards} == {"not stated: it follows from the training pictures"}
    for folder in ("silent", "told"):
        text = (tmp_path / folder / MODEL / "README.md").read_text()
        assert "rendered people" not in text and "consent of the people" in text


def test_a_manifest_without_training_rows_is_refused(tmp_path: Path) -> None:
    manifest = make_people(tmp_path, people=1)
    with pytest.raises(ManifestError, match="no rows of split 'train'"):
        train_on_manifest(RECIPE, manifest, RunSettings(tmp_path / "run", progress=False))


def test_command_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    manifest, output = str(make_people(tmp_path)), tmp_path / "run"
    with pytest.raises(ConfigError, match=r"unknown recipe 'rendered_c'.*did you mean 'rendered_"):
        run(Args(recipe="rendered_c", output=output))
    with pytest.raises(ConfigError, match="--validation goes with --manifest"):
        run(Args(recipe="rendered_a", validation=manifest, output=output))
    with pytest.raises(ConfigError, match="give one of them"):
        run(Args(recipe="rendered_a", manifest=manifest, data=tmp_path, output=output))
    args = Args(
        recipe="rendered_b", manifest=manifest, output=output, images=96, name="mine", seed=3, quiet=True
    )
    assert run(args) == 0
    assert capsys.readouterr().out == f"mine: {output / 'recognizer'}\n"
    card = load_recognizer(str(output / "recognizer")).card
    assert card.source.startswith(
        "trained by enface: enface train-recognizer rendered_b --manifest MANIFEST.csv --output RUN"
    )
    assert card.source.endswith(" --name mine --seed 3 --images 96")
    assert card.architecture == RECIPES["rendered_b"].architecture
