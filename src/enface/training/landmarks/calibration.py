"""What the confidence means: fitted on people who were not trained on, and on crops without a face."""

from collections.abc import Sequence

import torch
import torch.nn.functional as F
from torch import Tensor

from enface.faces.detectors.protocol import FaceBox
from enface.faces.geometry import Pixels
from enface.images import tensor_to_hwc, to_uint8
from enface.models.landmarker import Confidence, Landmarker
from enface.rendering.geometry_set.shards import ShardReader
from enface.training.landmarks.task import NAMES, faces_of
from enface.training.landmarks.validation import boxes_of, errors_of, find_landmarks, read_truth
from enface.training.landmarks.wrong import wrong_crops

FITTING = 10.0
"""Per cent of the frontal inter-ocular distance: points fit when they are nearer than this on average."""
_BATCH = 64
_RIDGE = 1e-3


def fit_confidence(
    landmarker: Landmarker, reader: ShardReader, samples: Sequence[int], *, seed: int = 0
) -> Confidence:
    """Logistic regression of "the points fit" over right boxes, rough ones, and pictures without a face.

    Args:
        landmarker: whose confidence is fitted.
        reader: of pictures of people who were not trained on.
        samples: which of them.
        seed: of the boxes and of the pictures without a face.
    """
    truth = read_truth(reader, samples)
    features, fits = [], []
    for spread in (0.5, 2.0):
        boxes = boxes_of(truth, seed=seed, shift=0.06 * spread, scale=0.1 * spread)
        features.append(_features(landmarker, list(zip(truth.images, boxes, strict=True))))
        errors = errors_of(find_landmarks(landmarker, truth, boxes), truth).points.mean(axis=1)
        fits.append(torch.from_numpy(errors < FITTING))
    wrong = wrong_pictures(reader, samples, size=landmarker.card.input_size, seed=seed)
    features.append(_features(landmarker, wrong))
    fits.append(torch.zeros(len(wrong), dtype=torch.bool))
    weights = _regress(torch.cat(features).double(), torch.cat(fits).double())
    return Confidence(*(round(value, 4) for value in weights.tolist()))


def wrong_pictures(
    reader: ShardReader, samples: Sequence[int], *, size: int, seed: int
) -> list[tuple[Pixels, FaceBox]]:
    """Pictures without a face in its place, each with a box that takes the picture for a face."""
    generator = torch.Generator().manual_seed(seed)
    box = FaceBox(0.1 * size, 0.1 * size, 0.8 * size, 0.8 * size)
    pictures = []
    for first in range(0, len(samples), _BATCH):
        faces = faces_of(reader.read(samples[first : first + _BATCH], NAMES))
        crops = wrong_crops(faces, size=size, generator=generator)
        pictures += [(tensor_to_hwc(image), box) for image in to_uint8(crops.images)]
    return pictures


def _features(landmarker: Landmarker, faces: Sequence[tuple[Pixels, FaceBox]]) -> Tensor:
    parts = []
    for first in range(0, len(faces), _BATCH):
        _, one, two = landmarker.looks(faces[first : first + _BATCH])
        parts.append(Confidence.features(one, two))
    return torch.cat(parts)


def _regress(features: Tensor, fits: Tensor) -> Tensor:
    """Bias and weights; a little ridge keeps separable data finite."""
    design = torch.cat([torch.ones(len(features), 1, dtype=features.dtype), features], dim=1)
    weights = torch.zeros(design.shape[1], dtype=features.dtype, requires_grad=True)
    optimizer = torch.optim.LBFGS([weights], max_iter=500, line_search_fn="strong_wolfe")

    def loss() -> Tensor:
        optimizer.zero_grad()
        value = (
            F.binary_cross_entropy_with_logits(design @ weights, fits) + _RIDGE * weights[1:].square().sum()
        )
        value.backward()  # type: ignore[no-untyped-call]
        return value

    optimizer.step(loss)  # type: ignore[no-untyped-call]
    return weights.detach()
