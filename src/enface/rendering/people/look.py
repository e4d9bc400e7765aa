"""How a person looks on a day: hair style, beard, make-up, glasses."""

import colorsys
from dataclasses import dataclass

import numpy as np

from enface.rendering.people.identity import Colour, Identity
from enface.rendering.randomness import Stream, stream

FEMALE_STYLES = {
    "long": 0.22,
    "bob": 0.16,
    "shoulder": 0.20,
    "bun": 0.14,
    "short": 0.06,
    "parted": 0.10,
    "fringe": 0.12,
}
MALE_STYLES = {
    "short": 0.26,
    "parted": 0.18,
    "buzz": 0.12,
    "swept": 0.16,
    "receding": 0.10,
    "bald": 0.08,
    "curly": 0.07,
    "long": 0.03,
}
LOOSE = ("long", "bob", "shoulder", "fringe")
"""Styles with hair that hangs beside the face."""
PERMANENT = ("receding", "bald")
"""Styles that a person does not change from day to day, except between these and `buzz`."""
COVERINGS_OF_WOMEN = {"headscarf": 0.45, "beanie": 0.25, "hat": 0.15, "cap": 0.15}
COVERINGS_OF_MEN = {"cap": 0.50, "beanie": 0.30, "hat": 0.20}
BEARDS = {"none": 0.36, "shadow": 0.22, "stubble": 0.16, "goatee": 0.08, "moustache": 0.06, "full": 0.12}


@dataclass(frozen=True)
class Glasses:
    """A frame; lengths in centimetres."""

    half_width: float
    half_height: float
    squareness: float
    """Exponent of the rim's superellipse: 2 round, 5 nearly rectangular."""
    wire: float
    """Radius of the wire."""
    colour: Colour


@dataclass(frozen=True)
class Fabric:
    """Colours of a head covering."""

    colour: Colour
    trim: Colour
    """Of the band, the peak or the cuff."""


PLAIN_FABRIC = Fabric((0.1, 0.1, 0.1), (0.1, 0.1, 0.1))


@dataclass(frozen=True)
class Tint:
    """Make-up."""

    colour: Colour
    strength: float


@dataclass(frozen=True)
class Look:
    """What a person can change between two sessions."""

    seed: int
    style: str
    volume: float
    part: float
    """Side of the parting, -1 to 1."""
    strand_frequency: float
    gloss: float
    curl: float
    beard: str
    glasses: Glasses | None
    lipstick: Tint | None
    eye_shadow: Tint | None
    eyeliner: float
    covering: str = "none"
    """`none`, `cap`, `beanie`, `hat` or `headscarf`."""
    fabric: Fabric = PLAIN_FABRIC
    """Of the covering."""

    @property
    def bearded(self) -> bool:
        """From stubble on."""
        return self.beard not in ("none", "shadow")


def sample_look(identity: Identity, seed: int, person: int, session: int, *, coverings: float = 0.0) -> Look:
    """Draws one session's look of a person; the same arguments give the same look.

    Args:
        identity: Who it is.
        seed: Of the data set.
        person: Their number.
        session: From 1.
        coverings: Share of the sessions with something on the head; it changes nothing else of the look.
    """
    rng = stream(seed, Stream.LOOK, person=person, session=session)
    styles = FEMALE_STYLES if identity.female else MALE_STYLES
    style = _style(identity, seed, person, rng, styles)
    dark_hair = sum(identity.hair_colour) < 0.09
    covering, fabric = _covering(identity, seed, person, session, coverings)
    return Look(
        seed=int(rng.integers(1, 100_000)),
        style=style,
        volume=float(np.exp(0.25 * rng.standard_normal())),
        part=float(rng.uniform(-1.0, 1.0)),
        strand_frequency=float(rng.uniform(14.0, 26.0)),
        gloss=float(rng.uniform(0.4, 1.2)) * (0.6 if dark_hair else 1.0),
        curl=float(rng.random() ** 2 * (1.6 if identity.melanin > 0.55 else 0.7)),
        beard="none" if identity.female else _pick(rng, BEARDS),
        glasses=_glasses(rng) if rng.random() < 0.12 else None,
        lipstick=_lipstick(rng) if identity.female and rng.random() < 0.35 else None,
        eye_shadow=_eye_shadow(rng) if identity.female and rng.random() < 0.30 else None,
        eyeliner=float(rng.uniform(0.4, 0.95) if identity.female else rng.uniform(0.0, 0.3)),
        covering=covering,
        fabric=fabric,
    )


def _covering(identity: Identity, seed: int, person: int, session: int, share: float) -> tuple[str, Fabric]:
    """From a stream of its own, so that the share does not change who wears which hair."""
    rng = stream(seed, Stream.COVERING, person=person, session=session)
    if rng.random() >= share:
        return "none", PLAIN_FABRIC
    kind = _pick(rng, COVERINGS_OF_WOMEN if identity.female else COVERINGS_OF_MEN)
    colour = _dyed(rng)
    return kind, Fabric(colour, colour if rng.random() < 0.6 else _dyed(rng))


def _dyed(rng: np.random.Generator) -> Colour:
    return colorsys.hsv_to_rgb(
        float(rng.random()), float(rng.uniform(0.0, 0.7)), float(rng.uniform(0.02, 0.6))
    )


def _style(
    identity: Identity, seed: int, person: int, rng: np.random.Generator, styles: dict[str, float]
) -> str:
    """Bald and receding heads stay so: they are drawn once per person, the rest once per session."""
    losing = stream(seed, Stream.HAIR_LOSS, person=person).random()
    share = sum(styles.get(name, 0.0) for name in PERMANENT)
    if losing < share:
        name = "receding" if losing < styles["receding"] else "bald"
        return "buzz" if name == "receding" and rng.random() < 0.3 else name
    return _pick(rng, {name: share for name, share in styles.items() if name not in PERMANENT})


def _pick(rng: np.random.Generator, shares: dict[str, float]) -> str:
    weights = np.array(list(shares.values()))
    return str(rng.choice(list(shares), p=weights / weights.sum()))


def _glasses(rng: np.random.Generator) -> Glasses:
    colours = ((0.02, 0.02, 0.02), (0.08, 0.04, 0.02), (0.25, 0.22, 0.18), (0.12, 0.02, 0.02))
    return Glasses(
        half_width=float(2.45 + 0.5 * rng.random()),
        half_height=float(1.6 + 0.6 * rng.random()),
        squareness=float(2.0 + 3.0 * rng.random()),
        wire=float(0.11 + 0.14 * rng.random()),
        colour=colours[int(rng.integers(len(colours)))],
    )


def _lipstick(rng: np.random.Generator) -> Tint:
    hue = float(rng.choice([0.97, 0.99, 0.0, 0.02, 0.93]))
    colour = colorsys.hsv_to_rgb(hue, float(rng.uniform(0.45, 0.85)), float(rng.uniform(0.25, 0.6)))
    return Tint(colour, float(rng.uniform(0.3, 0.8)))


def _eye_shadow(rng: np.random.Generator) -> Tint:
    return Tint(colorsys.hsv_to_rgb(float(rng.random()), 0.4, 0.3), float(rng.uniform(0.1, 0.45)))
