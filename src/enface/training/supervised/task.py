"""What is trained on what: the part of a supervised run that differs from network to network."""

from typing import Any, Protocol

import torch
from jaxtyping import Int
from numpy import ndarray
from torch import Tensor, nn


class SupervisedTask(Protocol):
    """A network with its samples and losses."""

    name: str
    """For progress bars."""
    recipe: Any
    """Frozen dataclass that decides the weights; a checkpoint of another one is refused."""
    samples: int
    """How many there are to draw from."""

    @property
    def network(self) -> nn.Module:
        """What is trained."""

    def read(self, samples: Int[ndarray, " batch"]) -> dict[str, Tensor]:
        """Samples by number; runs in a thread beside the training step."""

    def losses(self, batch: dict[str, Tensor], *, generator: torch.Generator) -> dict[str, Tensor]:
        """Weighted terms, scalars, of a batch that was read.

        Args:
            batch: of `read`, on the network's device.
            generator: of the CPU; every random choice of the step comes from it.
        """
