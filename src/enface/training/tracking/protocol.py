"""What the loop asks of a tracker."""

from typing import Protocol

import numpy as np
from jaxtyping import UInt8


class Tracker(Protocol):
    """Receives a run's numbers and pictures; only the main process has any."""

    def scalars(self, values: dict[str, float], *, step: int) -> None:
        """Takes one row: name -> number, after `step` steps."""

    def image(self, name: str, image: UInt8[np.ndarray, "height width 3"], *, step: int) -> None:
        """Takes one picture."""

    def close(self) -> None:
        """Writes what is still held back."""
