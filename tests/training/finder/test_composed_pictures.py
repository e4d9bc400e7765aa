"""Composed pictures: boxes lie on the heads, and what counts as a face follows the rules."""

from dataclasses import replace

import numpy as np
import pytest
import torch

from enface.faces.landmarks68 import detector_box
from enface.training.finder.clutter import draw_clutter
from enface.training.finder.clutter_pool import ClutterPool
from enface.training.finder.compose import Composed, compose
from enface.training.finder.heads import NAMES, SIDE, Heads, heads_of
from enface.training.finder.recipe import Composition
from enface.training.finder.truth import FACE, IGNORED, NOTHING, boxes_around, judged
from training.finder.ovals import COLOUR, OvalHeads

PLAIN = Composition(
    counts=(0.0, 1.0),
    side=(30.0, 50.0),
    far_side=(0.0, 8.0, 9.0),
    roll=0.0,
    far_roll=(0.0, 0.0),
    upside_down=0.0,
    faceless=0.0,
    whole=0.0,
    body=0.0,
    occluded=0.0,
    framed=0.0,
)


class Black(ClutterPool):
    """No clutter at all."""

    def __init__(self) -> None:
        super().__init__(1, seed=0)

    def sample(self, count: int, *, size: int, generator: torch.Generator) -> torch.Tensor:
        return torch.full((count, 3, size, size), -1.0)


@pytest.fixture(scope="module")
def pool() -> ClutterPool:
    return ClutterPool(6, seed=5)


def _heads(count: int = 16) -> Heads:
    return heads_of(OvalHeads().read(range(count), NAMES))


def _composed(pool: ClutterPool, seed: int = 0, **changes: object) -> Composed:
    generator = torch.Generator().manual_seed(seed)
    return compose(_heads(), pool, replace(PLAIN, **changes), generator=generator)  # type: ignore[arg-type]


def _coloured(image: torch.Tensor) -> torch.Tensor:
    """Where the head's own colour is seen."""
    colour = torch.tensor(COLOUR)[:, None, None] / 127.5 - 1
    return (image - colour).abs().amax(0) < 0.15


def test_a_head_is_small_and_its_masks_cover_it() -> None:
    heads = _heads()
    assert heads.colours.shape == (16, 3, SIDE, SIDE)
    torch.testing.assert_close(heads.head, heads.face)
    torch.testing.assert_close(heads.skin[0], torch.tensor(COLOUR) / 127.5 - 1, atol=1e-5, rtol=0)
    assert float(heads.hair.abs().max()) == 0  # there is none


@pytest.mark.parametrize("changes", [{}, {"roll": 12.0}, {"far_roll": (1.0, 50.0)}])
def test_boxes_lie_on_the_heads_however_they_are_turned(changes: dict[str, object]) -> None:
    several = [_composed(Black(), seed, size=160, **changes) for seed in range(3)]
    images, boxes, kinds = (torch.cat(parts) for parts in list(zip(*several, strict=True))[:3])
    checked = 0
    for image, box, kind in zip(images, boxes[:, 0], kinds[:, 0], strict=True):
        if kind == FACE and ((box[:2] > 32) & (box[:2] < 128)).all():
            rows, columns = (image[0] > 0).nonzero(as_tuple=True)
            low, high = torch.stack([columns, rows]).float().aminmax(dim=1)
            # The oval touches the landmarks' bounding box; a detector's box is 1.32 times its longer side.
            longer = float((high - low).max()) + 1
            assert float(box[3]) == pytest.approx(1.32 * longer, abs=2.5)
            assert float(box[0]) == pytest.approx(float(low[0] + high[0]) / 2, abs=2)
            middle = float(low[1] + high[1]) / 2 - 0.14 * longer
            assert float(box[1]) == pytest.approx(middle, abs=2)
            checked += 1
    assert checked >= 5


def test_boxes_of_a_batch_are_those_of_the_detector() -> None:
    points = np.random.default_rng(0).uniform(0, 90, (3, 68, 2))
    for box, face in zip(boxes_around(torch.from_numpy(points)), points, strict=True):
        expected = detector_box(face)
        middle = expected.x + expected.width / 2, expected.y + expected.height / 2
        assert box.tolist() == pytest.approx([*middle, expected.width, expected.height])


def test_pictures_without_heads_have_no_faces(pool: ClutterPool) -> None:
    composed = _composed(pool, counts=(1.0, 0.0))
    assert (composed.kind == NOTHING).all()
    assert not torch.stack([_coloured(image) for image in composed.images]).any()


@pytest.mark.parametrize("changes", [{"upside_down": 1.0}, {"faceless": 1.0}])
def test_heads_without_an_upright_face_are_not_to_be_found(
    pool: ClutterPool, changes: dict[str, object]
) -> None:
    assert (_composed(pool, **changes).kind == NOTHING).all()


def test_a_covered_face_shows_hair_or_skin_only(pool: ClutterPool) -> None:
    heads = _heads()
    hair = heads._replace(hair=torch.full((16, 3), -0.9), skin=torch.full((16, 3), -0.9))
    generator = torch.Generator().manual_seed(0)
    composed = compose(hair, pool, replace(PLAIN, faceless=1.0), generator=generator)
    assert not torch.stack([_coloured(image) for image in composed.images]).any()


def test_size_and_share_in_the_picture_decide() -> None:
    boxes = torch.tensor(
        [
            [48.0, 48.0, 21.0, 30.0],
            [48.0, 48.0, 7.0, 10.0],
            [48.0, 48.0, 10.5, 15.0],
            [48.0, 48.0, 42.0, 60.0],
            [48.0, 48.0, 56.0, 80.0],
            [-0.5, 48.0, 21.0, 30.0],
            [-7.0, 48.0, 21.0, 30.0],
        ]
    )
    kinds = judged(boxes, Composition()).tolist()
    assert kinds == [FACE, NOTHING, IGNORED, IGNORED, NOTHING, IGNORED, NOTHING]


def test_framed_pictures_are_grey_outside_and_faces_there_do_not_count(pool: ClutterPool) -> None:
    composed = _composed(pool, framed=1.0)
    grey = (composed.images == 0).all(1)
    assert (grey.flatten(1).float().mean(1) > 0.02).all()
    for image, box, kind in zip(grey, composed.boxes[:, 0], composed.kind[:, 0], strict=True):
        if kind == FACE:
            x, y = box[:2].round().long().clamp(0, 95).tolist()
            assert not image[y, x]


def test_a_face_under_a_later_head_does_not_count(pool: ClutterPool) -> None:
    composed = _composed(pool, seed=3, counts=(0.0, 0.0, 1.0), side=(40.0, 50.0))
    first, second = composed.boxes.unbind(1)
    over = ((first - second)[:, :2].abs() < 6).all(1)
    assert (composed.kind[over, 0] == NOTHING).all()


def test_the_same_generator_gives_the_same_pictures(pool: ClutterPool) -> None:
    everything = {
        "counts": (0.2, 0.3, 0.5),
        "whole": 0.3,
        "body": 0.6,
        "occluded": 0.3,
        "framed": 0.2,
        "faceless": 0.2,
        "upside_down": 0.2,
    }
    first, second = (_composed(pool, 7, **everything) for _ in range(2))
    assert all(torch.equal(one, other) for one, other in zip(first, second, strict=True))
    assert first.images.isfinite().all() and first.images.abs().max() <= 1.0001


def test_clutter_is_drawn_from_its_number_alone() -> None:
    first, again, other = (draw_clutter(1, number, size=64) for number in (3, 3, 4))
    assert first.shape == (64, 64, 3) and first.dtype == np.uint8
    assert (first == again).all() and (first != other).any()
