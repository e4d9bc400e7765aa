"""Adam over the memory of the weights."""

import itertools

import pytest
import torch
from torch import Tensor, nn

from enface.config.schema import Adam
from enface.training.optimizers import FusedAdam

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
