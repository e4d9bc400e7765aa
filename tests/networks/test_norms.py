"""Normalisation layers against their definitions (specification A.5)."""

import pytest
import torch
from torch import Tensor

from enface.errors import ConfigError
from enface.networks.norms import make_norm, pixel_norm


def reference_pixel_norm(x: Tensor) -> Tensor:
    return x / torch.sqrt(x.square().mean(1, keepdim=True) + 1e-8)


@pytest.mark.parametrize("memory_format", [torch.contiguous_format, torch.channels_last])
def test_pixel_norm_and_its_gradient_equal_the_definition(memory_format: torch.memory_format) -> None:
    x = torch.randn(2, 5, 4, 3).contiguous(memory_format=memory_format).requires_grad_()
    weights = torch.randn(2, 5, 4, 3)
    torch.testing.assert_close(pixel_norm(x), reference_pixel_norm(x))
    actual, expected = (
        torch.autograd.grad((norm(x) * weights).sum(), x)[0] for norm in (pixel_norm, reference_pixel_norm)
    )
    torch.testing.assert_close(actual, expected)
    assert pixel_norm(x).is_contiguous(memory_format=memory_format)


def test_pixel_norm_derivatives_of_first_and_second_order() -> None:
    x = torch.randn(2, 3, 2, 2, dtype=torch.float64, requires_grad=True)
    assert torch.autograd.gradcheck(pixel_norm, x)
    assert torch.autograd.gradgradcheck(pixel_norm, x)


def test_pixel_norm_of_black_pixels_has_finite_second_derivative() -> None:
    x = torch.zeros(1, 3, 2, 2, requires_grad=True)
    (gradient,) = torch.autograd.grad(pixel_norm(x).sum(), x, create_graph=True)
    (second,) = torch.autograd.grad(gradient.square().sum(), x)
    torch.testing.assert_close(gradient, torch.full_like(x, 1e4))
    torch.testing.assert_close(second, torch.zeros_like(x))


def test_pixel_norm_keeps_bfloat16() -> None:
    x = torch.randn(1, 8, 3, 3).bfloat16()
    assert pixel_norm(x).dtype == torch.bfloat16
    torch.testing.assert_close(pixel_norm(x).float(), reference_pixel_norm(x.float()), rtol=0.02, atol=0.02)


def test_layer_norm_uses_statistics_of_the_whole_map_and_a_gain_per_channel() -> None:
    norm = make_norm("layer", 4)
    x = torch.randn(3, 4, 5, 6) * 3 + 2
    mean = x.mean((1, 2, 3), keepdim=True)
    variance = x.var((1, 2, 3), keepdim=True, unbiased=False)
    torch.testing.assert_close(norm(x), (x - mean) / variance.sqrt(), rtol=1e-4, atol=1e-5)
    assert [tuple(p.shape) for p in norm.parameters()] == [(4,), (4,)]


def test_batch_norm_of_critics_always_takes_the_batch() -> None:
    norm = make_norm("batch", 3, running_statistics=False).eval()
    x = torch.randn(4, 3, 5, 5) * 7 + 1
    torch.testing.assert_close(norm(x).mean((0, 2, 3)), torch.zeros(3), rtol=0, atol=1e-5)


def test_batch_norm_momentum() -> None:
    norm = make_norm("batch", 1)
    norm(torch.full((2, 1, 2, 2), 5.0))
    torch.testing.assert_close(norm.get_buffer("running_mean"), torch.tensor([0.5]))


def test_instance_norm_gains_are_drawn_around_one() -> None:
    gains = make_norm("instance", 20_000).get_parameter("weight")
    assert abs(float(gains.mean().detach()) - 1) < 1e-3
    assert abs(float(gains.std().detach()) - 0.02) < 1e-3


def test_none_and_unknown() -> None:
    x = torch.randn(1, 2, 3, 3)
    assert make_norm("none", 2)(x) is x
    with pytest.raises(ConfigError, match="group"):
        make_norm("group", 2)  # type: ignore[arg-type]
