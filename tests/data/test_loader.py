"""A batch is decided by its number and the seed: not by workers, ranks, caches or where one started."""

import multiprocessing
import shutil
import time
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from itertools import islice
from pathlib import Path

import numpy as np
import pytest
import torch

from enface.config.schema import Data
from enface.data import loader
from enface.data.batch import FrontalizationBatch
from enface.data.embedded import embedded_manifest
from enface.data.faceset import AlignedFaces
from enface.data.loader import make_loader
from enface.data.manifest import write_manifest
from enface.data.pairing import make_pairs
from enface.data.records import Manifest
from enface.errors import ConfigError, ImageError, TrainingError

SIZES = (14, 28, 56)

# Torch's advice on machines with fewer cores than a test asks for.
pytestmark = pytest.mark.filterwarnings("ignore:This DataLoader will create")


@pytest.fixture(scope="module")
def small_set(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Six train people of the embedded set."""
    root = tmp_path_factory.mktemp("set")
    source = embedded_manifest()
    subset = source.select(split="train", subjects=[f"{i:03}" for i in range(1, 7)])
    (root / "images").mkdir()
    for record in subset.records:
        shutil.copyfile(source.file(record), root / record.path)
    write_manifest(subset, root / "manifest.csv")
    return root / "manifest.csv"


@pytest.fixture
def data(small_set: Path) -> Data:
    return Data(manifest=str(small_set), pairing="paired", aligned_size=62, crop_size=56, workers=0)


def first(data: Data, count: int, **arguments: int) -> list[FrontalizationBatch]:
    settings = {"batch_size": 6, "seed": 3, **arguments}
    with closing(make_loader(data, sizes=SIZES, **settings)) as batches:
        return list(islice(batches, count))


def pictures(batch: FrontalizationBatch) -> Iterator[torch.Tensor]:
    yield batch.profile
    yield from batch.frontals.values()
    yield from (batch.ground_truth or {}).values()


def assert_same(one: FrontalizationBatch, other: FrontalizationBatch) -> None:
    assert torch.equal(one.positions, other.positions)
    for a, b in zip(pictures(one), pictures(other), strict=True):
        assert torch.equal(a, b)


def test_shapes_and_types(data: Data) -> None:
    (batch,) = first(data, 1)
    assert len(batch) == 6
    assert batch.profile.shape == (6, 3, 56, 56)
    assert batch.ground_truth is not None
    for images in (batch.frontals, batch.ground_truth):
        assert {size: tuple(image.shape) for size, image in images.items()} == {
            size: (6, 3, size, size) for size in SIZES
        }
    assert {image.dtype for image in pictures(batch)} == {torch.uint8}
    assert batch.positions.tolist() == list(range(6))
    assert batch.to("cpu").profile.shape == batch.profile.shape


def test_unpaired_has_no_ground_truth(data: Data) -> None:
    assert first(replace(data, pairing="unpaired"), 1)[0].ground_truth is None


@pytest.mark.parametrize("workers", [1, 3])
def test_workers_do_not_change_the_content(data: Data, workers: int) -> None:
    # 12 batches of 6 are two passes over 36 probes.
    here = first(data, 12)
    there = first(replace(data, workers=workers), 12)
    for one, other in zip(here, there, strict=True):
        assert_same(one, other)


def test_the_cache_does_not_change_the_content(data: Data) -> None:
    for one, other in zip(first(data, 8), first(data, 8, cache_bytes=0), strict=True):
        assert_same(one, other)


@pytest.mark.parametrize("start", [1, 7])
def test_starting_later_continues_exactly(data: Data, start: int) -> None:
    whole = first(data, start + 2)
    for one, other in zip(whole[start:], first(data, 2, start=start), strict=True):
        assert_same(one, other)


def test_ranks_see_the_same_global_batch(data: Data) -> None:
    whole = first(data, 3)
    ranks = [first(data, 3, rank=rank, world=2) for rank in range(2)]
    for one, *parts in zip(whole, *ranks, strict=True):
        assert [len(part) for part in parts] == [3, 3]
        order = torch.cat([part.positions for part in parts]).argsort()
        for image, *shares in zip(pictures(one), *map(pictures, parts), strict=True):
            assert torch.equal(image, torch.cat(shares)[order])


def test_seeds_differ(data: Data) -> None:
    assert not torch.equal(first(data, 1)[0].profile, first(data, 1, seed=4)[0].profile)


def test_the_global_random_state_is_neither_used_nor_changed(data: Data) -> None:
    torch.manual_seed(1)
    np.random.seed(1)  # noqa: NPY002
    before = torch.get_rng_state()
    one = first(data, 1)[0]
    assert torch.equal(torch.get_rng_state(), before)
    torch.manual_seed(2)
    np.random.seed(2)  # noqa: NPY002
    assert_same(one, first(data, 1)[0])


def test_a_sample_is_the_crop_that_its_draw_names(data: Data) -> None:
    plain = replace(data, crop="center", mirror=False)
    (batch,) = first(plain, 1)
    manifest = Manifest(
        root=Path(str(data.manifest)).parent,
        records=embedded_manifest().select(split="train", subjects=[f"{i:03}" for i in range(1, 7)]).records,
    )
    faces, pairs = AlignedFaces(manifest, aligned_size=62), make_pairs(manifest, "paired")
    assert batch.ground_truth is not None
    for i in range(6):
        draw = pairs.draw(i, 3)
        assert draw.truth is not None
        for tensor, index in (
            (batch.profile, draw.profile),
            (batch.frontals[56], draw.frontal),
            (batch.ground_truth[56], draw.truth),
        ):
            assert np.array_equal(tensor[i].permute(1, 2, 0).numpy(), faces.centre(index, size=56))


def test_about_half_of_the_inputs_are_flipped_and_truth_follows_only_when_asked(data: Data) -> None:
    plain = replace(data, crop="center")
    straight = first(replace(plain, mirror=False), 12)
    flipped = first(plain, 12)
    both = first(replace(plain, mirror_ground_truth=True), 12)
    flips = 0
    for a, b, c in zip(straight, flipped, both, strict=True):
        assert a.ground_truth is not None and b.ground_truth is not None and c.ground_truth is not None
        for i in range(6):
            changed = torch.equal(b.profile[i], a.profile[i].flip(-1))
            assert changed or torch.equal(b.profile[i], a.profile[i])
            flips += changed
            assert torch.equal(b.ground_truth[56][i], a.ground_truth[56][i])
            expected = a.ground_truth[56][i].flip(-1) if changed else a.ground_truth[56][i]
            assert torch.equal(c.ground_truth[56][i], expected)
            assert torch.equal(b.frontals[56][i], a.frontals[56][i])
    assert 20 <= flips <= 52  # 72 fair coins: outside with a chance of about 1e-4; the seed is fixed


def test_small_frontals_can_be_decimated(data: Data) -> None:
    (batch,) = first(replace(data, small_frontals="decimate"), 1)
    assert torch.equal(batch.frontals[14], batch.frontals[56][..., ::4, ::4])
    (smooth,) = first(data, 1)
    assert torch.equal(smooth.frontals[56], batch.frontals[56])
    assert not torch.equal(smooth.frontals[14], batch.frontals[14])


def test_frontals_of_a_separate_folder(data: Data, small_set: Path, tmp_path: Path) -> None:
    for i, source in enumerate(sorted((small_set.parent / "images").glob("*_01_01_051_07.jpg"))[:3]):
        shutil.copyfile(source, tmp_path / f"person{i}.jpg")
    (batch,) = first(replace(data, frontal_manifest=str(tmp_path)), 1)
    (usual,) = first(data, 1)
    assert torch.equal(batch.profile, usual.profile)
    # Three frontals, so six samples show each of them twice.
    assert len({image.numpy().tobytes() for image in batch.frontals[56]}) == 3


@pytest.mark.parametrize("workers", [0, 2])
def test_a_broken_picture_surfaces_with_its_name(
    data: Data, small_set: Path, tmp_path: Path, workers: int
) -> None:
    shutil.copytree(small_set.parent, tmp_path / "set")
    broken = sorted((tmp_path / "set" / "images").glob("*.jpg"))[1]
    broken.write_bytes(broken.read_bytes()[:700])
    bad = replace(data, manifest=str(tmp_path / "set" / "manifest.csv"), workers=workers)
    with pytest.raises(ImageError, match=broken.name) as caught:
        first(bad, 12)
    assert "Traceback" not in str(caught.value)
    assert not multiprocessing.active_children()


def test_closing_ends_the_workers(data: Data) -> None:
    batches = make_loader(replace(data, workers=2), sizes=SIZES, batch_size=6, seed=0)
    next(batches)
    assert len(multiprocessing.active_children()) == 2
    batches.close()
    assert not multiprocessing.active_children()


# PyTorch raises where the signal of the death finds it, now and then in a destructor of its own.
in_destructors = pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
KILLED = r"was killed, perhaps for lack of memory; .*--data\.workers"


@in_destructors
def test_a_killed_worker_is_told(data: Data) -> None:
    batches = make_loader(replace(data, workers=1), sizes=SIZES, batch_size=6, seed=0)
    next(batches)
    with pytest.raises(TrainingError, match=KILLED), loader.lost_workers_told():
        multiprocessing.active_children()[0].kill()
        for _ in range(20):
            next(batches)


@in_destructors
def test_a_worker_killed_while_a_step_is_made_is_told_too(data: Data) -> None:
    with closing(make_loader(replace(data, workers=1), sizes=SIZES, batch_size=6, seed=0)) as batches:
        next(batches)
        with pytest.raises(TrainingError, match=KILLED), loader.lost_workers_told():
            multiprocessing.active_children()[0].kill()
            time.sleep(30)


@pytest.mark.parametrize(
    "error", [ConnectionResetError(104, "reset by peer"), ConnectionRefusedError(), EOFError()]
)
def test_a_worker_killed_while_it_hands_a_batch_over_is_told_too(error: Exception) -> None:
    with pytest.raises(TrainingError, match=KILLED):
        next(loader._batches(_Failing(error)))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "error",
    [
        ConnectionError("Caught ConnectionError in DataLoader worker process 0.\nOriginal Traceback ..."),
        RuntimeError("Caught RuntimeError in DataLoader worker process 0.\nOriginal Traceback ..."),
        RuntimeError("a defect in a transform"),
    ],
)
def test_an_error_of_a_living_worker_stays_what_it_is(error: Exception) -> None:
    with pytest.raises(type(error)) as caught, loader.lost_workers_told():
        next(loader._batches(_Failing(error)))  # type: ignore[arg-type]
    assert caught.value is error


class _Failing:
    """In place of a loader whose first batch fails."""

    def __init__(self, error: Exception) -> None:
        self.error = error

    def __iter__(self) -> Iterator[FrontalizationBatch]:
        raise self.error


@pytest.mark.parametrize(
    ("change", "arguments", "message"),
    [
        ({}, {"batch_size": 5, "world": 2}, "batch_size is 5, but must be a positive multiple of the 2"),
        ({}, {"batch_size": 0}, "batch_size is 0"),
        ({"crop_size": 70}, {}, r"crop_size is 70, allowed: 1\.\.62"),
        ({"crop_size": 28}, {}, r"output size 56 does not fit data\.crop_size; allowed: 1\.\.28"),
        ({"crop_size": 57, "small_frontals": "decimate"}, {}, "output size 14 is no whole fraction"),
        ({"workers": -1}, {}, "workers is -1"),
    ],
)
def test_settings_that_do_not_fit_are_refused_at_once(
    data: Data, change: dict[str, object], arguments: dict[str, int], message: str
) -> None:
    with pytest.raises(ConfigError, match=message):
        make_loader(
            replace(data, **change),  # type: ignore[arg-type]
            sizes=SIZES,
            **{"batch_size": 6, "seed": 0, **arguments},
        )
