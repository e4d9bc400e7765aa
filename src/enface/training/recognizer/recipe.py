"""Everything that decides how a recognizer is trained."""

from dataclasses import dataclass, field
from typing import Literal

from enface.training.recognizer.people import RenderedPeople
from enface.training.supervised.schedule import Schedule


@dataclass(frozen=True)
class Jitter:
    """What each training image goes through, drawn anew every time."""

    mirror: bool = True
    """Flip with probability one half."""
    shift: float = 0.02
    """Standard deviation of the shift in both directions, in crop sizes."""
    zoom: float = 0.03
    """Standard deviation of the logarithm of the scale."""
    rotation: float = 2.0
    """Standard deviation in degrees."""
    brightness: float = 0.1
    """Standard deviation of the offset, on images in [-1, 1]."""
    contrast: float = 0.1
    """Standard deviation of the logarithm of the gain, one for all channels."""
    colour: float = 0.03
    """Standard deviation of the logarithm of the gain, one per channel."""
    blur: float = 0.2
    """Probability that a batch is blurred ..."""
    blur_sigma: float = 1.5
    """... by a Gaussian of up to this many pixels of the network's input."""
    erase: float = 0.1
    """Share of images in which a rectangle ..."""
    erase_size: float = 0.3
    """... of up to this side, in crop sizes, is painted in one random grey."""


VALIDATION = RenderedPeople(seed=9_000_202, people=40, studio=8, wild=0)
"""Of every recipe."""


@dataclass(frozen=True)
class Recipe:
    """One training run of a recognizer."""

    name: str
    """Name of the recognizer, also on its card."""
    people: RenderedPeople
    """Who is rendered for it, where no other faces are given."""
    schedule: Schedule
    validation: RenderedPeople = VALIDATION
    """Other people; they measure the network, nothing is chosen by them."""
    architecture: Literal["residual", "plain"] = "residual"
    input_size: int = 96
    """Side of the network's input in pixels; it shows the centre 224/250 of the alignment frame."""
    frame_size: int = 125
    """Side of the stored alignment frame in pixels."""
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


RECIPES: dict[str, Recipe] = {
    "rendered_a": Recipe(
        name="rendered_a",
        architecture="residual",
        people=RenderedPeople(seed=9_000_200, people=2_000, looks=4, studio=2, wild=4),
        schedule=Schedule(images=864_000, batch_size=96, learning_rate=7e-4, weight_decay=0.05, seed=11),
        look_weight=0.5,
        picture_weight=10.0,
        may_guide=True,
    ),
    "rendered_b": Recipe(
        name="rendered_b",
        architecture="plain",
        people=RenderedPeople(seed=9_000_201, people=2_000, looks=4, studio=2, wild=4),
        schedule=Schedule(images=768_000, batch_size=96, learning_rate=7e-4, weight_decay=0.05, seed=22),
        may_guide=False,
    ),
    "recognizer_smoke": Recipe(
        name="recognizer_smoke",
        input_size=32,
        frame_size=40,
        people=RenderedPeople(seed=9_000_204, people=3, studio=1, wild=1, size=48),
        validation=RenderedPeople(seed=9_000_205, people=2, studio=2, wild=0, size=48),
        schedule=Schedule(images=32, batch_size=8, ema_images=8.0, checkpoint_every=2, log_every=1),
    ),
}
"""The recognizers that enface trains. No two sets above have a person in common, nor has any of them with the
faces inside the package (seed 2019) or another set of a seed of its own: see `RenderedPeople`."""
