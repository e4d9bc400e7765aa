"""Optimisers of the schema (specification A.7)."""

from collections.abc import Iterable
from typing import Any, Protocol

import torch
from torch import Tensor, nn

from enface.config import schema
from enface.config.schema import Adam, RMSProp


class Optimizer(Protocol):
    """What updates the parameters of one side."""

    def zero_grad(self) -> None:
        """Drops all gradients."""

    def step(self, *, factor: float = 1.0) -> None:
        """Updates every parameter that has a gradient, at `factor` times the configured rate."""

    def state_dict(self) -> dict[str, Any]:
        """Everything that the next step depends on, as tensors and primitives, by the parameters' order."""

    def load_state_dict(self, state: dict[str, Any]) -> None:
        """Restores what `state_dict` gave for parameters of the same shapes and memory formats."""


def build_optimizer(parameters: Iterable[nn.Parameter], *, config: schema.Optimizer) -> Optimizer:
    """The optimiser that `config` describes, over parameters that stay where they are."""
    match config:
        case Adam():
            return FusedAdam(parameters, config=config)
        case RMSProp():
            return TensorFlowRMSProp(parameters, config=config)


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
        self._rate = config.learning_rate
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

    def step(self, *, factor: float = 1.0) -> None:
        """Updates every parameter that has a gradient, at `factor` times the configured rate."""
        for group in self._adam.param_groups:
            group["lr"] = self._rate * factor
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


class TensorFlowRMSProp:
    """RMSProp as in TensorFlow 1 (specification A.7), for a gradient g and a rate r:

        mean_square = decay * mean_square + (1 - decay) * g²
        velocity = momentum * velocity + r * g / sqrt(mean_square + epsilon)
        weight = weight - velocity

    torch adds epsilon outside of the root, starts with a mean square of 0 and multiplies by the rate only
    after the velocity. There is no weight decay here either.
    """

    def __init__(self, parameters: Iterable[nn.Parameter], *, config: RMSProp) -> None:
        """Takes parameters that stay where they are, on their device and in their memory format."""
        self._parameters = list(parameters)
        self._config = config
        self._squares = [torch.full_like(p.detach(), config.initial_mean_square) for p in self._parameters]
        self._velocities = [torch.zeros_like(p.detach()) for p in self._parameters] if config.momentum else []

    def zero_grad(self) -> None:
        """Drops all gradients."""
        for parameter in self._parameters:
            parameter.grad = None

    @torch.no_grad()
    def step(self, *, factor: float = 1.0) -> None:
        """Updates every parameter that has a gradient, at `factor` times the configured rate."""
        config, rate = self._config, self._config.learning_rate * factor
        for index, (parameter, square) in enumerate(zip(self._parameters, self._squares, strict=True)):
            gradient = parameter.grad
            if gradient is None:
                continue
            square.mul_(config.decay).addcmul_(gradient, gradient, value=1 - config.decay)
            root = (square + config.epsilon).sqrt_()
            if config.momentum:
                velocity = self._velocities[index]
                velocity.mul_(config.momentum).addcdiv_(gradient, root, value=rate)
                parameter.sub_(velocity)
            else:
                parameter.addcdiv_(gradient, root, value=-rate)

    def state_dict(self) -> dict[str, Any]:
        """Mean squares and velocities, by the parameters' order."""
        return {"mean_squares": self._squares, "velocities": self._velocities}

    def load_state_dict(self, state: dict[str, Any]) -> None:
        """Restores what `state_dict` gave for parameters of the same shapes."""
        for mine, saved in ((self._squares, "mean_squares"), (self._velocities, "velocities")):
            for tensor, value in zip(mine, state[saved], strict=True):
                tensor.copy_(value)


def _in_order_of(parameter: Tensor, tensor: Tensor) -> Tensor:
    """`tensor` with its axes in the order in which `parameter` lies in memory."""
    if parameter.is_contiguous():
        return tensor
    return tensor.permute(0, 2, 3, 1)
