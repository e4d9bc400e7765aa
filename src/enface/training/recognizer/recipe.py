"""Everything that decides how a recognizer is trained."""

from dataclasses import dataclass, field
from typing import Literal


@dataclass(frozen=True)
class Jitter:
    """What each training image goes through, drawn anew every time."""

    mirror: bool = True
    """Flip with probability one half."""
    shift: float = 0.03
    """Standard deviation of the shift in both directions, in crop sizes."""
    zoom: float = 0.05
    """Standard deviation of the logarithm of the scale."""
    rotation: float = 3.0
    """Standard deviation in degrees."""
    brightness: float = 0.15
    """Standard deviation of the offset, on images in [-1, 1]."""
    contrast: float = 0.2
    """Standard deviation of the logarithm of the gain, one for all channels."""
    colour: float = 0.05
    """Standard deviation of the logarithm of the gain, one per channel."""
    blur: float = 0.3
    """Probability that a batch is blurred ..."""
    blur_sigma: float = 1.5
    """... by a Gaussian of up to this many pixels of the network's input."""
    erase: float = 0.25
    """Share of images in which a rectangle ..."""
    erase_size: float = 0.4
    """... of up to this side, in crop sizes, is painted in one random grey."""


@dataclass(frozen=True)
class Recipe:
    """One training run of a recognizer."""

    name: str = "residual"
    """Name of the recognizer, also on its card."""
    architecture: Literal["residual", "plain"] = "residual"
    input_size: int = 96
    """Side of the network's input in pixels; it shows the centre 224/250 of the alignment frame."""
    frame_size: int = 125
    """Side of the stored alignment frame in pixels."""
    images: int = 400_000
    """Training ends after this many images, repeats counted."""
    batch_size: int = 96
    learning_rate: float = 2e-3
    """Peak; it rises linearly over the first `warmup` of the run and falls to zero along a cosine."""
    warmup: float = 0.04
    weight_decay: float = 0.05
    scale: float = 24.0
    """s of the additive-margin softmax."""
    margin: float = 0.25
    """m of the additive-margin softmax."""
    look_weight: float = 0.0
    """Weight of a second additive-margin softmax, on the pool layer, over people and sessions: it keeps hair,
    beard and make-up in that layer. 0 leaves it out."""
    picture_weight: float = 0.0
    """Weight of the mean absolute difference between a linear readout of the pool layer and the small gallery
    picture of the same person and session: it keeps appearance in that layer. 0 leaves it out."""
    picture_size: int = 24
    """Side of that picture in pixels."""
    jitter: Jitter = field(default_factory=Jitter)
    may_guide: bool = True
    """Whether the trained recognizer may guide the training of a generator; if not it only judges."""
    precision: Literal["float32", "bfloat16"] = "bfloat16"
    seed: int = 0
    log_every: int = 50
    """Steps between lines of the curve."""
    validate_every: int = 1000
    """Steps between validations."""
    checkpoint_every: int = 250
    """Steps between checkpoints."""

    @property
    def steps(self) -> int:
        """Number of batches."""
        return -(-self.images // self.batch_size)


RECIPES: dict[str, Recipe] = {
    "rendered_a": Recipe(
        name="rendered_a",
        architecture="residual",
        images=340_000,
        look_weight=0.5,
        picture_weight=10.0,
        may_guide=True,
        seed=11,
    ),
    "rendered_b": Recipe(
        name="rendered_b",
        architecture="plain",
        images=180_000,
        may_guide=False,
        seed=22,
    ),
}
"""The recognizers that enface ships."""
