"""Adam over the memory of the weights, and RMSProp after TensorFlow's formula."""

import itertools
import math

import pytest
import torch
from torch import Tensor, nn

from enface.config.schema import Adam, RMSProp
from enface.training.optimizers import FusedAdam, TensorFlowRMSProp, build_optimizer

FORMATS = {"contiguous": torch.contiguous_format, "channels_last": torch.channels_last}
CONFIG = Adam(learning_rate=0.1)


def weights() -> tuple[Tensor, list[Tensor]]:
    torch.manual_seed(0)
    return torch.randn(8, 6, 4, 4), [torch.randn(8, 6, 4, 4) for _ in range(3)]


def trained(kernel: str, gradient: str) -> Tensor:
    start, gradients = weights()
    parameter = nn.Parameter(start.clone().to(memory_format=FORMATS[kernel]))
    optimizer = FusedAdam([parameter], config=CONFIG)
    for value in gradients:
        parameter.grad = value.clone().to(memory_format=FORMATS[gradient])
        optimizer.step()
    return parameter.detach()


@pytest.mark.parametrize(("kernel", "gradient"), itertools.product(FORMATS, FORMATS))
def test_any_mixture_of_memory_formats_gives_torchs_plain_adam(kernel: str, gradient: str) -> None:
    start, gradients = weights()
    expected = nn.Parameter(start)
    plain = torch.optim.Adam([expected], lr=0.1, betas=(0.5, 0.9), eps=1e-8, fused=False, foreach=False)
    for value in gradients:
        expected.grad = value
        plain.step()
    torch.testing.assert_close(trained(kernel, gradient), expected.detach())


def test_parameters_without_a_gradient_stay() -> None:
    moved, still = nn.Parameter(torch.ones(2)), nn.Parameter(torch.ones(2))
    optimizer = FusedAdam([moved, still], config=CONFIG)
    moved.grad = torch.ones(2)
    optimizer.step()
    assert still.tolist() == [1.0, 1.0]
    torch.testing.assert_close(moved.detach(), torch.full((2,), 0.9))
    optimizer.zero_grad()
    assert moved.grad is None


def moved(config: RMSProp, gradients: list[float]) -> list[float]:
    """Where a weight that starts at 1 stands after each gradient."""
    parameter = nn.Parameter(torch.ones(1, dtype=torch.float64))
    optimizer = TensorFlowRMSProp([parameter], config=config)
    places = []
    for gradient in gradients:
        parameter.grad = torch.tensor([gradient], dtype=torch.float64)
        optimizer.step()
        places.append(parameter.item())
    return places


def test_rmsprop_is_tensorflows_formula_by_hand() -> None:
    """ms = 0.9 ms + 0.1 g² from ms = 1; w -= rate g / sqrt(ms + eps)."""
    first = 1 - 0.1 * 2 / math.sqrt(0.9 * 1 + 0.1 * 4)
    second = first + 0.1 * 3 / math.sqrt(0.9 * 1.3 + 0.1 * 9)
    assert moved(RMSProp(learning_rate=0.1), [2.0, -3.0]) == pytest.approx([first, second], rel=1e-9)


def test_rmsprops_epsilon_is_inside_the_root() -> None:
    config = RMSProp(learning_rate=0.1, epsilon=0.25, initial_mean_square=0.0)
    assert moved(config, [1.0]) == pytest.approx([1 - 0.1 / math.sqrt(0.1 + 0.25)], rel=1e-12)


def test_rmsprops_momentum_carries_the_rate() -> None:
    config = RMSProp(learning_rate=0.1, momentum=0.5, initial_mean_square=1.0)
    velocity = 0.1 * 2 / math.sqrt(1.3)
    after_no_gradient = 1 - velocity - 0.5 * velocity
    assert moved(config, [2.0, 0.0]) == pytest.approx([1 - velocity, after_no_gradient], rel=1e-9)


@pytest.mark.parametrize(("kernel", "gradient"), itertools.product(FORMATS, FORMATS))
def test_rmsprop_takes_any_mixture_of_memory_formats(kernel: str, gradient: str) -> None:
    start, gradients = weights()
    parameter = nn.Parameter(start.clone().to(memory_format=FORMATS[kernel]))
    optimizer = TensorFlowRMSProp([parameter], config=RMSProp(learning_rate=0.1))
    expected, square = start.clone(), torch.ones_like(start)
    for value in gradients:
        parameter.grad = value.clone().to(memory_format=FORMATS[gradient])
        optimizer.step()
        square = 0.9 * square + 0.1 * value**2
        expected = expected - 0.1 * value / (square + 1e-10).sqrt()
    torch.testing.assert_close(parameter.detach(), expected)


@pytest.mark.parametrize("config", [Adam(learning_rate=0.1), RMSProp(), RMSProp(momentum=0.5)])
def test_a_restored_optimizer_goes_on_with_the_same_bits(config: Adam | RMSProp) -> None:
    start, (first, second, _) = weights()
    through, parted = nn.Parameter(start.clone()), nn.Parameter(start.clone())
    straight, before = build_optimizer([through], config=config), build_optimizer([parted], config=config)
    for optimizer, parameter in ((straight, through), (before, parted)):
        parameter.grad = first.clone()
        optimizer.step()
    restored = build_optimizer([parted], config=config)
    restored.load_state_dict(before.state_dict())
    for optimizer, parameter in ((straight, through), (restored, parted)):
        parameter.grad = second.clone()
        optimizer.step()
    assert torch.equal(through, parted)
    assert not torch.equal(through, start)


def test_rmsprop_leaves_parameters_without_a_gradient() -> None:
    moving, still = nn.Parameter(torch.ones(2)), nn.Parameter(torch.ones(2))
    optimizer = build_optimizer([moving, still], config=RMSProp())
    moving.grad = torch.ones(2)
    optimizer.step()
    assert still.tolist() == [1.0, 1.0]
    assert (moving < 1).all()
    optimizer.zero_grad()
    assert moving.grad is None
