"""From backward to optimiser: average over processes, add the L2 gradient, check that all is finite.

No `DistributedDataParallel`: it leaves the gradients of a penalty's double backward un-averaged without a
word. One flat all-reduce per update is as fast and says what it does.
"""

from collections.abc import Mapping, Sequence

import torch
from torch import Tensor, nn

from enface.errors import TrainingError
from enface.training.distributed import Distributed


class GradientSync:
    """Averages the gradients of a fixed list of parameters over all processes."""

    def __init__(self, parameters: Sequence[nn.Parameter], *, distributed: Distributed) -> None:
        self._parameters = list(parameters)
        self._distributed = distributed

    def average(self) -> None:
        """Replaces every gradient by its mean over the processes, in one all-reduce.

        A parameter without a gradient counts as zero, so that every process sends the same length.
        """
        if self._distributed.world == 1:
            return
        for parameter in self._parameters:
            if parameter.grad is None:
                parameter.grad = torch.zeros_like(parameter)
        gradients = [p.grad for p in self._parameters if p.grad is not None]
        flat = self._distributed.mean_(torch.cat([g.reshape(-1) for g in gradients]))
        pieces = torch.split(flat, [g.numel() for g in gradients])
        # reshape reads a channels-last gradient in logical order, so the pieces go back the same way.
        torch._foreach_copy_(gradients, [p.view(g.shape) for p, g in zip(pieces, gradients, strict=True)])


def add_l2_gradient(kernels: Sequence[nn.Parameter], *, weight: float) -> None:
    """Adds the gradient `weight * w` of the term `weight * 0.5 * sum(w**2)` (specification A.6).

    The same number as backward through the explicit term would add, without its three passes over the
    kernels; call it after averaging, since it is the same on every process. A kernel that no other term
    reads counts as well: several processes have given it a gradient of zero by now, one has not.
    """
    if weight == 0.0:
        return
    for kernel in kernels:
        if kernel.grad is None:
            kernel.grad = torch.zeros_like(kernel)
    pairs = [(kernel.grad, kernel.detach()) for kernel in kernels if kernel.grad is not None]
    torch._foreach_add_([gradient for gradient, _ in pairs], [kernel for _, kernel in pairs], alpha=weight)


def gradient_norm(parameters: Sequence[nn.Parameter]) -> Tensor:
    """Euclidean norm over all gradients, a scalar; not finite as soon as one entry is not."""
    gradients = [p.grad for p in parameters if p.grad is not None]
    norm: Tensor = torch.linalg.vector_norm(torch.stack(torch._foreach_norm(gradients)))
    return norm


def check_finite(terms: Mapping[str, Tensor], norm: Tensor, *, step: int, last_good: str) -> None:
    """Stops before an update that would spoil the weights.

    Args:
        terms: name -> weighted term, averaged over the processes, so that all of them stop together.
        norm: Euclidean norm of the averaged gradients.
        step: number of the step, for the message.
        last_good: what to say about the newest checkpoint.

    Raises:
        TrainingError: naming the step, the terms and the last good checkpoint.
    """
    if torch.isfinite(norm) and all(torch.isfinite(value) for value in terms.values()):
        return
    bad = [f"{name} = {float(value)}" for name, value in terms.items() if not torch.isfinite(value)]
    what = ", ".join(bad) or f"the gradient of {' + '.join(terms)} (norm {float(norm)})"
    raise TrainingError(
        f"step {step}: {what} is not finite; {last_good}. "
        "Lower the learning rate or the weight of that term, or train in float32"
    )
