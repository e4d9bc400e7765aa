"""Crops for the landmark network: truth moves with the picture, occluders hide, wrong crops say so."""

import dataclasses

import pytest
import torch

from enface.faces.landmarks68 import MIRRORED
from enface.training.landmarks.framing import Faces, crop_maps, cut, sample
from enface.training.landmarks.photograph import photographed
from enface.training.landmarks.recipe import Framing, Photograph
from enface.training.landmarks.task import NAMES, faces_of
from enface.training.landmarks.wrong import wrong_crops
from training.landmarks.dotted import DottedFaces

STILL = Photograph(brightness=0, contrast=0, colour=0, grey=0, blur=0, noise=0, occluded=0)


def _faces(count: int = 8) -> Faces:
    return faces_of(DottedFaces().read(range(count), NAMES))


def _generator(seed: int = 0) -> torch.Generator:
    return torch.Generator().manual_seed(seed)


def test_the_plain_crop_shows_an_upright_centred_face() -> None:
    faces = _faces()
    count = len(faces.points)
    maps = crop_maps(
        faces,
        roll=torch.zeros(count),
        scale=torch.ones(count),
        shift=torch.zeros(count, 2),
        mirror=torch.zeros(count, dtype=torch.bool),
    )
    inverse = torch.linalg.inv(maps[:, :, :2])
    points = torch.einsum("bij,bnj->bni", inverse, faces.points - maps[:, None, :, 2])
    chin, bridge = points[:, 8], points[:, 27]
    torch.testing.assert_close(chin[:, 0], bridge[:, 0], atol=1e-4, rtol=0)
    # The box is 1.32 times the face's extent, the crop 1.25 times the box.
    torch.testing.assert_close(
        chin[:, 1] - bridge[:, 1], torch.full((count,), 2 / (1.32 * 1.25)), atol=1e-4, rtol=0
    )


def test_points_lie_on_their_dots_however_the_crop_is_framed() -> None:
    faces = _faces(16)
    crops = cut(faces, Framing(), size=192, generator=_generator())
    colours = torch.tensor([[3.0 * k, 255.0 - 3 * k, 60.0 * (k % 4)] for k in range(68)]) / 127.5 - 1
    checked = 0
    for image, points, visible in zip(crops.images, crops.points, crops.visible, strict=True):
        for number in (8, 27):
            if visible[number]:
                column, row = (((points[number] + 1) * 96 - 0.5).round().long()).tolist()
                assert (image[:, row, column] - colours[number]).abs().max() < 0.25
                checked += 1
    assert checked > 20


def test_mirrored_crops_keep_anatomical_names_and_turn_the_pose() -> None:
    faces = _faces()._replace(pose=torch.tensor([[30.0, 10.0, 5.0]]).repeat(8, 1))
    framing = Framing(refined=1, refined_spread=0, refined_roll=0)
    crops = cut(faces, framing, size=64, generator=_generator(2))
    mirrored = crops.pose[:, 0] < 0
    assert 0 < int(mirrored.sum()) < 8
    torch.testing.assert_close(crops.pose[:, 0].abs(), torch.full((8,), 30.0))
    torch.testing.assert_close(crops.pose[:, 1], torch.full((8,), 10.0))
    # The subject's right half stays right: on the image's left, mirrored or not (the layout is frontal).
    right = [k for k in range(68) if k < MIRRORED[k]]
    left = [MIRRORED[k] for k in right]
    assert (crops.points[:, right, 0] < crops.points[:, left, 0]).float().mean() > 0.95


def test_the_drawn_roll_is_the_roll_that_is_seen() -> None:
    crops = cut(_faces(), Framing(refined=0, far_roll=(1.0, 50.0)), size=32, generator=_generator(1))
    down = crops.points[:, 8] - crops.points[:, 27]
    seen = torch.rad2deg(torch.atan2(-down[:, 0], down[:, 1]))
    torch.testing.assert_close(seen, crops.pose[:, 2], atol=1e-3, rtol=0)


def test_points_outside_the_crop_are_not_visible() -> None:
    framing = Framing(refined=0, scale=(0.4, 0.5))
    crops = cut(_faces(), framing, size=32, generator=_generator())
    outside = (crops.points.abs() > 1).any(dim=2)
    assert outside.any()
    assert not (crops.visible & outside).any()


def test_nothing_happens_when_nothing_is_asked_for() -> None:
    crops = cut(_faces(), Framing(), size=64, generator=_generator())
    same = photographed(crops, STILL, generator=_generator())
    torch.testing.assert_close(same.images, crops.images)
    assert torch.equal(same.visible, crops.visible)


def test_an_occluder_hides_exactly_the_points_under_it() -> None:
    crops = cut(_faces(16), Framing(refined=1), size=64, generator=_generator())
    black = crops._replace(images=torch.full_like(crops.images, -1.0))
    hidden = photographed(
        black, dataclasses.replace(STILL, occluded=1.0, occluder=0.9), generator=_generator(4)
    )
    covered = (hidden.images != black.images).any(dim=1)
    checked = 0
    for index in range(16):
        if not covered[index].any():  # filled with a piece of another black crop
            continue
        for number in range(68):
            place = ((crops.points[index, number] + 1) * 32 - 0.5).round().long()
            if crops.visible[index, number] and ((place > 1) & (place < 62)).all():
                around = covered[index, place[1] - 1 : place[1] + 2, place[0] - 1 : place[0] + 2]
                if around.all() or not around.any():
                    assert bool(hidden.visible[index, number]) != bool(around.all())
                    checked += 1
    assert checked > 100


@pytest.mark.parametrize("seed", range(4))
def test_wrong_crops_are_finite_pictures_without_a_face(seed: int) -> None:
    crops = wrong_crops(_faces(32), size=32, generator=_generator(seed))
    assert crops.images.shape == (32, 3, 32, 32)
    assert crops.images.isfinite().all() and crops.images.abs().max() <= 1
    assert not crops.face.any() and not crops.visible.any()


def test_the_same_generator_gives_the_same_crops() -> None:
    first, second = (
        photographed(cut(_faces(), Framing(), size=32, generator=g), Photograph(), generator=g)
        for g in (_generator(7), _generator(7))
    )
    assert all(torch.equal(one, other) for one, other in zip(first, second, strict=True))


def test_sampling_reads_the_picture_where_the_map_points() -> None:
    pictures = torch.zeros(1, 3, 8, 8, dtype=torch.uint8)
    pictures[0, :, 2, 6] = 255
    maps = torch.tensor([[[0.125, 0.0, (6.5 / 4) - 1], [0.0, 0.125, (2.5 / 4) - 1]]])
    assert float(sample(pictures, maps, size=1).mean()) == pytest.approx(1.0)
