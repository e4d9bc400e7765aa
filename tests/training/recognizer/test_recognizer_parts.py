"""Loss, jitter and validation against results known beforehand."""

import math
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch

from enface.data.records import FaceRecord
from enface.errors import ManifestError
from enface.training.recognizer.augment import centre_view, jittered_view
from enface.training.recognizer.crops import Crops, load_crops, make_labels
from enface.training.recognizer.margin import MarginSoftmax
from enface.training.recognizer.objective import RecognizerObjective, small_pictures
from enface.training.recognizer.recipe import Jitter
from enface.training.recognizer.validation import (
    GroupRow,
    YawRow,
    matched,
    recognised,
    rows_by_group,
    rows_by_yaw,
)

from .tiny import RECIPE, SIZE, STILL, make_people


def test_margin_softmax_of_a_perfect_feature() -> None:
    loss = MarginSoftmax(2, classes=2, scale=8.0, margin=0.25)
    loss.centres.data = torch.eye(2)
    # cosines 1 and 0, margin taken off the first: log(1 + exp(8 * 0 - 8 * 0.75))
    value = loss(torch.tensor([[3.0, 0.0]]), torch.tensor([0]))
    assert value.item() == pytest.approx(math.log1p(math.exp(-6)), rel=1e-4)
    value = loss(torch.tensor([[3.0, 0.0]]), torch.tensor([1]))
    assert value.item() == pytest.approx(math.log1p(math.exp(8 + 8 * 0.25)), rel=1e-4)


def test_terms_of_weight_zero_have_no_parameters() -> None:
    plain = replace(RECIPE, look_weight=0.0, picture_weight=0.0)
    objective = RecognizerObjective(plain, sizes={"pool": 6, "embedding": 4}, people=3, looks=5)
    assert objective.layers == ("embedding",)
    assert [tuple(parameter.shape) for parameter in objective.parameters()] == [(3, 4)]
    full = RecognizerObjective(RECIPE, sizes={"pool": 6, "embedding": 4}, people=3, looks=5)
    assert full.layers == ("pool", "embedding")
    features = {"pool": torch.randn(2, 6), "embedding": torch.randn(2, 4)}
    index = torch.tensor([0, 1])
    terms = full(features, person=index, look=index, pictures=torch.zeros(2, 3, 8, 8))
    assert set(terms) == {"identity", "look", "picture"}


def _frames(count: int = 2) -> torch.Tensor:
    generator = torch.Generator().manual_seed(0)
    small = torch.randint(0, 256, (count, 3, 5, 5), generator=generator, dtype=torch.uint8)
    return small.repeat_interleave(10, 2).repeat_interleave(10, 3)


def test_without_jitter_the_view_is_the_centre() -> None:
    frames = _frames()
    generator = torch.Generator().manual_seed(1)
    torch.testing.assert_close(
        jittered_view(frames, STILL, size=32, generator=generator), centre_view(frames, size=32)
    )


def test_centre_view_shows_the_centre_crop() -> None:
    """A ramp over the frame: the view's ends are the crop's ends, half a pixel of the view inside."""
    ramp = torch.arange(250, dtype=torch.uint8).expand(1, 3, 250, 250)
    view = (centre_view(ramp, size=56)[0, 0, 0] + 1) * 127.5
    assert view[0].item() == pytest.approx(13 - 0.5 + 2, abs=1e-2)
    assert view[-1].item() == pytest.approx(237 - 0.5 - 2, abs=1e-2)


def test_mirroring_flips_about_half_of_the_images() -> None:
    frames = _frames(64)
    plain = centre_view(frames, size=32)
    views = jittered_view(
        frames, replace(STILL, mirror=True), size=32, generator=torch.Generator().manual_seed(1)
    )
    kept = torch.tensor([torch.allclose(v, p, atol=1e-5) for v, p in zip(views, plain, strict=True)])
    flipped = torch.tensor(
        [torch.allclose(v, p.flip(-1), atol=1e-5) for v, p in zip(views, plain, strict=True)]
    )
    assert (kept ^ flipped).all()
    assert 20 < kept.sum() < 44


def test_blur_leaves_a_plain_picture_alone_and_smooths_others() -> None:
    blur = replace(STILL, blur=1.0)
    flat = torch.full((2, 3, 50, 50), 200, dtype=torch.uint8)
    view = jittered_view(flat, blur, size=32, generator=torch.Generator().manual_seed(1))
    torch.testing.assert_close(view, centre_view(flat, size=32), atol=1e-5, rtol=0)
    frames = _frames()
    view = jittered_view(frames, blur, size=32, generator=torch.Generator().manual_seed(1))
    sharp = centre_view(frames, size=32).diff(dim=-1).abs().amax()
    assert view.diff(dim=-1).abs().amax() < 0.8 * sharp


def test_erasing_paints_one_rectangle_in_one_grey() -> None:
    view = jittered_view(
        torch.full((32, 3, 50, 50), 255, dtype=torch.uint8),
        replace(STILL, erase=1.0, erase_size=0.4),
        size=32,
        generator=torch.Generator().manual_seed(1),
    )
    for image in view:
        painted = (image < 0.99).all(0)
        rows, columns = painted.any(1), painted.any(0)
        assert painted.sum() == rows.sum() * columns.sum()
        assert 0 < rows.sum() <= 13
        assert image[:, painted].unique().numel() == 1


def test_jitter_repeats_with_its_generator() -> None:
    frames, jitter = _frames(), Jitter()
    first, again = (
        jittered_view(frames, jitter, size=32, generator=torch.Generator().manual_seed(7)) for _ in range(2)
    )
    assert torch.equal(first, again)
    other = jittered_view(frames, jitter, size=32, generator=torch.Generator().manual_seed(8))
    assert not torch.equal(first, other)


def test_small_pictures_average_the_centre() -> None:
    frames = torch.full((1, 3, 250, 250), 255, dtype=torch.uint8)
    frames[..., 13:125, :] = 0
    picture = small_pictures(frames, size=2)
    torch.testing.assert_close(picture[0, 0], torch.tensor([[-1.0, -1.0], [1.0, 1.0]]))


def _records() -> tuple[FaceRecord, ...]:
    return tuple(
        FaceRecord(
            path=f"{subject}{session}{role}", subject=subject, session=session, yaw=yaw, pitch=0.0, role=role
        )
        for subject in "ab"
        for session in ("01", "02")
        for role, yaw in (("gallery", 0.0), ("probe", -30.0))
    )


def test_rank_one_counts_ties_as_errors() -> None:
    records = _records()
    frames = np.zeros((len(records), SIZE, SIZE, 3), dtype=np.uint8)
    for frame, record in zip(frames, records, strict=True):
        frame[..., 0 if record.subject == "a" else 1] = 255
    crops = Crops(frames, records)

    def colour(images: torch.Tensor) -> torch.Tensor:
        return images.mean(dim=(2, 3)) + 1

    found = recognised(crops, embed=colour, size=32)
    assert rows_by_yaw(found) == [YawRow(30, 4, 1.0, 1.0)]
    nobody = recognised(crops, embed=lambda images: torch.ones(len(images), 3), size=32)
    assert rows_by_yaw(nobody) == [YawRow(30, 4, 0.0, 0.0)]


def test_nobody_is_recognised_across_looks_where_people_have_one() -> None:
    one = tuple(record for record in _records() if record.session == "01")
    features = np.eye(2)[[0, 0, 1, 1]]
    alone = matched(one, features)
    assert rows_by_yaw(alone) == [YawRow(30, 2, 1.0, None)]
    assert {row.other_look for row in rows_by_group(matched(_grown(one), features))} == {None}
    # Person b has one look, and cannot be missed in the gallery of others.
    some = tuple(r for r in _records() if r.subject == "a" or r.session == "01")
    found = matched(some, np.eye(2)[[0, 0, 0, 0, 1, 1]])
    assert found.compared.tolist() == [True, True, False]
    assert rows_by_yaw(found) == [YawRow(30, 3, 1.0, 1.0)]


def _grown(records: tuple[FaceRecord, ...]) -> tuple[FaceRecord, ...]:
    return tuple(replace(record, sex="female") for record in records)


def test_groups_are_rated_apart_and_raised_cameras_left_out() -> None:
    records = tuple(
        replace(record, sex="female" if record.subject == "a" else "male", beard=False)
        for record in _records()
    )
    raised = replace(records[1], path="raised", pitch=30.0)
    frames = np.zeros((len(records) + 1, SIZE, SIZE, 3), dtype=np.uint8)
    for frame, record in zip(frames, records, strict=False):
        # Probes of person a look like person b.
        frame[..., 0 if record.subject == "a" and record.role == "gallery" else 1] = 255
    found = recognised(
        Crops(frames, (*records, raised)), embed=lambda images: images.mean(dim=(2, 3)) + 1, size=32
    )
    assert rows_by_group(found) == [
        GroupRow("sex", "female", 1, 2, 0.0, 0.0),
        GroupRow("sex", "male", 1, 2, 1.0, 1.0),
        GroupRow("beard, of men", "no", 1, 2, 1.0, 1.0),
    ]


def test_labels_number_people_and_looks_and_point_to_their_gallery() -> None:
    labels = make_labels(_records())
    assert labels.person.tolist() == [0, 0, 0, 0, 1, 1, 1, 1]
    assert labels.look.tolist() == [0, 0, 1, 1, 2, 2, 3, 3]
    assert labels.gallery.tolist() == [0, 2, 4, 6]
    with pytest.raises(ManifestError, match=r"subject 'b' has no image of role gallery in session '02'"):
        make_labels(_records()[:6] + _records()[7:])


def test_frames_are_cut_once_and_again_when_the_faces_change(tmp_path: Path) -> None:
    manifest, cache = make_people(tmp_path), tmp_path / "frames.npy"
    crops = load_crops(manifest, split="train", frame_size=SIZE, cache=cache, progress=False)
    assert crops.frames.shape == (18, SIZE, SIZE, 3)
    assert {record.split for record in crops.records} == {"train"}
    written = cache.stat().st_mtime_ns
    load_crops(manifest, split="train", frame_size=SIZE, cache=cache, progress=False)
    assert cache.stat().st_mtime_ns == written
    fewer = load_crops(manifest, split="test", frame_size=SIZE, cache=cache, progress=False)
    assert fewer.frames.shape[0] == 6


def test_selected_crops_keep_frames_and_records_together() -> None:
    records = _records()
    frames = np.arange(len(records), dtype=np.uint8)[:, None, None, None].repeat(3, axis=3)
    crops = Crops(frames, records).select(np.array([record.subject == "b" for record in records]))
    assert [record.subject for record in crops.records] == ["b"] * 4
    assert crops.frames[:, 0, 0, 0].tolist() == [4, 5, 6, 7]
