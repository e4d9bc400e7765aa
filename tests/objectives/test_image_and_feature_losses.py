"""Feature, pixel, symmetry and L2 in closed form (specification A.6, H.3)."""

import pytest
import torch

from enface.objectives.feature import cosine_distance, feature_mse, squared_euclid
from enface.objectives.pixel import PIXEL_METRICS, pixel_distance
from enface.objectives.regularisation import l2
from enface.objectives.symmetry import symmetry


def test_identical_features_cost_nothing() -> None:
    a = torch.randn(4, 128)
    assert cosine_distance(a, 3 * a).item() == pytest.approx(0, abs=1e-6)
    assert feature_mse(a, a).item() == 0
    assert squared_euclid(a, a).item() == 0


def test_feature_distances_by_hand() -> None:
    a = torch.tensor([[1.0, 0.0], [0.0, 2.0]])
    b = torch.tensor([[0.0, 3.0], [0.0, -1.0]])
    assert cosine_distance(a, b).item() == pytest.approx((1 + 2) / 2)
    assert feature_mse(a, b).item() == pytest.approx((1 + 9 + 0 + 9) / 4)
    assert squared_euclid(a, b).item() == pytest.approx((10 + 9) / 2)


def test_a_zero_feature_has_a_finite_gradient() -> None:
    a = torch.zeros(1, 8, requires_grad=True)
    cosine_distance(a, torch.randn(1, 8)).backward()
    assert a.grad is not None
    assert a.grad.isfinite().all()


@pytest.mark.parametrize(
    ("metric", "in_one", "in_255"),
    [
        ("l1_mean", 1, 255),
        ("l1_sum", 3 * 4 * 4, 3 * 4 * 4 * 255),
        ("l2_mean", 1, 255**2),
        ("l2_sum", 2 * 3 * 4 * 4, 2 * 3 * 4 * 4 * 255**2),
    ],
)
def test_pixel_distances_of_black_and_white(metric: str, in_one: float, in_255: float) -> None:
    black, white = -torch.ones(2, 3, 4, 4), torch.ones(2, 3, 4, 4)
    assert pixel_distance(black, white, metric=metric).item() == pytest.approx(in_one)
    assert pixel_distance(black, white, metric=metric, value_range=255).item() == pytest.approx(in_255)
    assert pixel_distance(white, white, metric=metric).item() == 0


@pytest.mark.parametrize("metric", ["l1_mean", "l2_mean"])
def test_pixels_and_samples_count_by_their_weights(metric: str) -> None:
    black, white = -torch.ones(2, 3, 4, 4), torch.ones(2, 3, 4, 4)
    mask = torch.zeros(4, 4)
    mask[:2] = 0.5
    assert pixel_distance(black, white, metric=metric, mask=mask).item() == pytest.approx(0.25)
    shares = torch.tensor([1.0, 0.2])
    assert pixel_distance(black, white, metric=metric, sample_weights=shares).item() == pytest.approx(0.6)


@pytest.mark.parametrize("width", [4, 5])
def test_symmetry_equals_its_definition(width: int) -> None:
    images = torch.rand(2, 3, 4, width) * 2 - 1
    expected = (images.flip(3) - images).abs().mean() / 2
    torch.testing.assert_close(symmetry(images), expected)
    torch.testing.assert_close(symmetry(images.flip(3)), symmetry(images))
    assert symmetry(images + images.flip(3)).item() == 0


def test_half_black_half_white_is_as_asymmetric_as_can_be() -> None:
    image = torch.ones(1, 3, 4, 4)
    image[..., :2] = -1
    assert symmetry(image).item() == pytest.approx(1)


def test_l2_and_its_gradient() -> None:
    a, b = torch.full((2, 3), 2.0, requires_grad=True), torch.ones(4, requires_grad=True)
    value = l2([a, b])
    assert value.item() == pytest.approx((6 * 4 + 4) / 2)
    value.backward()
    assert a.grad is not None
    torch.testing.assert_close(a.grad, a.detach())


@pytest.mark.parametrize("loss", [cosine_distance, feature_mse, squared_euclid])
def test_feature_gradients(loss: object) -> None:
    a, b = (torch.randn(3, 5, dtype=torch.float64, requires_grad=True) for _ in range(2))
    assert torch.autograd.gradcheck(loss, (a, b))  # type: ignore[arg-type]


@pytest.mark.parametrize("metric", PIXEL_METRICS)
def test_pixel_gradients(metric: str) -> None:
    a, b = (torch.randn(2, 3, 3, 4, dtype=torch.float64, requires_grad=True) for _ in range(2))
    assert torch.autograd.gradcheck(lambda x, y: pixel_distance(x, y, metric=metric), (a, b))


def test_symmetry_and_l2_gradients() -> None:
    x = torch.randn(2, 3, 3, 5, dtype=torch.float64, requires_grad=True)
    assert torch.autograd.gradcheck(symmetry, x)
    assert torch.autograd.gradcheck(lambda k: l2([k, 2 * k]), x)
