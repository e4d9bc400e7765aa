"""Geometry sets: samples by number, in the template's frame, written once and read back."""

from pathlib import Path

import numpy as np
import pytest
import torch
import torch.nn.functional as F
from safetensors import SafetensorError

from enface.faces.landmarks68 import five_points_of
from enface.faces.templates import TEMPLATES
from enface.rendering.asset import FaceAsset
from enface.rendering.errors import RenderingError
from enface.rendering.geometry_set import shards
from enface.rendering.geometry_set.frame import frontal_camera
from enface.rendering.geometry_set.plan import Address, GeometrySet
from enface.rendering.geometry_set.sample import GeometrySample, SampleRenderer
from enface.rendering.geometry_set.shards import ShardReader, render_geometry_set, shard_path, stacked
from enface.rendering.people.person import Person
from enface.rendering.people.surroundings import PLAIN_CLOTHES
from enface.rendering.scene.stage import set_stage
from enface.rendering.truth.correspondence import ABSENT, VISIBLE
from enface.rendering.truth.layers import SEGMENTS

PLAN = GeometrySet(seed=3, people=9, sessions=1, pictures=1, size=96, frontal_size=64, field_size=32)
TEMPLATE = TEMPLATES["enface-250-v1"]


@pytest.fixture(scope="module")
def samples(asset: FaceAsset) -> list[GeometrySample]:
    renderer = SampleRenderer(asset, PLAN)
    return [renderer.render(number) for number in range(4)]


def same(one: GeometrySample, other: GeometrySample) -> bool:
    first, second = stacked([one]), stacked([other])
    return all(np.array_equal(first[name], second[name]) for name in first)


def test_samples_have_addresses() -> None:
    plan = GeometrySet(seed=0, people=3, first_person=5, sessions=2, pictures=4)
    assert plan.samples == 24
    assert plan.address(0) == Address(5, 1, 1)
    assert plan.address(13) == Address(6, 2, 2)
    assert [n for number in range(PLAN.shards) for n in PLAN.shard(number)] == list(range(PLAN.samples))
    with pytest.raises(RenderingError, match="24"):
        plan.address(24)
    with pytest.raises(RenderingError, match="people 0"):
        GeometrySet(seed=0, people=0)


def test_a_sample_does_not_depend_on_what_came_before(
    asset: FaceAsset, samples: list[GeometrySample]
) -> None:
    fresh = SampleRenderer(asset, PLAN)
    assert same(fresh.render(2), samples[2])
    assert not np.array_equal(samples[0].image, samples[1].image)


def test_the_frontal_camera_puts_the_face_on_the_template(person: Person) -> None:
    stage = set_stage(person, (), PLAIN_CLOTHES)
    points = five_points_of(frontal_camera(stage).project(stage.landmarks, 250)[:, :2] - 0.5)
    middle = (points[0] + points[1]) / 2
    assert abs(middle[1] - TEMPLATE.eye_row) < 4.0
    assert abs((points[3] + points[4])[1] / 2 - TEMPLATE.mouth_row) < 4.0
    assert abs(middle[0] - 124.5) < 3.0
    spread = np.linalg.norm(points[[0, 1, 3, 4]] - TEMPLATE.points[[0, 1, 3, 4]], axis=1)
    assert spread.max() < 12.0


def test_landmarks_agree_with_the_field(samples: list[GeometrySample]) -> None:
    """A frontal landmark's pixel points to where the picture has the landmark."""
    for sample in samples:
        field = torch.from_numpy(sample.kept.field.astype(np.float32)).permute(2, 0, 1)[None]
        inside = [27, 28, 29, 30, 31, 33, 35, 51, 57]  # far from outlines and lids
        places = torch.from_numpy(sample.kept.landmarks[inside] * 2 - 1).view(1, 1, -1, 2)
        found = F.grid_sample(field, places, align_corners=False)[0, :, 0].T.numpy()
        pixels = (found + 1) * PLAN.size / 2 - 0.5
        error = np.linalg.norm(pixels - sample.landmarks[inside], axis=1)
        assert np.median(error) < 2.5


def test_what_is_seen_looks_alike(samples: list[GeometrySample]) -> None:
    """Looked up through the field, segments are the frontal ones: face is found where the face is seen."""
    face = SEGMENTS.index("face")
    hits, total = 0, 0
    for sample in samples:
        x, y = np.moveaxis((sample.kept.field.astype(np.float32) + 1) * PLAN.size / 2 - 0.5, 2, 0)
        column, row = (np.clip(np.round(v), 0, PLAN.size - 1).astype(int) for v in (x, y))
        middle = np.zeros_like(sample.kept.classes, bool)
        middle[12:24, 10:22] = True
        seen = (sample.kept.classes == VISIBLE) & middle
        hits += np.isin(sample.segmentation[row, column][seen], (face, 3, 4, 5, 6, 7, 9)).sum()
        total += seen.sum()
    assert total > 100 and hits / total > 0.97


def test_fields_go_on_outside_of_the_head(samples: list[GeometrySample]) -> None:
    for sample in samples:
        assert np.isfinite(sample.kept.field).all()
        assert (sample.neutral.classes == ABSENT).any()


def test_a_killed_run_goes_on_and_gives_the_same_files(asset: FaceAsset, tmp_path: Path) -> None:
    whole, broken = tmp_path / "whole", tmp_path / "broken"
    for folder in (whole, broken):
        render_geometry_set(PLAN, folder, progress=False)
    last = shard_path(broken, PLAN.shards - 1)
    before = last.read_bytes()
    last.unlink()
    render_geometry_set(PLAN, broken, progress=False)
    assert last.read_bytes() == before == shard_path(whole, PLAN.shards - 1).read_bytes()
    read = ShardReader(broken).read([8, 0], ("image", "person", "kept.field"))
    assert read["image"].shape == (2, 96, 96, 3) and read["person"].tolist() == [9, 1]
    last.unlink()
    with pytest.raises(RenderingError, match="missing or broken"):
        ShardReader(broken).read([8], ("image",))


def test_other_sets_and_files_are_refused(asset: FaceAsset, tmp_path: Path) -> None:
    small = GeometrySet(seed=1, people=1, sessions=1, pictures=1, size=32, frontal_size=32, field_size=16)
    folder = render_geometry_set(small, tmp_path / "set", progress=False)
    other = GeometrySet(seed=2, people=1, sessions=1, pictures=1, size=32, frontal_size=32, field_size=16)
    with pytest.raises(RenderingError, match="another geometry set"):
        render_geometry_set(other, folder, progress=False)
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "letter.txt").write_text("dear")
    with pytest.raises(RenderingError, match="other files"):
        render_geometry_set(small, tmp_path / "mine", progress=False)
    with pytest.raises(RenderingError, match="no geometry set"):
        ShardReader(tmp_path / "mine")


def test_a_full_disk_says_so_and_leaves_no_half_shard(
    asset: FaceAsset, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(_: object, path: Path) -> None:
        Path(path).write_bytes(b"half")
        raise SafetensorError("Error while serializing: I/O error: No space left on device (os error 28)")

    monkeypatch.setattr(shards, "save_file", full)
    small = GeometrySet(seed=1, people=1, sessions=1, pictures=1, size=32, frontal_size=32, field_size=16)
    with pytest.raises(RenderingError, match=r"cannot write to .*No space left on device"):
        render_geometry_set(small, tmp_path / "set", progress=False)
    assert [file.name for file in (tmp_path / "set").iterdir()] == ["geometry-set.json"]
