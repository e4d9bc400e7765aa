"""From enface's crop to a network's input: place, order, scale, smoothing."""

from collections.abc import Collection
from dataclasses import replace

import numpy as np
import pytest
import torch
from torch import Tensor, nn

from enface.faces.templates import TEMPLATES
from enface.recognizers.card import RecognizerCard
from enface.recognizers.frozen import FrozenRecognizer
from enface.recognizers.registry import CARDS

POINTS = ((40.0, 52.0), (74.0, 52.0), (57.0, 70.0), (43.0, 90.0), (71.0, 90.0))


class Identity(nn.Module):
    """Hands its input out as the only layer."""

    def forward(self, images: Tensor, layers: Collection[str]) -> dict[str, Tensor]:
        return dict.fromkeys(layers, images.flatten(1))


def _recognizer(**changes: object) -> FrozenRecognizer:
    card: RecognizerCard = replace(CARDS["rendered_a"], layers={"embedding": 1}, **changes)  # type: ignore[arg-type]
    return FrozenRecognizer(card, Identity(), weights_sha256="")


def test_colour_order_and_scaling_on_a_plain_picture() -> None:
    recognizer = _recognizer(
        input_size=(8, 8), colour="BGR", mean=(10.0, 20.0, 30.0), scale=(1.0, 0.5, 2.0), points=None
    )
    red = torch.tensor([255.0, 127.5, 0.0]).view(1, 3, 1, 1).expand(1, 3, 8, 8) / 127.5 - 1
    expected = torch.tensor([0 - 10.0, (127.5 - 20) * 0.5, (255 - 30) * 2.0])
    torch.testing.assert_close(recognizer.network_input(red)[0, :, 3, 3], expected)


@pytest.mark.parametrize("size", [56, 112, 224])
def test_template_landmarks_land_on_the_cards_points(size: int) -> None:
    """A blurred dot at each template landmark is found where the least-squares fit says it must be."""
    points = np.array(POINTS)
    recognizer = _recognizer(
        input_size=(112, 112), points=POINTS, mean=(127.5,) * 3, scale=(1 / 127.5,) * 3, colour="RGB"
    )
    template = TEMPLATES["enface-250-v1"].crop_points(size)
    row, column = np.mgrid[:size, :size]
    for landmark, target in zip(template, points, strict=True):
        distance = (column - landmark[0]) ** 2 + (row - landmark[1]) ** 2
        dot = np.exp(-distance / (2 * (0.025 * size) ** 2)) * 2 - 1
        images = torch.from_numpy(dot).float().expand(1, 3, size, size)
        placed = (recognizer.network_input(images)[0, 0].numpy() + 1) / 2
        found_row, found_column = np.mgrid[:112, :112]
        centre = np.array([(placed * found_column).sum(), (placed * found_row).sum()]) / placed.sum()
        # The five points of template and card are not similar figures; the residual of the fit is left.
        assert np.abs(centre - target).max() < 4.5


def test_warp_is_exact_for_points_that_are_a_similarity_of_the_template() -> None:
    template = TEMPLATES["enface-250-v1"].crop_points(224)
    target = template * 0.4 + np.array([7.0, 3.0])
    points = tuple((float(x), float(y)) for x, y in target)
    recognizer = _recognizer(input_size=(100, 90), points=points, mean=(127.5,) * 3, scale=(1 / 127.5,) * 3)
    column = torch.arange(224.0).expand(224, 224)
    images = torch.stack([column, column.T, torch.zeros(224, 224)])[None] / 112 - 1
    placed = (recognizer.network_input(images)[0, :2].numpy() + 1) * 112
    for x, y in [(20, 12), (33, 60), (70, 80)]:
        assert placed[0, y, x] == pytest.approx((x - 7) / 0.4, abs=0.05)
        assert placed[1, y, x] == pytest.approx((y - 3) / 0.4, abs=0.05)


@pytest.mark.parametrize("points", [None, POINTS])
def test_shrinking_does_not_alias(points: object) -> None:
    """A checkerboard finer than the input's pixels becomes grey instead of a coarser pattern."""
    recognizer = _recognizer(
        input_size=(64, 64),
        points=None if points is None else tuple((x * 64 / 112, y * 64 / 112) for x, y in POINTS),
        mean=(127.5,) * 3,
        scale=(1 / 127.5,) * 3,
    )
    board = ((torch.arange(224)[:, None] + torch.arange(224)) % 2).float() * 2 - 1
    inner = recognizer.network_input(board.expand(1, 3, 224, 224))[0, 0, 16:48, 16:48]
    assert inner.abs().mean() < 0.1


def test_bfloat16_images_are_placed_in_float32() -> None:
    recognizer = _recognizer(input_size=(32, 32), points=None)
    assert recognizer.network_input(torch.zeros(1, 3, 64, 64, dtype=torch.bfloat16)).dtype == torch.float32
