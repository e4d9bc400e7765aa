"""Gradient penalty and clipping in closed form (specification A.6, H.4)."""

import math

import pytest
import torch
from torch import Tensor, nn

from enface.networks.critics.regions import RegionCritics
from enface.networks.critics.sizes import SizeCritics
from enface.objectives.penalties import clip_parameters, gradient_penalty

Images = dict[int, Tensor]


def faces(*sizes: int, batch: int = 2, dtype: torch.dtype = torch.float32) -> Images:
    return {size: torch.rand(batch, 3, size, size, dtype=dtype) * 2 - 1 for size in sizes}


class Linear:
    """One score per size: the image against a fixed direction of the given length."""

    def __init__(self, slopes: dict[int, float]) -> None:
        self.directions = {}
        for size, slope in slopes.items():
            direction = torch.randn(3, size, size)
            self.directions[size] = slope * direction / direction.norm()

    def __call__(self, images: Images) -> dict[str, Tensor]:
        return {str(s): (images[s] * d).sum((1, 2, 3)) for s, d in self.directions.items()}


def penalty(critics: object, real: Images, fake: Images, **options: object) -> Tensor:
    alpha = torch.rand(len(next(iter(real.values()))), generator=torch.Generator().manual_seed(0))
    return gradient_penalty(critics, real=real, fake=fake, alpha=alpha, **options)  # type: ignore[arg-type]


def test_slope_one_per_grey_level_costs_nothing_in_raw_space() -> None:
    critics = Linear({4: 127.5, 8: 127.5})
    value = penalty(critics, faces(4, 8), faces(4, 8), scope="per_critic", space="raw255")
    assert value.item() == pytest.approx(0, abs=1e-10)


def test_linear_critics_pay_their_distance_from_slope_one() -> None:
    critics = Linear({4: 3.0, 8: 0.25})
    value = penalty(critics, faces(4, 8), faces(4, 8), scope="per_critic", space="unit")
    assert value.item() == pytest.approx((3.0 - 1) ** 2 + (0.25 - 1) ** 2, rel=1e-5)
    value = penalty(critics, faces(4, 8), faces(4, 8), scope="per_critic", space="raw255")
    assert value.item() == pytest.approx((3.0 / 127.5 - 1) ** 2 + (0.25 / 127.5 - 1) ** 2, rel=1e-5)


def test_summed_takes_the_slope_of_the_sum() -> None:
    """Two critics with opposite directions: each has slope 2, their sum is flat."""
    direction = Linear({4: 2.0}).directions[4]

    def critics(images: Images) -> dict[str, Tensor]:
        return {name: sign * (images[4] * direction).sum((1, 2, 3)) for name, sign in (("a", 1), ("b", -1))}

    assert penalty(critics, faces(4), faces(4), scope="summed", space="unit").item() == pytest.approx(
        1, rel=1e-5
    )
    assert penalty(critics, faces(4), faces(4), scope="per_critic", space="unit").item() == pytest.approx(2)


def test_alpha_mixes_each_sample_and_is_shared_by_all_sizes() -> None:
    """D(z) = |z|²/2 has the gradient z, so the penalty shows where it was taken."""
    real = {4: torch.zeros(2, 3, 4, 4), 8: torch.zeros(2, 3, 8, 8)}
    fake = {4: torch.ones(2, 3, 4, 4), 8: torch.ones(2, 3, 8, 8)}
    alpha = torch.tensor([0.25, 1.0])

    def critics(images: Images) -> dict[str, Tensor]:
        return {str(s): image.square().sum((1, 2, 3)) / 2 for s, image in images.items()}

    value = gradient_penalty(critics, real=real, fake=fake, alpha=alpha, scope="per_critic", space="unit")
    expected = sum((a * math.sqrt(3 * size * size) - 1) ** 2 / 2 for a in (0.25, 1.0) for size in (4, 8))
    assert value.item() == pytest.approx(expected, rel=1e-5)


def test_a_map_of_scores_counts_with_its_mean() -> None:
    linear = Linear({4: 3.0})

    def critics(images: Images) -> dict[str, Tensor]:
        return {"4": linear(images)["4"].view(-1, 1, 1, 1).expand(-1, 1, 4, 4)}

    assert penalty(critics, faces(4), faces(4), scope="per_critic", space="unit").item() == pytest.approx(4)


def test_flat_critic_has_finite_gradients() -> None:
    critics = SizeCritics((14,), width=1 / 16)
    clip_parameters(critics, 0.0)
    value = penalty(critics, faces(14), faces(14), scope="per_critic", space="unit")
    value.backward()
    assert value.item() == pytest.approx(1, rel=1e-5)
    assert all(p.grad is None or p.grad.isfinite().all() for p in critics.parameters())


def test_the_graph_reaches_critics_only() -> None:
    critics = SizeCritics((14,), width=1 / 16)
    real, fake = faces(14), {14: torch.rand(2, 3, 14, 14, requires_grad=True)}
    penalty(critics, real, fake, scope="per_critic", space="raw255").backward()
    assert fake[14].grad is None
    assert all(p.grad is not None and p.grad.abs().sum() > 0 for p in critics.parameters())


@pytest.mark.parametrize("scope", ["per_critic", "summed"])
@pytest.mark.parametrize("norm", ["pixel", "layer"])
def test_second_order_gradients_of_real_critics(scope: str, norm: str) -> None:
    """The penalty's gradient in the kernels, itself a second derivative, against finite differences."""
    torch.manual_seed(0)
    boxes = {"whole": (0, 28, 0, 28), "eyes": (3, 12, 4, 25)}
    critics = RegionCritics(boxes, size=28, width=1 / 16, norm=norm, init_std=0.3).double()  # type: ignore[arg-type]
    real, fake = faces(28, dtype=torch.float64), faces(28, dtype=torch.float64)
    alpha = torch.tensor([0.3, 0.8], dtype=torch.float64)
    name = "critics.whole.2.weight"
    kernel = critics.get_parameter(name)

    def value(weights: Tensor) -> Tensor:
        def scores(images: Images) -> dict[str, Tensor]:
            state = {name: weights}
            scored: dict[str, Tensor] = torch.func.functional_call(critics, state, (images,))
            return scored

        return gradient_penalty(
            scores,
            real=real,
            fake=fake,
            alpha=alpha,
            scope=scope,
            space="unit",  # type: ignore[arg-type]
        )

    assert torch.autograd.gradcheck(value, kernel.detach().clone().requires_grad_(), fast_mode=True)


def test_clipping_reaches_every_parameter() -> None:
    module = nn.Sequential(nn.Conv2d(3, 4, 3, bias=False), nn.GroupNorm(1, 4))
    clip_parameters(module, 0.01)
    assert all(p.abs().max() <= 0.01 and p.requires_grad for p in module.parameters())
    assert module.get_parameter("1.weight").tolist() == pytest.approx([0.01] * 4)
