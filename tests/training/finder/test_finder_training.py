"""Training the face finder: it learns, a stopped run goes on with the same bits, and it is published."""

import dataclasses
from pathlib import Path
from typing import Any, cast

import numpy as np
import pytest
import torch

from enface.faces.detectors.protocol import Detection, FaceBox
from enface.models.finder import Finder, FinderCard
from enface.networks.finder import FinderNetwork
from enface.rendering.geometry_set.plan import GeometrySet
from enface.rendering.geometry_set.shards import ShardReader
from enface.training.finder.clutter_pool import ClutterPool
from enface.training.finder.publish import publish
from enface.training.finder.recipe import Composition, FinderRecipe
from enface.training.finder.task import FinderTask
from enface.training.finder.validation import (
    Scene,
    compose_scenes,
    false_alarms,
    look,
    recall,
    sighting,
    threshold,
)
from enface.training.supervised.schedule import Schedule
from enface.training.supervised.trainer import SupervisedTrainer
from training.finder.ovals import OvalHeads

TINY = GeometrySet(seed=1, people=4, sessions=1, pictures=4)


class OvalSet(OvalHeads):
    """With the plan that a rendered folder has."""

    plan = TINY


def _recipe(**changes: Any) -> FinderRecipe:
    recipe = FinderRecipe(
        name="tiny",
        geometry=TINY,
        validation=TINY,
        held_out=1,
        clutter=4,
        composition=Composition(size=64, side=(20.0, 45.0)),
        schedule=Schedule(
            images=24, batch_size=4, checkpoint_every=2, log_every=1, precision="float32", seed=3
        ),
    )
    return dataclasses.replace(recipe, **changes)


def _task(recipe: FinderRecipe) -> FinderTask:
    return FinderTask(recipe, cast(ShardReader, OvalHeads()))


def test_people_held_out_are_not_samples() -> None:
    assert _recipe().samples == 12


def test_a_stopped_run_goes_on_with_the_same_bits(tmp_path: Path) -> None:
    recipe = _recipe()
    whole, stopped, resumed = (
        SupervisedTrainer(_task(recipe), recipe.schedule, folder=tmp_path / name)
        for name in ("whole", "parts", "parts")
    )
    for name in ("whole", "parts"):
        (tmp_path / name).mkdir()
    whole.train(progress=False)
    stopped.train(until=4, progress=False)
    assert resumed.resume()
    resumed.train(progress=False)
    for name, value in whole.published.state_dict().items():
        assert torch.equal(value, resumed.published.state_dict()[name]), name


def test_it_learns_ovals_and_is_published(tmp_path: Path) -> None:
    recipe = _recipe(
        schedule=Schedule(
            images=60 * 8, batch_size=8, learning_rate=5e-3, precision="float32", ema_images=80.0, seed=1
        )
    )
    task = _task(recipe)
    batch = task.read(np.arange(8))
    before = float(task.losses(batch, generator=torch.Generator().manual_seed(1))["face"].detach())
    trainer = SupervisedTrainer(task, recipe.schedule, folder=tmp_path)
    trainer.train(progress=False)
    after = float(task.losses(batch, generator=torch.Generator().manual_seed(1))["face"].detach())
    assert after < 0.7 * before
    reader = cast(ShardReader, OvalSet())
    folder = publish(
        cast(FinderNetwork, trainer.published),
        recipe,
        folder=tmp_path / "model",
        reader=reader,
        validation=reader,
        minutes=1.0,
    )
    finder = Finder.load(folder)
    assert 0 < finder.score < 1
    text = (folder / "README.md").read_text(encoding="utf-8")
    assert "tiny" in text and finder.card.sha256 in text


def test_sightings_tell_hits_from_alarms() -> None:
    finder = Finder(FinderCard("none", (17, 50), 0.5, 0.5, "", "", "", ""), FinderNetwork())
    recipe = _recipe()
    seen = look(finder, recipe, cast(ShardReader, OvalSet()), range(4), pool=ClutterPool(2, seed=0), rounds=2)
    assert len(seen) == 8
    blank = sighting([], _scene([[0.0, 0, 30, 40]], kinds=[2], yaws=[10.0]))
    assert blank.score.tolist() == [0.0] and len(blank.alarms) == 0

    found = [Detection(FaceBox(*box), np.zeros((5, 2)), score) for box, score in BOXES]
    heads = [[0.0, 0, 30, 40], [100, 100, 30, 40], [200, 200, 30, 40]]
    one = sighting(found, _scene(heads, kinds=[2, 1, 0], yaws=[10.0, 20.0, 80.0]))
    assert one.score.tolist() == [0.9]
    assert one.sample.tolist() == [100]
    assert sorted(one.alarms.tolist()) == [0.3, 0.6]
    assert recall([one], score=0.8)[-1].found == 100 and recall([one], score=0.95)[-1].found == 0
    assert false_alarms([one, blank], score=0.5) == 0.5
    assert threshold([one], alarms=0.0) == pytest.approx(0.61)


def _scene(boxes: list[list[float]], *, kinds: list[int], yaws: list[float]) -> Scene:
    image = np.zeros((320, 320, 3), dtype=np.uint8)
    sample = np.arange(len(boxes)) + 100
    return Scene(image, np.array(boxes), np.array(kinds), sample=sample, yaw=np.array(yaws))


def test_everybody_looks_at_the_same_scenes() -> None:
    reader, pool = cast(ShardReader, OvalSet()), ClutterPool(2, seed=0)
    first, second = (list(compose_scenes(_recipe(), reader, range(4), pool=pool, seed=3)) for _ in range(2))
    assert all((a.image == b.image).all() for a, b in zip(first, second, strict=True))
    assert {int(k) for scene in first for k in scene.sample} <= set(range(4))
    other = next(iter(compose_scenes(_recipe(), reader, range(4), pool=pool, seed=4)))
    assert (other.image != first[0].image).any()


BOXES = (
    ((2, 1, 30, 40), 0.9),  # the face
    ((102, 98, 20, 25), 0.8),  # on one that may be found or not
    ((200, 200, 30, 40), 0.6),  # on a head that is none
    ((400, 10, 30, 40), 0.3),  # on nothing
)


@pytest.mark.resources
@pytest.mark.slow
def test_the_smoke_preset_renders_trains_and_is_published(tmp_path: Path, renderer: None) -> None:
    from enface.training.rendered_presets import PRESETS
    from enface.training.supervised.options import RunOptions

    options = RunOptions(output=tmp_path, data=None, workers=1, device="cpu", progress=False)
    folder = PRESETS["finder_smoke"].train(options)
    image = np.full((64, 64, 3), 120, np.uint8)
    assert Finder.load(folder).detect(image) == []
    assert "finder_smoke" in (folder / "README.md").read_text(encoding="utf-8")
