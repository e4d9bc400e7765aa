"""What every loaded model can do, whatever it is made of: turn cut-out faces to the front."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from jaxtyping import UInt8

from enface.models.warp.evidence import Evidence

Crop = UInt8[np.ndarray, "size size 3"]


@dataclass(frozen=True, eq=False)
class Origin:
    """Where the pixels of a frontal face come from, and how far it may be trusted."""

    evidence: Evidence
    """Shares of the head's pixels: seen, mirrored, invented."""
    picture: UInt8[np.ndarray, "output output 3"]
    """The same by pixel, as colours over the face."""
    confidence: float
    """Expected cosine similarity to a true frontal picture, 0 to 1."""


@dataclass(frozen=True, eq=False)
class TurnedFace:
    """A synthesised frontal face, in the centre crop (224 of 250) of the alignment template."""

    frontal: UInt8[np.ndarray, "output output 3"]
    origin: Origin | None
    """None for models that draw the whole face from an embedding: all of it is invented."""


class FaceTurner(Protocol):
    """A loaded model."""

    name: str
    """For people: a preset's or a shipped model's name, or a folder."""
    fingerprint: str
    """Hash of the weights and of every option that decides the outputs."""
    guides: tuple[str, ...]
    """Recognizers that took part in the training; they may not judge the outputs."""
    whole_frame: bool
    """Whether it is given the template's whole frame (250 of 250), or its centre crop (224)."""

    def crop_side(self, available: float) -> int:
        """Side of the centre crop in which it wants to work, pixels.

        Args:
            available: side of the centre crop in the photograph, in the photograph's pixels.
        """

    def turn(self, images: Sequence[Crop]) -> list[TurnedFace]:
        """Turns a batch of frames or centre crops of one size."""
