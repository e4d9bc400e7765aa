"""What every recognizer network offers: named layers from one pass."""

from collections.abc import Collection
from typing import Protocol

from jaxtyping import Float
from torch import Tensor


class LayeredNetwork(Protocol):
    """A network that returns the layers it is asked for."""

    def __call__(
        self, images: Float[Tensor, "batch 3 height width"], layers: Collection[str]
    ) -> dict[str, Tensor]:
        """Vectors `(batch, size)` or maps `(batch, channels, height, width)`, one per name in `layers`."""
        ...
