"""Everything that decides how a landmark network is trained."""

from dataclasses import dataclass, field

from enface.rendering.geometry_set.plan import GeometrySet
from enface.training.supervised.schedule import Schedule


@dataclass(frozen=True)
class Framing:
    """Where the crops lie: around the head as a detector sees it, or as the network's own first look does."""

    refined: float = 0.5
    """Share of crops framed as a second look frames them: nearly upright, at nearly the right size."""
    refined_spread: float = 0.05
    """Standard deviation of their shift, in sides of the crop, and of the logarithm of their scale."""
    refined_roll: float = 5.0
    """Standard deviation of their roll, degrees."""
    scale: tuple[float, float] = (0.75, 1.35)
    """Range of the other crops' sides against the loose crop."""
    shift: float = 0.07
    """Standard deviation of their shift, in sides of the crop."""
    roll: float = 12.0
    """Standard deviation of the roll of most of them, degrees."""
    far_roll: tuple[float, float] = (0.3, 50.0)
    """Share of them with any roll up to this many degrees either way."""


@dataclass(frozen=True)
class Photograph:
    """What a crop goes through before the network sees it."""

    brightness: float = 0.15
    """Standard deviation of the offset, on images in [-1, 1]."""
    contrast: float = 0.25
    """Standard deviation of the logarithm of the gain, one for all channels."""
    colour: float = 0.1
    """Standard deviation of the logarithm of the gain, one per channel."""
    grey: float = 0.1
    """Share of pictures without colour."""
    blur: float = 0.4
    """Share of pictures blurred ..."""
    blur_sigma: float = 2.0
    """... by a Gaussian of up to this many pixels of the crop."""
    noise: float = 0.06
    """Largest standard deviation of the noise."""
    occluded: float = 0.35
    """Share of pictures in which a shape ..."""
    occluder: float = 0.5
    """... of up to this extent, in sides of the crop, hides what lies behind it."""


@dataclass(frozen=True)
class LandmarkRecipe:
    """One training run."""

    name: str
    geometry: GeometrySet
    """What is rendered for it."""
    validation: GeometrySet
    """Other people; they measure the network, nothing is chosen by them."""
    held_out: int
    """People at the end of the set that are not trained on; the confidence is fitted to them."""
    schedule: Schedule
    input_size: int = 96
    framing: Framing = field(default_factory=Framing)
    photograph: Photograph = field(default_factory=Photograph)
    wrong: float = 0.12
    """Share of crops that show no face or not one in its place."""
    hidden_weight: float = 0.5
    """Of hidden points' loss against that of visible ones."""
    visible_weight: float = 0.2
    pose_weight: float = 1.0
    """Of the mean absolute error of the angles, in units of 45 degrees."""
    face_weight: float = 0.3

    @property
    def samples(self) -> int:
        """How many pictures are trained on."""
        each = self.geometry.sessions * self.geometry.pictures
        return self.geometry.samples - self.held_out * each


RECIPES: dict[str, LandmarkRecipe] = {
    "landmarks_v1": LandmarkRecipe(
        name="landmarks_v1",
        geometry=GeometrySet(seed=9_000_000, people=2000, sessions=2, pictures=6),
        validation=GeometrySet(seed=9_000_001, people=64, sessions=1, pictures=12),
        held_out=40,
        schedule=Schedule(images=600_000, batch_size=64, learning_rate=2e-3, seed=31),
    ),
    "landmarks_smoke": LandmarkRecipe(
        name="landmarks_smoke",
        geometry=GeometrySet(seed=9_000_011, people=4, sessions=1, pictures=4),
        validation=GeometrySet(seed=9_000_012, people=2, sessions=1, pictures=3),
        held_out=1,
        schedule=Schedule(images=64, batch_size=8, ema_images=16.0),
    ),
}
"""The landmark networks that enface trains."""
