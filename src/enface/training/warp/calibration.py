"""Fitting the confidence: what the model knows of its own work against how alike its faces are."""

from dataclasses import dataclass

import numpy as np
import torch
from jaxtyping import Float
from numpy import ndarray

from enface.faces.templates import CROP_FRACTION
from enface.models.warp.confidence import Confidence, signals
from enface.models.warp.evidence import Evidence, evidence_of
from enface.models.warp.model import WarpModel
from enface.recognizers.frozen import FrozenRecognizer
from enface.rendering.geometry_set.shards import ShardReader
from enface.training.warp.placing import cut_out, jittered_grids
from enface.training.warp.recipe import Jitter

_SIDE = 250
"""Of the frames that are turned, pixels: what small photographs are worked in."""
_RIDGE = 1e-3


@dataclass(frozen=True, eq=False)
class Trials:
    """Faces that the model turned, with the similarity to the truth."""

    yaw: Float[ndarray, " n"]
    person: Float[ndarray, " n"]
    evidence: list[Evidence]
    spread: torch.Tensor
    similarity: Float[ndarray, " n"]
    """Cosine between the judge's embeddings of the turned face and of the true frontal picture."""


@torch.inference_mode()
def try_out(
    model: WarpModel,
    reader: ShardReader,
    judge: FrozenRecognizer,
    *,
    jitter: Jitter,
    batch_size: int = 16,
) -> Trials:
    """Turns every picture of a set.

    Args:
        model: in evaluation mode.
        reader: people who were not trained on.
        judge: measures the similarity to the neutral frontal picture.
        jitter: how wrong the aligning landmarks are.
        batch_size: pictures turned together.
    """
    names = ("image", "landmarks", "pose", "person", "neutral.picture")
    yaw, person, evidence, spread, similarity = [], [], [], [], []
    for first in range(0, reader.plan.samples, batch_size):
        numbers = range(first, min(first + batch_size, reader.plan.samples))
        batch = {k: torch.from_numpy(v) for k, v in reader.read(numbers, names).items()}
        rng = np.random.default_rng([8, first])
        still = torch.zeros(len(numbers), dtype=torch.bool)
        grid = jittered_grids(batch, still, size=_SIDE, jitter=jitter, rng=rng)
        result = model(cut_out(batch["image"], grid, size=_SIDE) * 2.0 - 1.0)
        truth = batch["neutral.picture"].permute(0, 3, 1, 2).float() / 127.5 - 1.0
        embeddings = [judge(_centre(faces)) for faces in (result.face, truth)]
        similarity.append(torch.cosine_similarity(*embeddings).numpy())
        yaw.append(batch["pose"][:, 0].numpy())
        person.append(batch["person"].numpy())
        evidence += evidence_of(result)
        spread.append(result.spread)
    return Trials(
        yaw=np.concatenate(yaw),
        person=np.concatenate(person),
        evidence=evidence,
        spread=torch.cat(spread),
        similarity=np.concatenate(similarity),
    )


def fit_confidence(trials: Trials, *, judge: str) -> Confidence:
    """Least squares of the similarity on the signals, with a little ridge: the shares nearly sum to one."""
    columns = signals(trials.evidence, trials.spread).numpy()
    target = trials.similarity.astype(np.float64)
    ridge = _RIDGE * len(columns) * np.diag([0.0, 1.0, 1.0, 1.0])
    weights = np.linalg.solve(columns.T @ columns + ridge, columns.T @ target)
    offset, spread, invented, mirrored = (round(float(w), 4) for w in weights)
    return Confidence(judge=judge, offset=offset, spread=spread, invented=invented, mirrored=mirrored)


def _centre(frames: torch.Tensor) -> torch.Tensor:
    """The centre crop that recognizers expect, by sampling: sides of frames need not divide evenly."""
    count, _, side, _ = frames.shape
    scale = torch.tensor([[CROP_FRACTION, 0.0, 0.0], [0.0, CROP_FRACTION, 0.0]]).expand(count, 2, 3)
    crop = round(side * CROP_FRACTION)
    grid = torch.nn.functional.affine_grid(scale, [count, 3, crop, crop], align_corners=False)
    return torch.nn.functional.grid_sample(frames, grid, align_corners=False)
