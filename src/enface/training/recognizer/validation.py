"""Raw rank-1 recognition across yaw: how good a recognizer is before anything is frontalised."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import torch
import torch.nn.functional as F
from jaxtyping import Float
from torch import Tensor

from enface.training.recognizer.augment import centre_view
from enface.training.recognizer.crops import Crops

Embed = Callable[[Float[Tensor, "batch 3 size size"]], Float[Tensor, "batch feature"]]


@dataclass(frozen=True)
class YawRow:
    """Probes of one absolute yaw."""

    yaw: int
    """Degrees, without sign."""
    probes: int
    same_look: float
    """Share of probes whose nearest gallery image, of the probe's session, is its person's."""
    other_look: float
    """The same with the gallery of the other session."""


def rank1_by_yaw(
    crops: Crops,
    *,
    embed: Embed,
    size: int,
    flip: bool = True,
    batch_size: int = 256,
) -> list[YawRow]:
    """Nearest gallery image by cosine, for the level cameras; ties count as errors.

    Args:
        crops: aligned frames, among them one gallery image per person and session.
        embed: images in [-1, 1] to features.
        size: side of the network's input in pixels.
        flip: add the mirrored image's feature.
        batch_size: images per call.
    """
    features = _embeddings(crops, embed, size=size, flip=flip, batch_size=batch_size)
    records = crops.records
    subjects = np.array([record.subject for record in records])
    sessions = np.array([record.session for record in records])
    gallery = np.array([record.role == "gallery" for record in records])
    level = np.array([record.yaw is not None and not record.pitch for record in records])
    yaws = np.array([abs(round(record.yaw or 0.0)) for record in records])
    right: dict[bool, np.ndarray] = {}
    for same in (True, False):
        hits = np.zeros(len(records), dtype=bool)
        for session in np.unique(sessions):
            reference = gallery & ((sessions == session) == same)
            probes = ~gallery & (sessions == session)
            hits[probes] = _hits(features[probes], features[reference], subjects[probes], subjects[reference])
        right[same] = hits
    rows = []
    for yaw in np.unique(yaws[~gallery & level]):
        here = ~gallery & level & (yaws == yaw)
        rows.append(
            YawRow(
                int(yaw), int(here.sum()), float(right[True][here].mean()), float(right[False][here].mean())
            )
        )
    return rows


def _hits(
    probes: Float[np.ndarray, "probes size"],
    gallery: Float[np.ndarray, "gallery size"],
    truth: np.ndarray,
    names: np.ndarray,
) -> np.ndarray:
    if len(gallery) == 0:
        return np.zeros(len(probes), dtype=bool)
    similarity = probes @ gallery.T
    own = np.where(truth[:, None] == names[None], similarity, -np.inf).max(1)
    others = np.where(truth[:, None] != names[None], similarity, -np.inf).max(1)
    return np.asarray(own > others)


@torch.inference_mode()
def _embeddings(
    crops: Crops, embed: Embed, *, size: int, flip: bool, batch_size: int
) -> Float[np.ndarray, "count size"]:
    parts = []
    for start in range(0, len(crops.records), batch_size):
        positions = np.arange(start, min(start + batch_size, len(crops.records)))
        images = centre_view(crops.batch(positions), size=size)
        features = embed(images).float()
        if flip:
            features = features + embed(images.flip(-1)).float()
        parts.append(F.normalize(features))
    return np.asarray(torch.cat(parts).numpy())
