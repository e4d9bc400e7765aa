"""Quality signals: one number for each face that says how much its frontal face is to be trusted.

A signal is a function of `SignalInput`. One of your own is a `Signal` with such a function, passed to
`evaluate`; higher must speak for using the frontal face.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache

import numpy as np
from jaxtyping import Float, UInt8

from enface.faces.pose import estimate_yaw
from enface.models.quality import QualityMeter


@dataclass(frozen=True, eq=False)
class SignalInput:
    """What a signal may look at: nothing of it says who is on the picture, and none is the ground truth."""

    images: UInt8[np.ndarray, "n size size 3"]
    """Aligned crops as the model got them."""
    frontals: UInt8[np.ndarray, "n out out 3"]
    """The model's frontal faces."""
    points: tuple[Float[np.ndarray, "5 2"] | None, ...]
    """Five landmarks in the picture that each crop was cut from, where they are known."""
    yaws: Float[np.ndarray, " n"]
    """Degrees as the protocol states them; NaN where it does not."""
    raw: Float[np.ndarray, "n feature"]
    """The judge's embeddings of the crops, of length 1."""
    frontalised: Float[np.ndarray, "n feature"]
    """And of the frontal faces."""
    norms: Float[np.ndarray, " n"]
    """Lengths of the judge's embeddings of the crops."""
    judge: str = ""
    """Name of the judge, for signals that know its norms."""


@dataclass(frozen=True)
class Signal:
    """A named signal."""

    name: str
    """Letters, digits and underscores; the arm is called gated_NAME."""
    meaning: str
    """In a few words, for tables."""
    measure: Callable[[SignalInput], Float[np.ndarray, " n"]]


def estimated_yaw(faces: SignalInput) -> Float[np.ndarray, " n"]:
    """Absolute yaw in degrees as a user would have it: from the landmarks, else as the protocol states it."""
    found = [
        abs(yaw) if points is None else abs(estimate_yaw(points))
        for points, yaw in zip(faces.points, faces.yaws, strict=True)
    ]
    return np.nan_to_num(np.array(found, dtype=np.float64), nan=0.0)


def agreement(faces: SignalInput) -> Float[np.ndarray, " n"]:
    """Cosine between the judge's embeddings of the crop and of its frontal face: did the person stay?"""
    cosine: Float[np.ndarray, " n"] = np.einsum("nf,nf->n", faces.raw, faces.frontalised)
    return cosine


def weakness(faces: SignalInput) -> Float[np.ndarray, " n"]:
    """Negative length of the judge's embedding of the crop: many recognizers make short ones of poor
    pictures."""
    return -faces.norms


def poorness(faces: SignalInput) -> Float[np.ndarray, " n"]:
    """1 less the quality of the crop (`enface.models.quality`), from the judge's norms too where it has a
    fit."""
    found = _meter().of(list(faces.images), recognizer=faces.judge, norms=faces.norms)
    return np.array([1.0 - quality.value for quality in found])


@cache
def _meter() -> QualityMeter:
    """One for all judges: the landmark network looks at each crop once."""
    return QualityMeter.load()


YAW = Signal("yaw", "absolute yaw, estimated from landmarks", estimated_yaw)
AGREEMENT = Signal("agreement", "cosine of the picture with its frontal face", agreement)
WEAKNESS = Signal("weakness", "how short the embedding of the picture is", weakness)
QUALITY = Signal("quality", "how poor the picture is: 1 less its quality", poorness)

SIGNALS: tuple[Signal, ...] = (YAW, AGREEMENT, QUALITY)
"""Used where none are named."""
PAIR_SIGNALS: tuple[Signal, ...] = (AGREEMENT, QUALITY)
"""The same for pairs of photographs, whose yaw no protocol states."""
