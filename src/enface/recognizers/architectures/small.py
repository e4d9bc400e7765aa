"""The architectures that `enface train-recognizer` trains, by name."""

from torch import nn

from enface.recognizers.architectures.plain import PlainRecognizer
from enface.recognizers.architectures.residual import ResidualRecognizer

SMALL_SIZES: dict[str, dict[str, int]] = {
    "residual": {"pool": 384, "embedding": 192},
    "plain": {"pool": 320, "embedding": 128},
}
"""Layer sizes by architecture."""


def build_small(architecture: str, *, input_size: int) -> nn.Module:
    """An untrained network of a name in `SMALL_SIZES` for square inputs of `input_size` pixels."""
    if architecture == "residual":
        return ResidualRecognizer()
    return PlainRecognizer(input_size=input_size)
