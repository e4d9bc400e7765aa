"""Precision of a loaded model's networks."""

from typing import Literal

import torch

Precision = Literal["float32", "bfloat16"]
"""bfloat16: convolutions and products alone, for speed on processors that multiply it. Looking pixels up, and
pictures, stay float32: eight bits of mantissa are coarser than a grey level near +-1."""


def at_precision(precision: Precision, *, device: torch.device) -> torch.autocast:
    """The context in which a network is called.

    Args:
        precision: of the call.
        device: where it computes.
    """
    return torch.autocast(device.type, torch.bfloat16, enabled=precision == "bfloat16")


def marked(fingerprint: str, precision: Precision) -> str:
    """The fingerprint of a model at a precision: that of float32 has none."""
    return fingerprint if precision == "float32" else f"{fingerprint}/{precision}"
