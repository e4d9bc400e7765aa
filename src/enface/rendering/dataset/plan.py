"""Which pictures a preset takes of one person."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import Literal, NamedTuple

import numpy as np

from enface.faces.multipie import CAMERAS, FRONTAL_CAMERA
from enface.rendering.asset import FaceAsset
from enface.rendering.degrade import Degradation, sample_degradation
from enface.rendering.errors import RenderingError
from enface.rendering.lighting import EXPOSURE
from enface.rendering.people.backdrop import sample_backdrop
from enface.rendering.people.occluder import sample_occluder
from enface.rendering.people.surroundings import sample_background, sample_clothes
from enface.rendering.randomness import Stream, stream
from enface.rendering.scene.camera import AIM, Camera
from enface.rendering.scene.environments import sample_light
from enface.rendering.scene.expressions import EXPRESSIONS, expression_weights
from enface.rendering.scene.lights import FRONTAL_FLASH, ILLUMINATIONS, multipie_light
from enface.rendering.studio import FRONTAL, Shot

NUMBERED_EXPRESSIONS = tuple(EXPRESSIONS)[:6]
"""01 neutral to 06 scream in file names."""
FREE = "free"
"""Label of cameras, lights and expressions outside the numbered ones."""
SENSOR_NOISE = 0.008
COVERED = 0.12
"""Share of the sessions in the wild with something on the head."""
OCCLUDED = 0.15
"""Share of the pictures in the wild with something before the face."""
STUDIO_COVERED, STUDIO_OCCLUDED = 0.3, 0.3
"""The same shares of `covered-looks`; the other studio presets have neither."""
LEVEL_CAMERAS = tuple(
    sorted((c for c, (_, pitch) in CAMERAS.items() if pitch == 0), key=lambda c: CAMERAS[c])
)
"""By yaw, -90 to 90 degrees in steps of 15."""
Split = Literal["train", "test"]
_FIRST_SCENE = 1 << 18
"""Addresses of shared scenes lie above all pictures'."""
_MINI_PLACES = {1: (0, 4, 9), 2: (2, 6, 11)}
"""By session, how many places the three cameras of a train person lie behind the person's number."""


@dataclass(frozen=True)
class Planned:
    """One picture of a plan, before its shot is drawn."""

    session: int
    index: int
    """Address of its random stream; unique within a person's session."""
    expression: int = 1
    """1 to 6, or 0 for a free one."""
    camera: str = FRONTAL_CAMERA
    illumination: int = FRONTAL_FLASH
    gallery: bool = False
    scene: int | None = None
    """Pictures of one scene share clothes, background and the camera's jitter; None is a scene of its own."""
    occluded: bool = False
    """Something is before the face; free pictures decide for themselves."""

    @property
    def labels(self) -> tuple[str, str, str]:
        """Expression, camera and illumination as file names and manifests have them."""
        if self.camera == FREE:
            return FREE, FREE, FREE
        return f"{self.expression:02d}", self.camera, f"{self.illumination:02d}"

    def path(self, subject: str) -> str:
        """Relative to the manifest."""
        expression, camera, light = self.labels
        ending = f"{FREE}_{self.index:04d}" if camera == FREE else f"{expression}_{camera}_{light}"
        return f"images/{subject}_{self.session:02d}_{ending}.jpg"


@dataclass(frozen=True)
class Taken:
    """A drawn shot with what is done to its picture afterwards."""

    shot: Shot
    degradation: Degradation | None = None


class Sitting(NamedTuple):
    """Whose pictures are planned."""

    person: int
    session: int
    split: Split


@dataclass(frozen=True)
class Preset:
    """A recipe for a data set."""

    name: str
    summary: str
    sessions: int
    people: int
    """How many by default."""
    size: int
    """Pixels, by default."""
    test_share: float
    """Share of the people, the last ones, in the test split."""
    pictures: Callable[[np.random.Generator, Sitting], Iterator[Planned]]
    """Probes of one session, given its random stream."""
    coverings: float = 0.0
    """Share of the sessions with something on the head."""
    quality: int = 92
    """Of the JPEG files, by default."""

    def split(self, person: int, people: int) -> Split:
        """Which part of a set of so many people a person belongs to."""
        return "test" if person > people - round(self.test_share * people) else "train"


def _every_camera_and_light(rng: np.random.Generator, sitting: Sitting) -> Iterator[Planned]:
    index = 1
    for scene, camera in enumerate(CAMERAS, start=_FIRST_SCENE):
        for light in range(ILLUMINATIONS):
            if (camera, light) != (FRONTAL_CAMERA, FRONTAL_FLASH):
                yield Planned(sitting.session, index, camera=camera, illumination=light, scene=scene)
            index += 1


def _each_camera_once(rng: np.random.Generator, sitting: Sitting) -> Iterator[Planned]:
    for index, camera in enumerate(CAMERAS, start=1):
        expression = 1 if rng.random() < 0.5 else int(rng.integers(2, 7))
        yield Planned(sitting.session, index, expression, camera, _other_light(rng, camera, expression))


def _each_camera_once_occluded(rng: np.random.Generator, sitting: Sitting) -> Iterator[Planned]:
    for planned in _each_camera_once(rng, sitting):
        yield replace(planned, occluded=rng.random() < STUDIO_OCCLUDED)


def _few_of_many_people(rng: np.random.Generator, sitting: Sitting) -> Iterator[Planned]:
    """Train people: three cameras far apart, all equally often. Test people: every level camera, once."""
    if sitting.split == "test":
        if sitting.session == 1:
            for index, camera in enumerate(LEVEL_CAMERAS, start=1):
                yield Planned(1, index, 1, camera, _other_light(rng, camera, 1))
        return
    for offset in _MINI_PLACES[sitting.session]:
        place = (sitting.person + offset) % len(LEVEL_CAMERAS)
        camera, expression = LEVEL_CAMERAS[place], 1 if rng.random() < 0.5 else int(rng.integers(2, 7))
        light = _other_light(rng, camera, expression)
        yield Planned(sitting.session, place + 1, expression, camera, light)


def _free(rng: np.random.Generator, sitting: Sitting) -> Iterator[Planned]:
    for index in range(1, 21):
        yield Planned(sitting.session, index, expression=0, camera=FREE)


def _other_light(rng: np.random.Generator, camera: str, expression: int) -> int:
    """Any light, except the one that would repeat the gallery picture."""
    gallery = camera == FRONTAL_CAMERA and expression == 1
    return int(rng.choice([k for k in range(ILLUMINATIONS) if not (gallery and k == FRONTAL_FLASH)]))


PRESETS: dict[str, Preset] = {
    preset.name: preset
    for preset in (
        Preset(
            "multipie-like",
            "one session, 15 cameras x 20 lights, neutral: 300 pictures a person",
            sessions=1,
            people=250,
            size=128,
            test_share=0.2,
            pictures=_every_camera_and_light,
        ),
        Preset(
            "session-looks",
            "three looks of each person, every camera once, any light and expression: 48 pictures a person",
            sessions=3,
            people=300,
            size=144,
            test_share=0.2,
            pictures=_each_camera_once,
        ),
        Preset(
            "covered-looks",
            "session-looks with 30 % of looks covered and 30 % of probes occluded: 48 pictures a person",
            sessions=3,
            people=300,
            size=144,
            test_share=0.2,
            pictures=_each_camera_once_occluded,
            coverings=STUDIO_COVERED,
        ),
        Preset(
            "mini",
            "set of the package, two looks: 8 pictures a person to train with, 15 to test on",
            sessions=2,
            people=200,
            size=144,
            test_share=0.25,
            pictures=_few_of_many_people,
            quality=90,
        ),
        Preset(
            "in-the-wild",
            "three looks, any pose, light, expression, backdrop and image quality: 63 pictures a person",
            sessions=3,
            people=300,
            size=144,
            test_share=0.2,
            pictures=_free,
            coverings=COVERED,
        ),
    )
}


def preset(name: str) -> Preset:
    """Looks a preset up.

    Raises:
        RenderingError: Unknown name.
    """
    if name not in PRESETS:
        raise RenderingError(f"unknown preset {name!r}; known: {', '.join(PRESETS)}")
    return PRESETS[name]


def plan_person(recipe: Preset, *, seed: int, person: int, split: Split = "train") -> list[Planned]:
    """All pictures of one person, each session's gallery picture first."""
    planned = []
    for session in range(1, recipe.sessions + 1):
        rng = stream(seed, Stream.PICTURE, person=person, session=session)
        planned.append(Planned(session, 0, gallery=True))
        planned.extend(recipe.pictures(rng, Sitting(person, session, split)))
    return planned


def draw_shot(planned: Planned, asset: FaceAsset, *, seed: int, person: int, size: int) -> Taken:
    """Draws what the plan leaves open; nothing of it depends on who the person is."""
    if planned.gallery:
        return Taken(FRONTAL)
    rng = stream(seed, Stream.PICTURE, person=person, session=planned.session, index=planned.index)
    if planned.camera == FREE:
        return Taken(_free_shot(rng, asset, size), sample_degradation(rng, size))
    scene = rng
    if planned.scene is not None:
        scene = stream(seed, Stream.PICTURE, person=person, session=planned.session, index=planned.scene)
    yaw, pitch = CAMERAS[planned.camera]
    jitter = np.clip(scene.standard_normal(4), -2.0, 2.0)
    camera = Camera(
        yaw=yaw,
        pitch=pitch,
        roll=float(2.5 * jitter[0]),
        half_extent=float(12.0 * (1.0 + 0.03 * jitter[1])),
        shift=(float(0.018 * jitter[2]), float(0.018 * jitter[3])),
    )
    return Taken(
        Shot(
            camera=camera,
            lighting=multipie_light(planned.illumination),
            expression=expression_weights(asset, NUMBERED_EXPRESSIONS[planned.expression - 1]),
            clothes=sample_clothes(scene),
            background=sample_background(scene, size),
            exposure=float(EXPOSURE * np.exp(0.08 * rng.standard_normal())),
            noise=SENSOR_NOISE,
            noise_seed=int(rng.integers(1 << 30)),
            occluder=sample_occluder(rng) if planned.occluded else None,
        )
    )


def _free_shot(rng: np.random.Generator, asset: FaceAsset, size: int) -> Shot:
    spread = 60.0 if rng.random() < 0.3 else 28.0
    aside = np.clip(rng.normal(0.0, 0.04, 2), -0.1, 0.1)
    camera = Camera(
        yaw=float(np.clip(rng.normal(0.0, spread), -95.0, 95.0)),
        pitch=float(np.clip(rng.normal(3.0, 11.0), -35.0, 40.0)),
        roll=float(np.clip(rng.normal(0.0, 8.0), -30.0, 30.0)),
        distance=float(np.exp(rng.uniform(np.log(45.0), np.log(250.0)))),
        half_extent=float(rng.uniform(10.0, 15.0)),
        shift=(float(aside[0]), float(aside[1])),
        aim=AIM,
    )
    return draw_wild_scene(rng, asset, size, camera)


def draw_wild_scene(rng: np.random.Generator, asset: FaceAsset, size: int, camera: Camera) -> Shot:
    """Draws expression, gaze, light, clothes, backdrop, exposure and occluder of a picture in the wild."""
    name = str(rng.choice(list(EXPRESSIONS), p=_EXPRESSION_SHARES))
    gaze = np.clip(rng.normal(0.0, 0.35, 2), -1.0, 1.0)
    occluded = rng.random() < OCCLUDED
    return Shot(
        camera=camera,
        lighting=sample_light(rng),
        expression=expression_weights(
            asset, name, strength=float(rng.uniform(0.3, 1.0)), gaze=(float(gaze[0]), float(gaze[1]))
        ),
        clothes=sample_clothes(rng),
        background=sample_backdrop(rng, size),
        exposure=float(EXPOSURE * np.exp(0.22 * rng.standard_normal())),
        occluder=sample_occluder(rng) if occluded else None,
    )


_EXPRESSION_SHARES = (0.30, 0.36, 0.06, 0.06, 0.04, 0.05, 0.05, 0.05, 0.03)
"""Of `EXPRESSIONS`, in their order: people in photographs mostly smile."""
