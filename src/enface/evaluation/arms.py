"""What is compared with what: arms of the comparison, one line each.

An arm turns the embeddings of both sides into rows whose dot product is the score, -1 .. 1. A mean of scores
is such a dot product too: that of rows put side by side.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from jaxtyping import Bool, Float

from enface.metrics.identification import normalised

Features = Float[np.ndarray, "n feature"]


@dataclass(frozen=True, eq=False)
class JudgedFaces:
    """The judge's embeddings of the same faces, L2-normalised."""

    raw: Features
    frontalised: Features
    mirrored: Features | None = None
    """Of the mirrored pictures; None leaves the control arm out."""

    def __post_init__(self) -> None:
        object.__setattr__(self, "raw", normalised(self.raw))
        object.__setattr__(self, "frontalised", normalised(self.frontalised))
        if self.mirrored is not None:
            object.__setattr__(self, "mirrored", normalised(self.mirrored))

    @property
    def finite(self) -> bool:
        """Whether every embedding is."""
        rows = (self.raw, self.frontalised, self.raw if self.mirrored is None else self.mirrored)
        return all(bool(np.isfinite(some).all()) for some in rows)


def raw(faces: JudgedFaces) -> Features:
    """The picture as it is."""
    return faces.raw


def mirrored(faces: JudgedFaces) -> Features:
    """Mean of the embeddings of the picture and of its mirror image: a control that needs no model.

    Raises:
        ValueError: the mirror images were not embedded.
    """
    if faces.mirrored is None:
        raise ValueError("mirror images were not embedded")
    return normalised(faces.raw + faces.mirrored)


def frontalised(faces: JudgedFaces) -> Features:
    """The synthesised frontal face alone."""
    return faces.frontalised


def fused(faces: JudgedFaces) -> Features:
    """Mean of both embeddings."""
    return normalised(faces.raw + faces.frontalised)


def side_by_side(faces: JudgedFaces) -> Features:
    """Rows whose dot product is the mean of the scores raw with raw and frontalised with frontalised."""
    rows: Features = np.hstack([faces.raw, faces.frontalised]) / np.sqrt(2)
    return rows


def twice_raw(faces: JudgedFaces) -> Features:
    """Rows that `side_by_side` compares with as raw, whichever side they meet."""
    rows: Features = np.hstack([faces.raw, faces.raw]) / np.sqrt(2)
    return rows


View = Callable[[JudgedFaces], Features]


@dataclass(frozen=True)
class Arm:
    """How the pictures of both sides are seen."""

    probe: View
    gallery: View
    """A gallery is enrolled as it is, unless the arm says otherwise."""


ARMS: dict[str, Arm] = {
    "raw": Arm(raw, raw),
    "mirrored": Arm(mirrored, mirrored),
    "frontalised": Arm(frontalised, raw),
    "frontalised_both": Arm(frontalised, frontalised),
    "fused": Arm(fused, raw),
    "fused_scores": Arm(side_by_side, twice_raw),
    "fused_both": Arm(fused, fused),
    "fused_scores_both": Arm(side_by_side, side_by_side),
}
"""Arms of identification, in the order of the tables; gated arms follow, one for each signal."""

PAIR_ARMS: dict[str, Arm] = {
    "raw": Arm(raw, raw),
    "mirrored": Arm(mirrored, mirrored),
    "frontalised": Arm(frontalised, frontalised),
    "fused": Arm(fused, fused),
    "fused_scores": Arm(side_by_side, side_by_side),
}
"""Arms of verification: both pictures of a pair are treated alike."""

GALLERIES: dict[str, View] = {"raw": raw, "frontalised": frontalised}
"""How the gallery can be enrolled in arms that would take it raw."""


def usable(arms: dict[str, Arm], faces: JudgedFaces) -> dict[str, Arm]:
    """The arms for which there are embeddings."""
    return {name: arm for name, arm in arms.items() if name != "mirrored" or faces.mirrored is not None}


def chosen(faces: JudgedFaces, *, use: Bool[np.ndarray, " n"]) -> Features:
    """The frontal face where `use` says so, else the picture as it is."""
    rows: Features = np.where(np.asarray(use)[:, None], faces.frontalised, faces.raw)
    return rows
