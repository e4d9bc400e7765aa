"""Which pictures of invented people a recognizer is trained on."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

from enface.rendering.dataset.plan import COVERED, FREE, Planned, Sitting, preset
from enface.rendering.errors import RenderingError
from enface.rendering.randomness import Stream, stream

COVERINGS = COVERED
"""Share of the looks with something on the head, whatever their pictures show."""
_FIRST_WILD = 1 << 12
"""Pictures in the wild have addresses above those of the studio, so that they are drawn independently."""


@dataclass(frozen=True)
class RenderedPeople:
    """A set by its numbers; equal values mean equal pictures with one version of the renderer.

    A person follows from `seed` and their number (`rendering/people/identity.py`), a look from these and the
    session, a picture from these and its index. So sets of different seeds have nobody in common, and of one
    seed a set with fewer people, looks or pictures is part of one with more.
    """

    seed: int
    people: int
    looks: int = 2
    """Sessions of each person, each with a gallery picture: frontal, neutral, frontal flash."""
    studio: int = 3
    """Further pictures of a look as `session-looks` takes them: one of 15 cameras, any of 20 lights, half of
    them neutral, half with one of five expressions. All cameras come once before one comes again."""
    wild: int = 2
    """Further pictures of a look as `in-the-wild` takes them: any pose, light, expression, backdrop, image
    quality, now and then a hand or an object before the face."""
    size: int = 128
    """Side of a picture before alignment, pixels. Above 128 the renderer paints skin in twice the size."""

    def __post_init__(self) -> None:
        for name, low in (("seed", 0), ("people", 1), ("looks", 1), ("studio", 0), ("wild", 0)):
            if getattr(self, name) < low:
                raise RenderingError(f"{name} {getattr(self, name)} of rendered people is below {low}")

    @property
    def pictures(self) -> int:
        """Of one person, gallery pictures included."""
        return self.looks * (1 + self.studio + self.wild)

    @property
    def images(self) -> int:
        """Of all people."""
        return self.people * self.pictures

    @property
    def name(self) -> str:
        """Tells the set from others, as a folder's name."""
        return f"{self.seed}-{self.people}x{self.looks}-{self.studio}s{self.wild}w-{self.size}px"


def plan_pictures(people: RenderedPeople, person: int) -> list[Planned]:
    """All pictures of one person: by session, the gallery picture first, then the studio's, then the wild."""
    planned = []
    for session in range(1, people.looks + 1):
        planned.append(Planned(session, 0, gallery=True))
        planned.extend(_studio(people, person, session))
        planned.extend(
            Planned(session, _FIRST_WILD + number, expression=0, camera=FREE) for number in range(people.wild)
        )
    return planned


def _studio(people: RenderedPeople, person: int, session: int) -> Iterator[Planned]:
    """As many as wanted out of passes over all cameras, each in an order of its own."""
    recipe = preset("session-looks")
    rng = stream(people.seed, Stream.PICTURE, person=person, session=session)
    left, first = people.studio, 0
    while left > 0:
        cameras = list(recipe.pictures(rng, Sitting(person, session, "train")))
        order = rng.permutation(len(cameras))
        for place in order[:left]:
            yield replace(cameras[place], index=first + cameras[place].index)
        left, first = left - len(cameras), first + len(cameras)
