"""Activations of generators and critics by name."""

from typing import Literal

from torch import nn

from enface.errors import ConfigError

Activation = Literal["relu", "leaky"]
"""Same names as `enface.config.schema.Activation`; networks take primitives."""

SLOPE = 0.2
"""Of every leaky ReLU (specification A.4)."""


def make_activation(kind: Activation) -> nn.Module:
    """ "relu", or "leaky" with a slope of 0.2; both work in place."""
    if kind == "relu":
        return nn.ReLU(inplace=True)
    if kind == "leaky":
        return nn.LeakyReLU(SLOPE, inplace=True)
    raise ConfigError(f"activation {kind!r} is not known; choose relu or leaky")
