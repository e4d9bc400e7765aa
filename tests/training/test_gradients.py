"""Between backward and optimiser."""

import pytest
import torch
from torch import nn

from enface.errors import TrainingError
from enface.training.distributed import Distributed
from enface.training.gradients import GradientSync, add_l2_gradient, check_finite, gradient_norm

ALONE = Distributed(torch.device("cpu"))


def test_the_l2_gradient_is_that_of_the_explicit_term() -> None:
    torch.manual_seed(0)
    kernels = [nn.Parameter(torch.randn(4, 3, 2, 2)), nn.Parameter(torch.randn(5, 4))]
    loss = sum((k.sin().sum() for k in kernels), torch.zeros(()))
    (loss + 0.3 * 0.5 * sum(k.square().sum() for k in kernels)).backward()
    explicit = [k.grad.clone() for k in kernels if k.grad is not None]
    for kernel in kernels:
        kernel.grad = None
    sum((k.sin().sum() for k in kernels), torch.zeros(())).backward()
    add_l2_gradient(kernels, weight=0.3)
    for kernel, expected in zip(kernels, explicit, strict=True):
        torch.testing.assert_close(kernel.grad, expected)


def test_a_kernel_that_no_term_reads_counts_too() -> None:
    """Several processes give it a gradient of zero when they average, one leaves it without."""
    alone, among = nn.Parameter(torch.ones(2, 2)), nn.Parameter(torch.ones(2, 2))
    among.grad = torch.zeros(2, 2)
    add_l2_gradient([alone, among], weight=0.5)
    assert alone.grad is not None and torch.equal(alone.grad, among.grad)
    assert torch.equal(alone.grad, torch.full((2, 2), 0.5))


def test_one_process_averages_nothing() -> None:
    parameter = nn.Parameter(torch.ones(2))
    unused = nn.Parameter(torch.ones(2))
    parameter.grad = torch.tensor([1.0, 2.0])
    GradientSync([parameter, unused], distributed=ALONE).average()
    assert parameter.grad.tolist() == [1.0, 2.0]
    assert unused.grad is None


def test_the_norm_is_over_all_entries() -> None:
    a, b = nn.Parameter(torch.zeros(2)), nn.Parameter(torch.zeros(1, 1))
    a.grad, b.grad = torch.tensor([2.0, 3.0]), torch.tensor([[6.0]])
    assert gradient_norm([a, b]) == pytest.approx(7.0)


def test_a_term_that_is_not_finite_is_named() -> None:
    terms = {"critic/adversarial": torch.tensor(1.0), "critic/penalty": torch.tensor(float("nan"))}
    with pytest.raises(TrainingError, match=r"step 12: critic/penalty = nan .* newest\.pt") as caught:
        check_finite(terms, torch.tensor(1.0), step=12, last_good="the last good checkpoint is newest.pt")
    assert "critic/adversarial =" not in str(caught.value)


def test_a_gradient_that_is_not_finite_names_the_terms_it_came_from() -> None:
    terms = {"generator/feature": torch.tensor(1.0)}
    with pytest.raises(TrainingError, match="gradient of generator/feature"):
        check_finite(terms, torch.tensor(float("inf")), step=3, last_good="there is no checkpoint yet")


def test_finite_values_pass() -> None:
    check_finite({"a": torch.tensor(-3.0)}, torch.tensor(0.0), step=0, last_good="")
