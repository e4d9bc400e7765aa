"""Rendered faces as photographs give them, with what is measured of each and whether recognizers knew it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
import torch
from jaxtyping import Bool, Float, Int, UInt8
from numpy import ndarray

from enface.data.faceset import aligned_window
from enface.errors import FaceError
from enface.faces import geometry
from enface.faces.align import alignment_matrix
from enface.faces.geometry import Pixels
from enface.faces.landmarks68 import Landmarks68
from enface.faces.templates import CROP_FRACTION, DEFAULT_TEMPLATE, get_template
from enface.images import hwc_to_tensor, to_unit
from enface.models.landmarker import Landmarker
from enface.models.quality import QualityParts, measure
from enface.recognizers.frozen import FrozenRecognizer
from enface.rendering.degrade import Degradation, degrade
from enface.rendering.geometry_set.shards import ShardReader
from enface.training.landmarks.validation import boxes_of, find_landmarks, read_truth

_SIDE = 224
_SHRUNK = 0.4
"""Share of the pictures that lose resolution, beside what the set did to them."""
_SMALLEST, _LARGEST = 0.1, 0.5
_BATCH = 32


@dataclass(frozen=True, eq=False)
class Judged:
    """One recognizer about every face."""

    norms: Float[ndarray, " faces"]
    """Lengths of the embeddings."""
    cosine: Float[ndarray, " faces"]
    """Similarity to the person's neutral frontal picture."""
    hits: Bool[ndarray, " faces"]
    """Whether that picture is nearer than any other person's."""


@dataclass(frozen=True, eq=False)
class Examples:
    """Faces found, aligned and measured."""

    parts: list[QualityParts]
    person: ndarray
    session: ndarray
    yaw: Float[ndarray, " faces"]
    """True one, degrees."""
    crops: UInt8[ndarray, "faces 224 224 3"]
    judged: Mapping[str, Judged]
    """By recognizer."""


def look_at(
    reader: ShardReader,
    *,
    landmarker: Landmarker,
    judges: Sequence[FrozenRecognizer],
    seed: int = 0,
    among: int | None = None,
) -> Examples:
    """Finds, aligns and measures every face of a set, and lets recognizers name the people.

    Boxes are a detector's (moved and scaled at random), landmarks and yaw are the network's, as for
    photographs; two in five pictures lose resolution on top of what the set did to them. Everybody of the set
    is enrolled with the neutral frontal picture of the first session. Faces that cannot be aligned are left
    out.

    Args:
        reader: of people whom neither the landmark network nor the judges were trained on.
        landmarker: finds the landmarks, and measures.
        judges: name people.
        seed: of the boxes and the lost resolution.
        among: how many people there are to choose from, in blocks in their order, so that sets of other sizes
            compare; None takes everybody of the set.
    """
    samples = range(reader.plan.samples)
    truth = read_truth(reader, samples)
    truth = replace(
        truth, images=[_shrunk(image, seed=seed, number=k) for k, image in enumerate(truth.images)]
    )
    marks = find_landmarks(landmarker, truth, boxes_of(truth, seed=seed))
    cut = [_crop(image, found) for image, found in zip(truth.images, marks, strict=True)]
    kept = [number for number, crop in enumerate(cut) if crop is not None]
    crops = np.stack([crop for crop in cut if crop is not None])
    person = truth.person[kept]
    people, first = np.unique(truth.person, return_index=True)
    gallery = np.stack([_enrolled(reader.read([samples[k]], ["neutral.picture"])) for k in first])
    own = np.searchsorted(people, person)
    return Examples(
        parts=measure(list(crops), landmarker=landmarker),
        person=person,
        session=truth.session[kept],
        yaw=truth.pose[kept, 0],
        crops=crops,
        judged={
            judge.card.name: _judged(judge, crops, gallery=gallery, own=own, among=among or len(people))
            for judge in judges
        },
    )


def _judged(judge: FrozenRecognizer, crops: ndarray, *, gallery: ndarray, own: ndarray, among: int) -> Judged:
    rows, enrolled = _embedded(judge, crops), _embedded(judge, gallery)
    norms = np.linalg.norm(rows, axis=1)
    scores = (rows / norms[:, None]) @ (enrolled / np.linalg.norm(enrolled, axis=1, keepdims=True)).T
    return Judged(
        norms=norms,
        cosine=scores[np.arange(len(own)), own],
        hits=right_first(scores, own=own, among=among),
    )


def right_first(
    scores: Float[ndarray, "faces people"], *, own: Int[ndarray, " faces"], among: int
) -> Bool[ndarray, " faces"]:
    """Whether each face's own person has the highest score of their block of `among` people."""
    block = np.arange(scores.shape[1]) // among
    rivals = np.where(own[:, None] // among == block, scores, -np.inf)
    return np.asarray(rivals.argmax(axis=1) == own)


@torch.inference_mode()
def _embedded(judge: FrozenRecognizer, crops: ndarray) -> Float[ndarray, "faces feature"]:
    parts = []
    for first in range(0, len(crops), _BATCH):
        batch = torch.stack([hwc_to_tensor(crop) for crop in crops[first : first + _BATCH]])
        parts.append(judge(to_unit(batch)).double().numpy())
    return np.concatenate(parts)


def _crop(image: Pixels, found: Landmarks68) -> Pixels | None:
    """Centre crop as `enface.inference` cuts it out."""
    margin = get_template(DEFAULT_TEMPLATE).size * (1 - CROP_FRACTION) / 2
    try:
        matrix = alignment_matrix(found.five, yaw=found.yaw).matrix
        to_crop = geometry.compose(matrix, geometry.shift(-margin, -margin))
        return geometry.warp(image, to_crop, height=_SIDE, width=_SIDE)
    except FaceError:
        return None


def _enrolled(sample: Mapping[str, ndarray]) -> Pixels:
    frame = get_template(DEFAULT_TEMPLATE).size
    margin = frame * (1 - CROP_FRACTION) / 2
    picture = sample["neutral.picture"][0]
    return aligned_window(picture, points=None, frame=frame, margin=margin, size=_SIDE)


def _shrunk(image: Pixels, *, seed: int, number: int) -> Pixels:
    rng = np.random.default_rng([seed, number])
    share = float(np.exp(rng.uniform(np.log(_SMALLEST), np.log(_LARGEST))))
    return degrade(image, Degradation(shrink=share)) if rng.random() < _SHRUNK else image
