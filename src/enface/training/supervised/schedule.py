"""How long and how fast a network is trained."""

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True)
class Schedule:
    """One run of `SupervisedTrainer`."""

    images: int
    """Training ends after this many images, repeats counted."""
    batch_size: int = 32
    learning_rate: float = 1.5e-3
    """Peak; it rises linearly over the first `warmup` of the run and falls to zero along a cosine."""
    warmup: float = 0.03
    weight_decay: float = 0.01
    """For kernels; norms, slopes and biases have none."""
    gradient_norm: float = 1.0
    """Gradients are scaled down to this norm."""
    ema_images: float = 20_000.0
    """Half-life of the average of the weights, which is what is published, in images."""
    precision: Literal["float32", "bfloat16"] = "bfloat16"
    seed: int = 0
    log_every: int = 50
    """Steps between lines of the curve."""
    checkpoint_every: int = 500
    """Steps between checkpoints."""

    @property
    def steps(self) -> int:
        """Number of batches."""
        return -(-self.images // self.batch_size)
