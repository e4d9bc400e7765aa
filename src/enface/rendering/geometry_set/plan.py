"""Which pictures a geometry set holds; samples have numbers, and any of them can be rendered alone."""

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from enface.rendering.asset import FaceAsset
from enface.rendering.dataset.plan import Taken, draw_wild_scene
from enface.rendering.degrade import sample_degradation
from enface.rendering.errors import RenderingError
from enface.rendering.randomness import Stream, stream
from enface.rendering.scene.camera import AIM, Camera

PEOPLE_PER_SHARD = 8


class Address(NamedTuple):
    """Whose picture a sample is."""

    person: int
    session: int
    """From 1."""
    picture: int
    """From 1, within the session."""


@dataclass(frozen=True)
class GeometrySet:
    """A set by its numbers; equal values mean equal samples with one version of the renderer."""

    seed: int
    people: int
    first_person: int = 1
    sessions: int = 2
    """Looks of a person."""
    pictures: int = 8
    """Of a session."""
    size: int = 160
    """Side of a picture, pixels."""
    frontal_size: int = 128
    """Side of the frontal pictures, pixels; they show the whole frame of the template."""
    field_size: int = 64
    """Side of the correspondence fields; they cover the same frame."""

    def __post_init__(self) -> None:
        for name, low in (("people", 1), ("sessions", 1), ("pictures", 1), ("first_person", 1), ("seed", 0)):
            if getattr(self, name) < low:
                raise RenderingError(f"{name} {getattr(self, name)} of a geometry set is below {low}")

    @property
    def samples(self) -> int:
        """How many pictures."""
        return self.people * self.sessions * self.pictures

    @property
    def shards(self) -> int:
        """How many groups of `PEOPLE_PER_SHARD` people; the last may be smaller."""
        return -(-self.people // PEOPLE_PER_SHARD)

    def shard(self, number: int) -> range:
        """Samples of a shard."""
        each = PEOPLE_PER_SHARD * self.sessions * self.pictures
        return range(number * each, min((number + 1) * each, self.samples))

    def address(self, sample: int) -> Address:
        """Person, session and picture of a sample.

        Raises:
            RenderingError: There is no such sample.
        """
        if not 0 <= sample < self.samples:
            raise RenderingError(f"sample {sample} is outside 0 to {self.samples - 1}")
        rest, picture = divmod(sample, self.pictures)
        person, session = divmod(rest, self.sessions)
        return Address(self.first_person + person, session + 1, picture + 1)


def draw_sample(plan: GeometrySet, address: Address, asset: FaceAsset) -> Taken:
    """Draws a shot; profiles are as frequent as frontal views, unlike in photographs."""
    rng = stream(
        plan.seed,
        Stream.GEOMETRY,
        person=address.person,
        session=address.session,
        index=address.picture,
    )
    aside = np.clip(rng.normal(0.0, 0.03, 2), -0.08, 0.08)
    camera = Camera(
        yaw=float(rng.uniform(-95.0, 95.0)),
        pitch=float(np.clip(rng.normal(2.0, 12.0), -35.0, 40.0)),
        roll=float(np.clip(rng.normal(0.0, 8.0), -30.0, 30.0)),
        distance=float(np.exp(rng.uniform(np.log(45.0), np.log(250.0)))),
        half_extent=float(rng.uniform(11.0, 15.0)),
        shift=(float(aside[0]), float(aside[1])),
        aim=AIM,
    )
    return Taken(draw_wild_scene(rng, asset, plan.size, camera), sample_degradation(rng, plan.size))
