"""Training the landmark network: it learns, and a stopped run goes on with the same bits."""

import dataclasses
from pathlib import Path
from typing import Any, cast

import numpy as np
import pytest
import torch

from enface.networks.landmarks import LandmarkNetwork
from enface.rendering.geometry_set.plan import GeometrySet
from enface.rendering.geometry_set.shards import ShardReader
from enface.training.landmarks.framing import Faces, Framing
from enface.training.landmarks.recipe import LandmarkRecipe, Photograph
from enface.training.landmarks.task import LandmarkTask
from enface.training.supervised.schedule import Schedule
from enface.training.supervised.trainer import SupervisedTrainer
from training.landmarks.dotted import DottedFaces

TINY = GeometrySet(seed=1, people=4, sessions=1, pictures=4)


def _recipe(**changes: Any) -> LandmarkRecipe:
    recipe = LandmarkRecipe(
        name="tiny",
        geometry=TINY,
        validation=TINY,
        held_out=1,
        input_size=48,
        schedule=Schedule(
            images=24, batch_size=4, checkpoint_every=2, log_every=1, precision="float32", seed=3
        ),
    )
    return dataclasses.replace(recipe, **changes)


def _task(recipe: LandmarkRecipe) -> LandmarkTask:
    task = LandmarkTask(recipe, cast(ShardReader, DottedFaces()))
    torch.manual_seed(0)
    task.network = LandmarkNetwork(widths=(8, 8, 16, 16), joined=16, squeezed=8, hidden=32, input_size=48)
    return task


def test_people_held_out_are_not_samples() -> None:
    assert _recipe().samples == 12


def test_a_batch_holds_its_share_of_wrong_crops() -> None:
    task = _task(_recipe(wrong=0.25))
    crops = task.crops(Faces(**task.read(np.arange(8))), generator=torch.Generator().manual_seed(0))
    assert crops.images.shape == (8, 3, 48, 48)
    assert int(crops.face.sum()) == 6


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
    assert resumed.step == 4
    resumed.train(progress=False)
    for name, value in whole.published.state_dict().items():
        assert torch.equal(value, resumed.published.state_dict()[name]), name


def test_it_learns_one_batch(tmp_path: Path) -> None:
    still = Photograph(brightness=0, contrast=0, colour=0, grey=0, blur=0, noise=0, occluded=0)
    recipe = _recipe(
        wrong=0.0,
        framing=Framing(refined=1, refined_spread=0, refined_roll=0),
        photograph=still,
        schedule=Schedule(
            images=4 * 150, batch_size=4, learning_rate=3e-3, precision="float32", ema_images=20.0
        ),
        geometry=dataclasses.replace(TINY, people=2, pictures=4),
    )
    assert recipe.samples == 4
    task = _task(recipe)
    batch = task.read(np.arange(4))
    generator = torch.Generator().manual_seed(1)
    before = float(task.losses(batch, generator=generator)["points"].detach())
    trainer = SupervisedTrainer(task, recipe.schedule, folder=tmp_path)
    trainer.train(progress=False)
    crops = task.crops(Faces(**batch), generator=generator)
    with torch.no_grad():
        output = cast(LandmarkNetwork, trainer.published)(crops.images)
    distance = (output.points - crops.points).norm(dim=2).mean()
    assert float(distance) < 0.05
    assert float((output.log_distance.exp()).mean()) == pytest.approx(float(distance), rel=1.0)
    assert before > -1.0
