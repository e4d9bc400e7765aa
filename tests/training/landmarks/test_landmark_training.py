"""Training the landmark network: it learns, and a stopped run goes on with the same bits."""

import dataclasses
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

import numpy as np
import pytest
import torch

from enface.errors import ConfigError
from enface.faces.detectors.protocol import FaceBox
from enface.models.landmarker import Landmarker
from enface.networks.landmarks import LandmarkNetwork
from enface.rendering.geometry_set.plan import GeometrySet
from enface.rendering.geometry_set.shards import ShardReader
from enface.rendering.people.look import Glasses
from enface.rendering.studio import Studio
from enface.training.landmarks import task as landmark_task
from enface.training.landmarks.framing import Faces, Framing
from enface.training.landmarks.recipe import LandmarkRecipe, Photograph
from enface.training.landmarks.task import LandmarkTask
from enface.training.landmarks.traits import rows_by_trait
from enface.training.landmarks.validation import Errors, Truth
from enface.training.rendered_presets import PRESETS
from enface.training.supervised.options import RunOptions
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


class _Elsewhere:
    """A tensor on another device, of which crops are to use nothing but its copy on the CPU."""

    def __init__(self, tensor: torch.Tensor) -> None:
        self.device, self._tensor = torch.device("meta"), tensor

    def cpu(self) -> torch.Tensor:
        return self._tensor


def test_crops_are_made_on_the_cpu_and_judged_on_the_networks_device(monkeypatch: pytest.MonkeyPatch) -> None:
    task = _task(_recipe(wrong=0.25))
    task.network = torch.nn.Identity()
    monkeypatch.setattr(
        landmark_task, "landmark_losses", lambda shown, crops, _: {"shown": shown, **crops._asdict()}
    )
    batch = {name: _Elsewhere(value) for name, value in task.read(np.arange(8)).items()}
    generator = torch.Generator().manual_seed(0)
    judged = task.losses(cast(dict[str, torch.Tensor], batch), generator=generator)
    assert judged["shown"].shape == (8, 3, 48, 48)
    assert {value.device.type for value in judged.values()} == {"meta"}


@pytest.mark.parametrize("preset", ["landmarks_smoke", "finder_smoke", "photo_warp_smoke"])
def test_a_device_that_is_not_there_is_refused_before_rendering(preset: str, tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="unknown device 'gpu'; use cpu, cuda or cuda:N"):
        PRESETS[preset].train(RunOptions(tmp_path / "run", device="gpu", progress=False))
    assert not (tmp_path / "run").exists()


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


@dataclass(frozen=True)
class _Somebody:
    melanin: float
    age: float
    female: bool
    bearded: bool
    glasses: Glasses | None = None


class _Studio:
    """Knows two people, of whom the first wears glasses in session 2."""

    def identity(self, person: int) -> _Somebody:
        young = _Somebody(0.1, 0.1, female=True, bearded=False)
        return young if person == 1 else _Somebody(1.4, 0.9, female=False, bearded=True)

    def look(self, person: int, session: int) -> _Somebody:
        worn = Glasses(2.0, 1.5, 2.0, 0.1, (0, 0, 0)) if (person, session) == (1, 2) else None
        return dataclasses.replace(self.identity(person), glasses=worn)


def test_errors_are_told_by_group_of_people() -> None:
    faces = 4
    truth = Truth(
        images=[],
        points=np.zeros((faces, 68, 2)),
        visible=np.ones((faces, 68), dtype=bool),
        pose=np.zeros((faces, 3)),
        interocular=np.ones(faces),
        person=np.array([1, 1, 2, 2]),
        session=np.array([1, 2, 1, 2]),
    )
    off = np.array([1.0, 3.0, 5.0, 7.0])
    errors = Errors(
        points=np.repeat(off[:, None], 68, axis=1), five=np.zeros((faces, 5)), pose=-off[:, None] * [1, 0, 0]
    )
    rows = {row.group: row for row in rows_by_trait(errors, truth, cast(Studio, _Studio()))}
    assert {name: (row.people, row.faces, row.every, row.yaw) for name, row in rows.items()} == {
        "skin tone: light": (1, 2, 2.0, 2.0),
        "skin tone: dark": (1, 2, 6.0, 6.0),
        "age: young": (1, 2, 2.0, 2.0),
        "age: old": (1, 2, 6.0, 6.0),
        "sex: female": (1, 2, 2.0, 2.0),
        "sex: male": (1, 2, 6.0, 6.0),
        "glasses: no": (2, 3, pytest.approx(13 / 3), pytest.approx(13 / 3)),
        "glasses: yes": (1, 1, 3.0, 3.0),
        "beard, of men: yes": (1, 2, 6.0, 6.0),
    }


@pytest.mark.resources
@pytest.mark.slow
def test_the_smoke_preset_renders_trains_and_is_published(tmp_path: Path, renderer: None) -> None:
    folder = PRESETS["landmarks_smoke"].train(RunOptions(tmp_path, progress=False))
    (found,) = Landmarker.load(folder).batch([(np.full((64, 64, 3), 120, np.uint8), FaceBox(8, 8, 48, 48))])
    assert np.isfinite(found.points).all() and found.points.shape == (68, 2)
    card = (folder / "README.md").read_text(encoding="utf-8")
    assert "12 rendered pictures of 3 invented people" in card and "| skin tone: " in card

    with pytest.raises(ConfigError, match=r"landmarks_smoke draws its first weights; leave out --start"):
        PRESETS["landmarks_smoke"].train(RunOptions(tmp_path, start=folder))
