"""What stands before a face in one picture: a hand, a strand of hair, a microphone, a cup."""

import colorsys
from dataclasses import dataclass

import numpy as np

from enface.rendering.people.identity import Colour
from enface.rendering.people.look import LOOSE, Look

OCCLUDERS = {"hand": 0.45, "strand": 0.25, "microphone": 0.12, "cup": 0.18}
"""Shares among pictures with an occluder."""
HAND_PLACES = ("mouth", "chin", "cheek", "eye", "brow", "nose")


@dataclass(frozen=True)
class Occluder:
    """Something before the face; it belongs to a picture, not to a person."""

    kind: str
    """Of `OCCLUDERS`."""
    side: float
    """-1 from the subject's right, 1 from the left."""
    place: str = "mouth"
    """Of `HAND_PLACES`: what a hand is held before."""
    offset: tuple[float, float] = (0.0, 0.0)
    """To the subject's left and upwards, centimetres."""
    gap: float = 0.5
    """Centimetres between the face and the thing."""
    turn: float = 0.0
    """Degrees in the plane of the face."""
    spread: float = 0.5
    """0 fingers closed to 1 spread; 0 narrow to 1 wide for a strand."""
    colour: Colour = (0.05, 0.05, 0.05)
    """Linear, of an object or a sleeve."""


def can_occlude(look: Look, occluder: Occluder) -> bool:
    """Whether it can be before a face with this look: a strand falls from long, bare hair only."""
    return occluder.kind != "strand" or (look.style in (*LOOSE, "bun") and look.covering == "none")


def sample_occluder(rng: np.random.Generator) -> Occluder:
    """Draws one."""
    kinds = list(OCCLUDERS)
    shares = np.array([OCCLUDERS[kind] for kind in kinds])
    kind = str(rng.choice(kinds, p=shares / shares.sum()))
    offset = np.clip(rng.normal(0.0, 1.0, 2), -2.0, 2.0)
    return Occluder(
        kind=kind,
        side=float(rng.choice([-1.0, 1.0])),
        place=str(rng.choice(HAND_PLACES)),
        offset=(float(offset[0]), float(offset[1])),
        gap=float(rng.uniform(0.2, 2.0)),
        turn=float(rng.normal(0.0, 18.0)),
        spread=float(rng.random()),
        colour=colorsys.hsv_to_rgb(
            float(rng.random()), float(rng.uniform(0.0, 0.8)), float(rng.uniform(0.02, 0.7))
        ),
    )
