"""Optimisers of the schema (specification A.7)."""

from collections.abc import Iterable

import torch
from torch import nn

from enface.config.schema import Adam


def build_optimizer(config: Adam, parameters: Iterable[nn.Parameter]) -> torch.optim.Optimizer:
    """Adam with a constant rate; fused, which reads and writes each weight once instead of eight times.

    There is no weight decay here: the L2 term is an explicit gradient (`gradients.add_l2_gradient`).
    """
    return torch.optim.Adam(
        parameters,
        lr=config.learning_rate,
        betas=(config.beta1, config.beta2),
        eps=config.epsilon,
        fused=True,
    )
