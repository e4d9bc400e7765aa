"""Taking pictures: one object that remembers the people, stages and shadows it used last."""

from collections import OrderedDict
from collections.abc import Callable, Hashable
from dataclasses import dataclass, field
from typing import Any, NamedTuple, TypeVar, cast

from jaxtyping import Float32, UInt8
from numpy import ndarray

from enface.rendering.asset import FaceAsset
from enface.rendering.errors import RenderingError
from enface.rendering.kernels.compiler import require_compiler
from enface.rendering.kernels.inputs import Light
from enface.rendering.lighting import EXPOSURE, develop_view, prepare_light, shade_view
from enface.rendering.people.identity import Identity, sample_identity
from enface.rendering.people.look import Look, sample_look
from enface.rendering.people.occluder import Occluder
from enface.rendering.people.person import Person
from enface.rendering.people.proportions import FIELDS
from enface.rendering.people.surroundings import PLAIN_CLOTHES, Clothes, plain_background
from enface.rendering.scene.camera import Camera
from enface.rendering.scene.expressions import Expression
from enface.rendering.scene.lights import FRONTAL_FLASH, Lighting, multipie_light
from enface.rendering.scene.stage import Stage, set_stage
from enface.rendering.skin.painter import texture_size
from enface.rendering.truth.correspondence import Correspondence, correspondence
from enface.rendering.truth.landmarks import Landmarks, landmarks68
from enface.rendering.truth.layers import Layers, layers_of
from enface.rendering.view import View, take_view

SMALLEST, LARGEST = 16, 1024
"""Sizes of pictures, pixels."""
_KEPT = 4
_KEPT_LIGHTS = 32
T = TypeVar("T")


@dataclass(frozen=True, eq=False)
class Shot:
    """Everything about a picture except who is in it."""

    camera: Camera = field(default_factory=Camera)
    lighting: Lighting = field(default_factory=lambda: multipie_light(FRONTAL_FLASH))
    expression: Expression = ()
    clothes: Clothes = PLAIN_CLOTHES
    occluder: Occluder | None = None
    background: Float32[ndarray, "size size 3"] | None = None
    """Linear; None is even grey."""
    exposure: float = EXPOSURE
    noise: float = 0.0
    """Standard deviation of the sensor noise, display values."""
    noise_seed: int = 0


FRONTAL = Shot()
"""The ground truth: frontal, neutral, frontal flash, grey background and clothes, fixed crop, no noise."""


class Picture(NamedTuple):
    """A picture with its landmarks."""

    pixels: UInt8[ndarray, "size size 3"]
    landmarks: Landmarks


class Truth(NamedTuple):
    """What is known about a picture beyond its landmarks."""

    layers: Layers
    correspondence: Correspondence


class Studio:
    """Renders people of one data set.

    Args:
        asset: The head.
        size: Of the pictures, pixels.
        seed: Of the data set: with it, numbers of persons and sessions mean the same people and looks.
        samples: Samples per pixel and axis.
        coverings: Share of the sessions in which something is on the head.

    Raises:
        RenderingError: numba is not installed, or the size is impossible.
    """

    def __init__(
        self, asset: FaceAsset, *, size: int, seed: int, samples: int = 2, coverings: float = 0.0
    ) -> None:
        require_compiler()
        if not SMALLEST <= size <= LARGEST:
            raise RenderingError(f"size {size} is outside {SMALLEST} to {LARGEST} pixels")
        if not 0.0 <= coverings <= 1.0:
            raise RenderingError(f"share of head coverings {coverings} is outside 0 to 1")
        self.asset = asset
        self.size = size
        self.seed = seed
        self.samples = samples
        self.coverings = coverings
        self._kept: dict[str, OrderedDict[Hashable, Any]] = {}

    def identity(self, person: int) -> Identity:
        """Who a person is."""
        return sample_identity(
            self.seed, person, modes=len(self.asset.identity_modes), proportions=len(FIELDS)
        )

    def look(self, person: int, session: int) -> Look:
        """How a person looks in a session."""
        identity = self.identity(person)
        return sample_look(identity, self.seed, person, session, coverings=self.coverings)

    def person(self, person: int, session: int) -> Person:
        """A person in a session, painted."""

        def make() -> Person:
            identity, look = self.identity(person), self.look(person, session)
            return Person(self.asset, identity, look, texture_size=texture_size(self.size))

        return self._remembered("person", (person, session), make)

    def shoot(self, person: int, session: int, shot: Shot = FRONTAL) -> Picture:
        """Takes a picture."""
        stage = self.stage(person, session, shot)
        view = self.view(person, session, shot, samples=self.samples)
        background = plain_background(self.size) if shot.background is None else shot.background
        pixels = develop_view(
            view,
            shade_view(stage, view, self.light(person, session, shot)),
            background,
            exposure=shot.exposure,
            noise=shot.noise,
            seed=shot.noise_seed,
        )
        return Picture(pixels, landmarks68(stage, view))

    def truth(self, person: int, session: int, shot: Shot) -> Truth:
        """Layers of a picture, and where each pixel of the session's frontal ground truth is seen in it."""
        stage = self.stage(person, session, shot)
        view = self.view(person, session, shot, samples=1)
        neutral = self.stage(person, session, FRONTAL)
        frontal = self.view(person, session, FRONTAL, samples=1)
        return Truth(
            layers_of(stage, view),
            correspondence(neutral, frontal, stage, view),
        )

    def stage(self, person: int, session: int, shot: Shot) -> Stage:
        """The geometry of a shot."""
        key = (person, session, shot.expression, shot.clothes, shot.occluder)
        return self._remembered(
            "stage",
            key,
            lambda: set_stage(self.person(person, session), shot.expression, shot.clothes, shot.occluder),
        )

    def view(self, person: int, session: int, shot: Shot, *, samples: int) -> View:
        """What the camera of a shot sees, before any light."""
        key = (person, session, shot.expression, shot.clothes, shot.occluder, shot.camera, samples)
        stage = self.stage(person, session, shot)
        return self._remembered(
            "view", key, lambda: take_view(stage, shot.camera, size=self.size, samples=samples)
        )

    def light(self, person: int, session: int, shot: Shot) -> Light:
        """The light of a shot with its shadows."""
        key = (person, session, shot.expression, shot.clothes, shot.occluder, shot.lighting)
        stage = self.stage(person, session, shot)
        return self._remembered("light", key, lambda: prepare_light(stage, shot.lighting))

    def _remembered(self, kind: str, key: tuple[Hashable, ...], make: Callable[[], T]) -> T:
        """The value of a key, made anew unless it is among the last few of its kind."""
        kept = self._kept.setdefault(kind, OrderedDict())
        if key in kept:
            kept.move_to_end(key)
            return cast(T, kept[key])
        kept[key] = value = make()
        if len(kept) > (_KEPT_LIGHTS if kind == "light" else _KEPT):
            kept.popitem(last=False)
        return value
