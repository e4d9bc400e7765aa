"""Raw rank-1 recognition across yaw: how good a recognizer is before anything is frontalised."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import torch
import torch.nn.functional as F
from jaxtyping import Bool, Float
from torch import Tensor

from enface.data.attributes import groups_of
from enface.data.records import FaceRecord
from enface.training.recognizer.augment import centre_view
from enface.training.recognizer.crops import Crops

Embed = Callable[[Float[Tensor, "batch 3 size size"]], Float[Tensor, "batch feature"]]
STEP = 15
"""Degrees between rows."""
MAX_PITCH = 10.0
"""Degrees that a camera may stand above or below the head: the rows are by yaw alone."""


@dataclass(frozen=True, eq=False)
class Recognised:
    """Which probes are recognised."""

    probes: tuple[FaceRecord, ...]
    """Pictures that are not in a gallery, of level cameras of known yaw."""
    same_look: Bool[np.ndarray, " probes"]
    """Whether the nearest gallery image, of the probe's session, is its person's."""
    other_look: Bool[np.ndarray, " probes"]
    """The same with the gallery of the other sessions."""
    compared: Bool[np.ndarray, " probes"]
    """Whether that gallery shows the person; not where a person has one session."""


@dataclass(frozen=True)
class YawRow:
    """Probes of one absolute yaw."""

    yaw: int
    """Degrees, without sign, to the nearest multiple of `STEP`."""
    probes: int
    same_look: float
    """Share that is recognised within a look."""
    other_look: float | None
    """Share that is recognised across looks, of those whose person has several; None where nobody has."""


@dataclass(frozen=True)
class GroupRow:
    """Probes of one group of people, all yaws together."""

    attribute: str
    group: str
    people: int
    probes: int
    same_look: float
    other_look: float | None


def recognised(
    crops: Crops, *, embed: Embed, size: int, flip: bool = True, batch_size: int = 256
) -> Recognised:
    """Compares every probe with the gallery image of every person, by cosine; ties count as errors.

    Args:
        crops: aligned frames, among them one gallery image per person and session.
        embed: images in [-1, 1] to features.
        size: side of the network's input in pixels.
        flip: add the mirrored image's feature.
        batch_size: images per call.
    """
    features = embeddings(crops, embed=embed, size=size, flip=flip, batch_size=batch_size)
    return matched(crops.records, features)


def matched(records: tuple[FaceRecord, ...], features: Float[np.ndarray, "count size"]) -> Recognised:
    """As `recognised`, of unit embeddings."""
    subjects = np.array([record.subject for record in records])
    sessions = np.array([record.session for record in records])
    gallery = np.array([record.role == "gallery" for record in records])
    level = np.array([r.yaw is not None and abs(r.pitch or 0.0) <= MAX_PITCH for r in records])
    compared = np.zeros(len(records), dtype=bool)
    hits = {kind: np.zeros(len(records), dtype=bool) for kind in (True, False)}
    for same, found in hits.items():
        for session in np.unique(sessions):
            reference = gallery & ((sessions == session) == same)
            probes = ~gallery & level & (sessions == session)
            found[probes] = _hits(
                features[probes], features[reference], subjects[probes], subjects[reference]
            )
            if not same:
                compared[probes] = np.isin(subjects[probes], subjects[reference])
    probes = ~gallery & level
    return Recognised(
        probes=tuple(record for record, probe in zip(records, probes, strict=True) if probe),
        same_look=hits[True][probes],
        other_look=hits[False][probes],
        compared=compared[probes],
    )


def rows_by_yaw(found: Recognised) -> list[YawRow]:
    """One row for each absolute yaw that has probes."""
    yaws = np.array([STEP * round(abs(record.yaw or 0.0) / STEP) for record in found.probes], dtype=int)
    return [
        YawRow(
            yaw=int(yaw),
            probes=int((yaws == yaw).sum()),
            same_look=float(found.same_look[yaws == yaw].mean()),
            other_look=_across_looks(found, yaws == yaw),
        )
        for yaw in np.unique(yaws)
    ]


def rows_by_group(found: Recognised) -> list[GroupRow]:
    """One row for each group (`data.attributes.groups_of`) that has probes."""
    people = np.array([record.subject for record in found.probes])
    return [
        GroupRow(
            attribute=attribute,
            group=group,
            people=len(set(people[here].tolist())),
            probes=int(here.sum()),
            same_look=float(found.same_look[here].mean()),
            other_look=_across_looks(found, here),
        )
        for (attribute, group), here in groups_of(found.probes).items()
    ]


def _across_looks(found: Recognised, here: Bool[np.ndarray, " probes"]) -> float | None:
    hits = found.other_look[here & found.compared]
    return float(hits.mean()) if len(hits) else None


@torch.inference_mode()
def embeddings(
    crops: Crops, *, embed: Embed, size: int, flip: bool = True, batch_size: int = 256
) -> Float[np.ndarray, "count size"]:
    """Unit embeddings; arguments as those of `recognised`."""
    parts = []
    for start in range(0, len(crops.records), batch_size):
        positions = np.arange(start, min(start + batch_size, len(crops.records)))
        images = centre_view(crops.batch(positions), size=size)
        features = embed(images).float()
        if flip:
            features = features + embed(images.flip(-1)).float()
        parts.append(F.normalize(features))
    return np.asarray(torch.cat(parts).numpy())


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
