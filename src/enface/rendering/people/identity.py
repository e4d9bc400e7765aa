"""What never changes about a person: shape, skin, eyes, brows, lips, hairline, hair colour."""

from dataclasses import dataclass

import numpy as np

from enface.rendering.people.palette import EYE_COLOURS, GREY, HAIR_COLOURS
from enface.rendering.randomness import Stream, stream

Colour = tuple[float, float, float]

DARK_SKIN = 0.55
"""Melanin above which hair and eyes are drawn from the darker tables."""


@dataclass(frozen=True)
class Brows:
    """Eyebrows; lengths in centimetres."""

    thickness: float
    arch: float
    height: float
    length: float
    """Relative to the landmarks."""
    density: float
    gap: float
    slant: float
    """How much the outer end is raised."""


@dataclass(frozen=True)
class Mole:
    """A dark spot in the face texture."""

    u: float
    v: float
    radius: float
    """Share of the texture's width."""
    strength: float


@dataclass(frozen=True)
class Identity:
    """A person, independent of day, light and camera."""

    seed: int
    female: bool
    age: float
    """0 young adult to 1 old."""
    shape: tuple[float, ...]
    """Weights of the asset's identity modes, before the sex direction."""
    proportions: tuple[float, ...]
    """Weights of `enface.rendering.people.proportions`."""
    resting: tuple[tuple[str, float], ...]
    """Weights of expression shapes that belong to the face at rest: heavy lids, raised brows, full cheeks."""
    asymmetry: tuple[float, float]
    """Slope of the mouth and offset of the nose."""
    melanin: float
    """0.03 lightest to 1.65 darkest."""
    haemoglobin: float
    undertone: float
    """Yellow above 0, pink below."""
    flush: float
    """Redness of cheeks and nose tip, relative."""
    oiliness: float
    blotches: float
    """How uneven the skin is."""
    pores: float
    freckles: float
    moles: tuple[Mole, ...]
    eye_bags: float
    hair_colour: Colour
    brow_colour: Colour
    brows: Brows
    eye_colour: tuple[float, float, float, float]
    iris_radius: float
    pupil: float
    lip_redness: float
    lip_edge: float
    """Centimetres by which the red of the lips reaches beyond or stays within the landmarks."""
    hairline: float
    """Height of the hairline above the brow, centimetres on the mean head."""
    temples: float
    """How far the hair recedes at the temples, centimetres."""
    teeth: Colour


def sample_identity(seed: int, person: int, *, modes: int, proportions: int) -> Identity:
    """Draws a person; skin tone is uniform in lightness rank, sex is even.

    Args:
        seed: Of the data set.
        person: Number of the person; the same seed and number give the same person.
        modes: Number of identity modes of the asset.
        proportions: Number of local proportions.
    """
    rng = stream(seed, Stream.IDENTITY, person=person)
    normal = rng.standard_normal
    female = bool(rng.random() < 0.5)
    shape = np.clip(normal(modes), -2.2, 2.2)
    local = np.clip(normal(proportions), -2.2, 2.2)
    melanin = float(np.clip(0.08 + 1.55 * rng.random() ** 1.6 + 0.05 * normal(), 0.03, 1.65))
    age = float(rng.beta(1.4, 2.0))
    dark = melanin > DARK_SKIN
    colour, brow = _hair_colours(rng, dark=dark, age=age)
    eyes = (0.75, 0.20, 0.05, 0.0, 0.0, 0.0) if dark else (0.22, 0.20, 0.15, 0.13, 0.20, 0.10)
    return Identity(
        seed=int(rng.integers(1, 100_000)),
        female=female,
        age=age,
        shape=tuple(float(x) for x in shape),
        proportions=tuple(float(x) for x in local),
        resting=_resting(rng),
        asymmetry=(float(0.5 * normal()), float(0.5 * normal())),
        melanin=melanin,
        haemoglobin=float(np.clip(0.55 + 0.25 * normal(), 0.1, 1.1)),
        undertone=float(rng.uniform(-0.15, 0.40)),
        flush=float(rng.uniform(0.5, 1.5)),
        oiliness=float(rng.uniform(0.5, 1.25)),
        blotches=float(rng.uniform(0.6, 1.8)),
        pores=float(rng.uniform(0.5, 1.5) + 0.5 * age),
        freckles=0.0 if dark else float(max(0.0, rng.normal(-0.3, 0.6))),
        moles=_moles(rng),
        eye_bags=float(rng.uniform(0.05, 0.35) + 0.3 * age),
        hair_colour=colour,
        brow_colour=brow,
        brows=_brows(rng, female=female),
        eye_colour=EYE_COLOURS[int(rng.choice(len(EYE_COLOURS), p=eyes))],
        iris_radius=float(0.70 + 0.03 * normal()),
        pupil=float(np.clip(0.36 + 0.07 * normal(), 0.22, 0.52)),
        lip_redness=float(rng.uniform(0.3, 1.0) + (0.35 if female else 0.0)),
        lip_edge=float(np.clip(0.05 * normal(), -0.1, 0.1)),
        hairline=float(10.9 + 0.55 * normal()),
        temples=float(0.25 + abs(0.35 * normal()) * (0.5 if female else 1.3)),
        teeth=_teeth(rng, age=age),
    )


_RESTING = (
    ("eyeWide", "eyeSquint", 0.25, 0.35),
    ("browInnerUp", "browDown", 0.15, 0.25),
    ("browOuterUp", "browDown", 0.15, 0.15),
    ("mouthSmile", "mouthFrown", 0.10, 0.15),
    ("cheekPuff", "mouthPress", 0.25, 0.20),
    ("mouthPucker", "mouthStretch", 0.15, 0.15),
    ("mouthShrugUpper", "mouthRollLower", 0.15, 0.20),
    ("noseSneer", "mouthDimple", 0.12, 0.15),
)
"""Pairs of opposite shapes, with the standard deviation of the weight towards either."""


def _resting(rng: np.random.Generator) -> tuple[tuple[str, float], ...]:
    weights: dict[str, float] = {}
    for (plus, minus, up, down), amount in zip(_RESTING, rng.standard_normal(len(_RESTING)), strict=True):
        name, spread = (plus, up) if amount > 0.0 else (minus, down)
        weights[name] = weights.get(name, 0.0) + float(spread * min(abs(amount), 2.0))
    return tuple(sorted(weights.items()))


def _hair_colours(rng: np.random.Generator, *, dark: bool, age: float) -> tuple[Colour, Colour]:
    shares = (
        (0.5, 0.3, 0.1, 0.02, 0.0, 0.0, 0.0, 0.05, 0.03)
        if dark
        else (0.08, 0.18, 0.22, 0.18, 0.14, 0.08, 0.06, 0.03, 0.03)
    )
    kind = int(rng.choice(len(HAIR_COLOURS), p=shares))
    if age > 0.72 and rng.random() < 0.6:
        kind = GREY + int(rng.random() < 0.4)
    shade = float(np.exp(0.18 * rng.standard_normal()))
    r, g, b = HAIR_COLOURS[kind]
    if kind < 5:
        brow = kind
    elif kind < GREY:
        brow = 3
    else:
        brow = 2
    br, bg, bb = HAIR_COLOURS[brow]
    return (r * shade, g * shade, b * shade), (0.8 * br, 0.8 * bg, 0.8 * bb)


def _brows(rng: np.random.Generator, *, female: bool) -> Brows:
    normal = rng.standard_normal
    return Brows(
        thickness=float((0.34 if female else 0.55) * np.exp(0.48 * np.clip(normal(), -2.0, 1.5))),
        arch=float(0.40 * normal() + (0.12 if female else 0.0)),
        height=float(0.34 * normal()),
        length=float(1.0 + 0.09 * normal()),
        density=float(rng.uniform(0.25, 1.0)),
        gap=float(0.38 * normal()),
        slant=float(0.20 * normal()),
    )


def _moles(rng: np.random.Generator) -> tuple[Mole, ...]:
    return tuple(
        Mole(
            u=float(rng.uniform(0.18, 0.82)),
            v=float(rng.uniform(0.29, 0.88)),
            radius=float(rng.uniform(0.0016, 0.0043)),
            strength=float(rng.uniform(0.5, 1.3)),
        )
        for _ in range(rng.poisson(2.2))
    )


def _teeth(rng: np.random.Generator, *, age: float) -> Colour:
    yellow = float(np.clip(rng.normal(0.35 + 0.4 * age, 0.25), 0.0, 1.2))
    light = float(rng.uniform(0.92, 1.06))
    return 0.64 * light, (0.61 - 0.08 * yellow) * light, (0.55 - 0.17 * yellow) * light
