"""Channels-last kernels, with which convolutions read and write their maps without reordering."""

import torch
from torch import nn


def set_channels_last(module: nn.Module, *, skip_inputs: int | None = None) -> None:
    """Lays out every convolution kernel of `module` channels-last, in place.

    Args:
        module: any network.
        skip_inputs: leave out kernels with so many input channels; the one that opens a generator acts on a
            single pixel, as a matrix, and would have to be reordered in every pass.
    """
    for layer in module.modules():
        if isinstance(layer, nn.Conv2d | nn.ConvTranspose2d) and layer.in_channels != skip_inputs:
            layer.to(memory_format=torch.channels_last)  # type: ignore[call-overload]
