"""How good a picture of a face is for recognising whom it shows: one number and what it is made of."""

import hashlib
import math
from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Self

import numpy as np
from jaxtyping import Float, UInt8
from skimage.measure import blur_effect

from enface.config.codec import to_json
from enface.faces.detectors.protocol import FaceBox, box_around
from enface.faces.landmarks import EYES
from enface.faces.landmarks68 import Landmarks68
from enface.faces.templates import DEFAULT_TEMPLATE, get_template
from enface.images.resize import resize
from enface.models.landmarker import Landmarker, shipped_landmarker
from enface.models.shipped_folder import CARD_FILE, folder_of, read_card

Crop = UInt8[np.ndarray, "size size 3"]

ANY = "any"
"""Name of the fit that knows no embedding."""
SHARPNESS_SIDE = 112
"""Pixels; crops are compared at the size that recognizers commonly want."""
_BLUR_WINDOW = 11
_BATCH = 32
_KEPT = 20_000
_LUMA = np.array([0.299, 0.587, 0.114])


@dataclass(frozen=True)
class QualityParts:
    """What is measured of an aligned centre crop."""

    face: float
    """Probability that this is an upright face and that landmarks fit it, 0 to 1."""
    uncertainty: float
    """Expected distance of the landmarks from the truth, mean of 68; per cent of the distance of the
    template's eyes."""
    visible: float
    """Share of the 68 landmarks that are seen, 0 to 1."""
    yaw: float
    """Absolute degrees."""
    pitch: float
    """Absolute degrees."""
    sharpness: float
    """1 less the blur of Crete et al. (2007, "The blur effect"), 0 to 1, at `SHARPNESS_SIDE` pixels."""
    norm: float | None = None
    """Length of a recognizer's embedding, in its own unit; None where no recognizer looked."""


@dataclass(frozen=True)
class FaceQuality:
    """One number and its parts."""

    value: float
    """0 to 1: `QualityParts.face` times the probability of `QualityCard.target`."""
    parts: QualityParts


@dataclass(frozen=True)
class QualityFit:
    """Logistic regression of "the right person comes first" on `features`."""

    recognizer: str
    """Whose norms it takes; `ANY` takes none."""
    bias: float
    weights: dict[str, float]
    """By feature."""

    def of(self, parts: QualityParts) -> float:
        """Probability; 0 where a part is not finite."""
        found = features(parts)
        total = self.bias + sum(weight * found[name] for name, weight in self.weights.items())
        return 1.0 / (1.0 + math.exp(-max(-50.0, min(50.0, total)))) if math.isfinite(total) else 0.0


@dataclass(frozen=True)
class QualityCard:
    """The fits, and how they were made."""

    name: str
    target: str
    """What is predicted, as a sentence."""
    training_data: str
    landmarks_sha256: str
    """Of the weights of the landmark network whose answers were fitted."""
    fits: tuple[QualityFit, ...]
    licence: str
    source: str

    def fit(self, recognizer: str | None) -> QualityFit:
        """The one that knows a recognizer's norms, else the one without."""
        known = {fit.recognizer: fit for fit in self.fits}
        return known.get(recognizer or ANY, known[ANY])


class QualityMeter:
    """Measures the quality of aligned faces.

        meter = QualityMeter.load()
        (quality,) = meter.of([face.input])
        quality.value, quality.parts.sharpness

    Args:
        card: of the fits.
        landmarker: the network that they were made with.
    """

    def __init__(self, card: QualityCard, landmarker: Landmarker) -> None:
        self.card = card
        self.landmarker = landmarker
        self._known: OrderedDict[bytes, QualityParts] = OrderedDict()

    @classmethod
    def load(cls, name: str | Path = "quality_v1") -> Self:
        """The shipped fits, or those of a folder, with the landmark network that detectors share.

        Raises:
            ConfigError: neither.
            ResourceError: a file is missing or broken.
        """
        return cls(read_card(QualityCard, folder_of(name, "quality") / CARD_FILE), shipped_landmarker())

    @property
    def fingerprint(self) -> str:
        """Hash of everything that decides the numbers."""
        return hashlib.sha256(repr((to_json(self.card), self.landmarker.card.sha256)).encode()).hexdigest()

    def of(
        self,
        crops: Sequence[Crop],
        *,
        recognizer: str | None = None,
        norms: Float[np.ndarray, " n"] | None = None,
    ) -> list[FaceQuality]:
        """Qualities of faces; what is no face has a low one, and nothing is an error.

        Args:
            crops: centre crops (224 of 250) of the alignment template, uint8 RGB, of any sizes.
            recognizer: name of the one whose embeddings were measured; one without a fit is left out.
            norms: lengths of its embeddings of the crops.
        """
        parts = self.parts(crops)
        fit = self.card.fit(recognizer if norms is not None else None)
        if norms is not None and fit.recognizer != ANY:
            parts = [replace(some, norm=float(norm)) for some, norm in zip(parts, norms, strict=True)]
        return [FaceQuality(some.face * fit.of(some), some) for some in parts]

    def parts(self, crops: Sequence[Crop]) -> list[QualityParts]:
        """`measure`; the last faces are remembered."""
        keys = [hashlib.sha256(np.ascontiguousarray(crop).data).digest() for crop in crops]
        new = {key: crop for key, crop in zip(keys, crops, strict=True) if key not in self._known}
        known = dict(self._known)
        known |= dict(zip(new, measure(list(new.values()), landmarker=self.landmarker), strict=True))
        self._known.update({key: known[key] for key in keys})
        while len(self._known) > _KEPT:
            self._known.popitem(last=False)
        return [known[key] for key in keys]


def measure(crops: Sequence[Crop], *, landmarker: Landmarker) -> list[QualityParts]:
    """What is measured of aligned centre crops, without norms.

    The network looks at the crops even where a detector has asked it about the photograph: the fits were made
    so, and what it says of the photograph would move some qualities by 0.2 and more.
    """
    found = []
    for first in range(0, len(crops), _BATCH):
        batch = crops[first : first + _BATCH]
        marks = landmarker.batch([(crop, _box(len(crop))) for crop in batch])
        found += [_parts(crop, some) for crop, some in zip(batch, marks, strict=True)]
    return found


def features(parts: QualityParts) -> dict[str, float]:
    """What a fit is linear in; parts are held inside what faces can have."""
    turn = min(abs(parts.yaw), 100.0) / 90.0
    return {
        "log_uncertainty": math.log(max(0.5, min(100.0, parts.uncertainty))),
        "visible": parts.visible,
        "yaw": turn,
        "yaw_squared": turn**2,
        "pitch": min(abs(parts.pitch), 60.0) / 90.0,
        "sharpness": parts.sharpness,
        "log_norm": 0.0 if parts.norm is None else math.log(max(1e-3, parts.norm)),
    }


def sharpness(crop: Crop) -> float:
    """See `QualityParts.sharpness`."""
    small = resize(crop, height=SHARPNESS_SIDE, width=SHARPNESS_SIDE)
    blur = blur_effect(small @ _LUMA / 255.0, h_size=_BLUR_WINDOW)  # type: ignore[no-untyped-call]
    return 1.0 - float(blur)


def _parts(crop: Crop, found: Landmarks68) -> QualityParts:
    right, left = get_template(DEFAULT_TEMPLATE).crop_points(len(crop))[EYES]
    return QualityParts(
        face=found.confidence,
        uncertainty=100.0 * float(found.uncertainty.mean() / np.hypot(*(left - right))),
        visible=float(found.visible.mean()),
        yaw=abs(found.yaw),
        pitch=abs(found.pitch),
        sharpness=sharpness(crop),
    )


def _box(size: int) -> FaceBox:
    return box_around(get_template(DEFAULT_TEMPLATE).crop_points(size))
