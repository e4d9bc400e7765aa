"""What a probe may be compared with: arms of the comparison, one function each."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from jaxtyping import Float

from enface.metrics.identification import normalised

Features = Float[np.ndarray, "n feature"]


@dataclass(frozen=True, eq=False)
class JudgedFaces:
    """The judge's embeddings of the same faces before and after frontalising, L2-normalised."""

    raw: Features
    frontalised: Features

    def __post_init__(self) -> None:
        object.__setattr__(self, "raw", normalised(self.raw))
        object.__setattr__(self, "frontalised", normalised(self.frontalised))


def raw(faces: JudgedFaces) -> Features:
    """The picture as it is."""
    return faces.raw


def frontalised(faces: JudgedFaces) -> Features:
    """The synthesised frontal face alone."""
    return faces.frontalised


def fused(faces: JudgedFaces) -> Features:
    """Mean of both normalised embeddings."""
    mean: Features = (faces.raw + faces.frontalised) / 2
    return mean


ARMS: dict[str, Callable[[JudgedFaces], Features]] = {
    "raw": raw,
    "frontalised": frontalised,
    "fused": fused,
}
"""Arms of the probes, in the order of the tables. The gallery uses `raw`, or one of these on request."""
