"""Everything that decides how a face finder is trained."""

from dataclasses import dataclass, field

from enface.rendering.geometry_set.plan import GeometrySet
from enface.training.landmarks.recipe import Photograph
from enface.training.supervised.schedule import Schedule


@dataclass(frozen=True)
class Composition:
    """How heads are put into a picture; sizes are longer sides of a face's box, pixels."""

    size: int = 96
    """Side of the pictures."""
    counts: tuple[float, ...] = (0.2, 0.45, 0.25, 0.1)
    """Shares of pictures with 0, 1, 2, ... heads."""
    side: tuple[float, float] = (15.0, 56.0)
    """Range from which most sizes are drawn."""
    far_side: tuple[float, float, float] = (0.2, 8.0, 150.0)
    """Share of heads of any size in a wider range: lowest and highest."""
    found: tuple[float, float] = (17.0, 50.0)
    """Faces of these sizes must be found ..."""
    ignored: tuple[float, float] = (13.0, 66.0)
    """... and those outside this wider range must not; between them either is right."""
    roll: float = 12.0
    """Standard deviation, degrees, of most heads."""
    far_roll: tuple[float, float] = (0.2, 50.0)
    """Share of heads with any roll up to this many degrees either way."""
    upside_down: float = 0.03
    """Share of heads on their heads; they must not be found."""
    faceless: float = 0.1
    """Share of heads whose face is covered by skin or hair; they must not be found."""
    whole: float = 0.3
    """Share of heads pasted with the surroundings they were rendered in."""
    body: float = 0.6
    """Share of heads with a body."""
    occluded: float = 0.25
    """Share of heads partly behind a shape."""
    framed: float = 0.2
    """Share of pictures that end before the edge; the rest is grey."""
    seen: tuple[float, float] = (0.3, 0.6)
    """Faces of which a smaller share lies in the picture must not be found; above the second they must."""


@dataclass(frozen=True)
class FinderRecipe:
    """One training run."""

    name: str
    geometry: GeometrySet
    """What is rendered for it."""
    validation: GeometrySet
    """Other people; they measure the network, nothing is chosen by them."""
    held_out: int
    """People at the end of the set that are not trained on; the threshold is chosen with them."""
    clutter: int
    """Number of drawn pictures without a face."""
    schedule: Schedule
    composition: Composition = field(default_factory=Composition)
    photograph: Photograph = field(
        default_factory=lambda: Photograph(occluded=0.0, blur=0.3, blur_sigma=1.2, contrast=0.3)
    )
    """Nothing is occluded after the heads are in their places."""
    focus: float = 2.0
    """Exponent by which cells that are right already count less (focal loss)."""
    offset_weight: float = 1.0
    side_weight: float = 2.0
    false_alarms: float = 0.01
    """Highest number per composed picture of people who were not trained on, which decides the threshold."""
    proposals: float = 1.0
    """The same, for the lower score of faces that are confirmed by the landmark network."""

    @property
    def samples(self) -> int:
        """How many heads are trained on."""
        each = self.geometry.sessions * self.geometry.pictures
        return self.geometry.samples - self.held_out * each


RECIPES: dict[str, FinderRecipe] = {
    "finder_v2": FinderRecipe(
        name="finder_v2",
        geometry=GeometrySet(seed=9_000_100, people=1_240, sessions=1, pictures=6),
        validation=GeometrySet(seed=9_000_001, people=64, sessions=1, pictures=12),
        held_out=40,
        clutter=2000,
        schedule=Schedule(images=320_000, batch_size=32, learning_rate=3e-3, ema_images=20_000.0, seed=42),
    ),
    "finder_smoke": FinderRecipe(
        name="finder_smoke",
        geometry=GeometrySet(seed=9_000_102, people=4, sessions=1, pictures=4),
        validation=GeometrySet(seed=9_000_103, people=2, sessions=1, pictures=3),
        held_out=1,
        clutter=8,
        schedule=Schedule(images=64, batch_size=8, ema_images=16.0),
    ),
}
"""The face finders that enface trains."""
