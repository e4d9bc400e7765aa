"""The frozen recognizer made fast; none of it changes what it computes beyond rounding."""

from typing import cast

import torch
from torch import nn

from enface.config.schema import Performance


def accelerate(recognizer: nn.Module, performance: Performance) -> nn.Module:
    """Folds batch norms, casts kernels once and lays them out for the processor, in place.

    Autocast keeps its copies of trained kernels only; a frozen one it would cast anew in every call.

    Args:
        recognizer: frozen, in evaluation mode.
        performance: precision, memory format, compilation.

    Returns:
        What to call instead; the same object unless compiled.
    """
    fold = getattr(recognizer, "fold_batch_norm", None)
    if fold is not None:
        fold()
    if performance.precision == "bfloat16":
        for module in recognizer.modules():
            if isinstance(module, nn.Conv2d | nn.Linear):
                module.to(torch.bfloat16)
    if performance.channels_last:
        recognizer.to(memory_format=torch.channels_last)  # type: ignore[call-overload]
    if performance.compile_recognizer:
        return cast(nn.Module, torch.compile(recognizer))
    return recognizer
