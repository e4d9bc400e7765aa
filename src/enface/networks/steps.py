"""Tables of convolutions as the specification writes them: "k5 s2 128", "k3 s1 valid 256"."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from enface.errors import ConfigError

_STEP = re.compile(r"k([1-9]\d*) s([1-9]\d*) (valid )?([1-9]\d*)")


@dataclass(frozen=True)
class Step:
    """One convolution, or transposed convolution, of a table."""

    kernel: int
    stride: int
    channels: int
    valid: bool
    """No padding; otherwise TensorFlow's SAME."""

    def grown(self, side: int) -> int:
        """Side of the map after it as a transposed convolution."""
        return (side - 1) * self.stride + self.kernel if self.valid else side * self.stride

    def shrunk(self, side: int) -> int:
        """Side of the map after it as a convolution; only "same" ones are used so."""
        return -(-side // self.stride)


def read_steps(texts: Sequence[str], *, field: str) -> tuple[Step, ...]:
    """The steps that a configuration lists.

    Args:
        texts: such as "k5 s2 128": kernel, stride, output channels; with "valid" before the channels it is
            not padded.
        field: name in messages.

    Raises:
        ConfigError: none at all, or one that is not of this form.
    """
    if not texts:
        raise ConfigError(f"{field} is empty; list at least one step such as 'k5 s2 128'")
    steps = []
    for text in texts:
        found = _STEP.fullmatch(text)
        if found is None:
            raise ConfigError(f"{field}: {text!r} is not a step; write for example 'k5 s2 128'")
        kernel, stride, valid, channels = found.groups()
        steps.append(Step(int(kernel), int(stride), int(channels), valid is not None))
    return tuple(steps)
