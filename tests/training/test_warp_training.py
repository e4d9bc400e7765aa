"""The warp network's training: where pictures and fields go, losses, resuming, one batch learnt by heart."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from safetensors.numpy import save_file

from enface.errors import CheckpointError
from enface.faces import geometry
from enface.faces.templates import TEMPLATES
from enface.networks.warp.blocks import identity, look_up
from enface.rendering.geometry_set.plan import GeometrySet
from enface.rendering.geometry_set.shards import CARD, ShardReader, shard_path
from enface.training.supervised.schedule import Schedule
from enface.training.supervised.trainer import SupervisedTrainer
from enface.training.warp import finish_task
from enface.training.warp.field_task import FieldTask
from enface.training.warp.finish_task import FinishTask, in_light_of
from enface.training.warp.pictures import jittered_pictures
from enface.training.warp.placing import cut_out, moved_fields, placement, sampling_grid
from enface.training.warp.recipe import FieldRecipe, FinishRecipe, Jitter, WarpRecipe

PLAN = GeometrySet(seed=0, people=2, sessions=1, pictures=4, size=80, frontal_size=128)
TEMPLATE = TEMPLATES["enface-250-v1"]


@pytest.fixture(scope="module")
def reader(tmp_path_factory: pytest.TempPathFactory) -> ShardReader:
    """Smooth pictures with made-up geometry: the frontal face is the picture itself."""
    rng = np.random.default_rng(0)
    folder = tmp_path_factory.mktemp("set")
    count = PLAN.samples
    coarse = torch.from_numpy(rng.random((count, 3, 8, 8)).astype(np.float32))
    smooth = torch.nn.functional.interpolate(coarse, size=128, mode="bicubic").clamp(0, 1) * 255
    frontal = smooth.permute(0, 2, 3, 1).byte().numpy()
    image = torch.nn.functional.interpolate(smooth, size=80, mode="area").permute(0, 2, 3, 1).byte().numpy()
    field = np.broadcast_to(identity(64, like=torch.zeros(1)).permute(0, 2, 3, 1).numpy(), (count, 64, 64, 2))
    classes = np.ones((count, 64, 64), np.uint8)
    landmarks = np.zeros((count, 68, 2), np.float32)
    five = (TEMPLATE.points + 0.5) * (80 / 250) - 0.5
    landmarks[:, 36:42], landmarks[:, 42:48] = five[0], five[1]
    landmarks[:, [30, 48, 54]] = five[2:]
    arrays = {
        "image": image,
        "segmentation": np.ones((count, 80, 80), np.uint8),
        "landmarks": landmarks,
        "pose": np.zeros((count, 3), np.float32),
        "person": np.repeat([1, 2], 4),
    }
    for mode in ("kept", "neutral"):
        arrays[f"{mode}.field"] = field.astype(np.float16)
        arrays[f"{mode}.classes"] = classes
        arrays[f"{mode}.picture"] = frontal
    save_file({name: np.ascontiguousarray(value) for name, value in arrays.items()}, shard_path(folder, 0))
    plan = ", ".join(f'"{k}": {v}' for k, v in PLAN.__dict__.items())
    (folder / CARD).write_text(f'{{"plan": {{{plan}}}, "asset": "none"}}')
    return ShardReader(folder)


def schedule(images: int) -> Schedule:
    return Schedule(
        images=images, batch_size=4, learning_rate=3e-3, warmup=0.0, ema_images=4.0, precision="float32"
    )


RECIPE = WarpRecipe(
    name="tiny",
    data=PLAN,
    validation=PLAN,
    field=FieldRecipe(schedule(16), size=64, components=3),
    finish=FinishRecipe(schedule(16)),
    confidence_judge="rendered_b",
)


def field_task(reader: ShardReader, recipe: WarpRecipe = RECIPE) -> FieldTask:
    task = FieldTask(recipe, reader)
    task.principal_components()
    return task


def remembered(function: Callable[..., Any], found: list[Any]) -> Callable[..., Any]:
    """The function, which also adds what it returns to a list."""

    def call(*arguments: Any, **named: Any) -> Any:
        found.append(function(*arguments, **named))
        return found[-1]

    return call


def test_exact_landmarks_bring_the_face_to_the_template(reader: ShardReader) -> None:
    batch = reader.read([0], ("landmarks",))
    matrix = placement(batch["landmarks"][0], 0.0, size=250)
    np.testing.assert_allclose(matrix, geometry.rescale(250 / 80), atol=1e-4)


@pytest.mark.parametrize("mirror", [False, True])
def test_fields_follow_the_picture_into_the_crop(mirror: bool) -> None:
    """Looking the crop up through the moved field is looking the picture up through the field."""
    coarse = torch.rand(1, 3, 6, 6)
    smooth = torch.nn.functional.interpolate(coarse, size=80, mode="bicubic").clamp(0, 1)
    picture = (smooth * 255).byte().permute(0, 2, 3, 1)
    turn = np.array([[1.4, 0.3, -12.0], [-0.3, 1.4, 8.0]])
    grid = sampling_grid([turn], picture=80, size=100, mirror=torch.tensor([mirror]))
    field = identity(64, like=torch.zeros(1)) * 0.4
    expected = look_up(smooth, field)
    crop = cut_out(picture, grid, size=100)
    found = look_up(crop, moved_fields(field.permute(0, 2, 3, 1), grid))
    assert (found - expected).abs().mean() < 0.02


def test_jitter_moves_the_crop_by_what_it_says(reader: ShardReader) -> None:
    points = reader.read([0], ("landmarks",))["landmarks"][0]
    rng = np.random.default_rng(0)
    exact = placement(points, 0.0, size=250)
    jitter = Jitter(points=0.0, yaw=0.0, rotation=0.0, zoom=0.1, shift=0.0)
    scales = [
        geometry.scale_of(placement(points, 0.0, size=250, jitter=jitter, rng=rng)) / geometry.scale_of(exact)
        for _ in range(200)
    ]
    assert np.std(np.log(scales)) == pytest.approx(0.1, rel=0.3)


def test_one_batch_is_learnt_by_heart(reader: ShardReader) -> None:
    task = field_task(reader)
    batch = task.read(np.arange(4))
    optimizer = torch.optim.Adam(task.network.parameters(), lr=2e-3)

    def step() -> float:
        terms = task.losses(batch, generator=torch.Generator().manual_seed(0))  # the same views every time
        optimizer.zero_grad()
        torch.stack(list(terms.values())).sum().backward()
        optimizer.step()
        return float((terms["coarse"] + terms["field"]).item())

    losses = [step() for _ in range(40)]
    assert losses[-1] < losses[0] / 2


def test_a_resumed_run_has_the_same_bits(reader: ShardReader, tmp_path: Path) -> None:
    whole, parts = tmp_path / "whole", tmp_path / "parts"
    for folder in (whole, parts):
        folder.mkdir()
    unbroken = SupervisedTrainer(field_task(reader), schedule(16), folder=whole)
    unbroken.train(progress=False)
    first = SupervisedTrainer(field_task(reader), schedule(16), folder=parts)
    first.train(progress=False, until=2)
    second = SupervisedTrainer(field_task(reader), schedule(16), folder=parts)
    assert second.resume() and second.step == 2
    second.train(progress=False)
    for name, value in unbroken.published.state_dict().items():
        assert torch.equal(value, second.published.state_dict()[name]), name


def test_pictures_and_targets_are_not_rounded_with_the_networks(
    reader: ShardReader, monkeypatch: pytest.MonkeyPatch
) -> None:
    field = field_task(reader)
    finish = FinishTask(RECIPE, field.network, reader)
    placed: list[Any] = []
    pictures: list[Any] = []
    monkeypatch.setattr(field, "_placed", remembered(field._placed, placed))
    monkeypatch.setattr(finish_task, "jittered_pictures", remembered(jittered_pictures, pictures))
    for bfloat16 in (False, True):
        with torch.autocast("cpu", dtype=torch.bfloat16, enabled=bfloat16):
            for task in (field, finish):
                task.losses(task.read(np.arange(4)), generator=torch.Generator().manual_seed(0))
    for exact, found in zip(placed[0] + pictures[0], placed[1] + pictures[1], strict=True):
        assert torch.equal(exact, found)


def test_a_checkpoint_of_other_pictures_or_of_another_start_is_refused(
    reader: ShardReader, tmp_path: Path
) -> None:
    def trainer(recipe: WarpRecipe) -> SupervisedTrainer:
        return SupervisedTrainer(FieldTask(recipe, reader), schedule(16), folder=tmp_path)

    trainer(RECIPE).save()
    assert trainer(RECIPE).resume()
    others = (
        replace(RECIPE, data=replace(PLAN, seed=5)),
        replace(RECIPE, validation=replace(PLAN, seed=6)),
        replace(RECIPE, start_sha256="0" * 64),
    )
    for other in others:
        with pytest.raises(CheckpointError, match="belongs to another recipe"):
            trainer(other).resume()


def test_a_finisher_belongs_to_its_field_network(reader: ShardReader, tmp_path: Path) -> None:
    field = FieldTask(RECIPE, reader).network

    def trainer() -> SupervisedTrainer:
        return SupervisedTrainer(FinishTask(RECIPE, field, reader), schedule(16), folder=tmp_path)

    trainer().save()
    assert trainer().resume()
    field.mean += 1.0
    with pytest.raises(CheckpointError, match="belongs to another recipe"):
        trainer().resume()


def test_first_weights_and_components_leave_the_global_generator_alone(reader: ShardReader) -> None:
    before = torch.get_rng_state()
    FinishTask(RECIPE, field_task(reader).network, reader)
    assert torch.equal(torch.get_rng_state(), before)


def test_the_finisher_learns_while_the_field_stands_still(reader: ShardReader, tmp_path: Path) -> None:
    field = field_task(reader).network
    frozen = {name: value.clone() for name, value in field.state_dict().items()}
    task = FinishTask(RECIPE, field, reader)
    start = {name: value.clone() for name, value in task.network.state_dict().items()}
    SupervisedTrainer(task, schedule(16), folder=tmp_path).train(progress=False)
    assert all(torch.equal(value, field.state_dict()[name]) for name, value in frozen.items())
    assert any(not torch.equal(value, task.network.state_dict()[name]) for name, value in start.items())


def test_the_truth_takes_the_pictures_light() -> None:
    truth = torch.rand(1, 3, 32, 32) - 0.5
    picture = truth * 0.8 + torch.tensor([0.1, -0.1, 0.0]).view(1, 3, 1, 1)
    lit = in_light_of(truth, picture, torch.ones(1, 1, 32, 32))
    assert (lit - picture).abs().max() < 0.03
