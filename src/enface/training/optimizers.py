"""Optimisers of the schema (specification A.7)."""

from collections.abc import Iterable
from typing import Any

import torch
from torch import Tensor, nn

from enface.config.schema import Adam


class FusedAdam:
    """Adam with a constant rate that reads and writes each weight once instead of eight times.

    torch's fused Adam on the CPU walks through memory and takes for granted that a weight and its gradient
    lie there in the same order: mixed channels-last and contiguous tensors give wrong updates without a
    word, and channels-last ones are copied. So it is shown every kernel in the order of its memory.

    There is no weight decay here: the L2 term is an explicit gradient (`gradients.add_l2_gradient`).
    """

    def __init__(self, parameters: Iterable[nn.Parameter], *, config: Adam) -> None:
        """Takes parameters that stay where they are, on their device and in their memory format."""
        self._parameters = list(parameters)
        # Views of the same memory; updating them updates the parameters.
        self._views = [nn.Parameter(_in_order_of(p, p.detach())) for p in self._parameters]
        self._adam = torch.optim.Adam(
            self._views,
            lr=config.learning_rate,
            betas=(config.beta1, config.beta2),
            eps=config.epsilon,
            fused=True,
        )

    def zero_grad(self) -> None:
        """Drops all gradients."""
        for parameter in self._parameters:
            parameter.grad = None

    def step(self) -> None:
        """Updates every parameter that has a gradient."""
        for parameter, view in zip(self._parameters, self._views, strict=True):
            gradient = parameter.grad
            view.grad = None if gradient is None else _in_order_of(parameter, gradient).contiguous()
        self._adam.step()
        for view in self._views:
            view.grad = None

    def state_dict(self) -> dict[str, Any]:
        """Moments and step counts, by the parameters' order."""
        return self._adam.state_dict()

    def load_state_dict(self, state: dict[str, Any]) -> None:
        """Restores what `state_dict` gave for parameters of the same shapes and memory formats."""
        self._adam.load_state_dict(state)


def _in_order_of(parameter: Tensor, tensor: Tensor) -> Tensor:
    """`tensor` with its axes in the order in which `parameter` lies in memory."""
    if parameter.is_contiguous():
        return tensor
    return tensor.permute(0, 2, 3, 1)
