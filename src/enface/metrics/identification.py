"""Closed-set identification: who of the gallery is on the probe?"""

from collections.abc import Sequence

import numpy as np
from jaxtyping import Bool, Float, Int


def normalised(features: Float[np.ndarray, "n feature"]) -> Float[np.ndarray, "n feature"]:
    """Rows of length 1, float64; a row of zeros stays zero."""
    features = np.asarray(features, dtype=np.float64)
    lengths = np.linalg.norm(features, axis=1, keepdims=True)
    rows: Float[np.ndarray, "n feature"] = features / np.where(lengths > 0, lengths, 1.0)
    return rows


def cosine_scores(
    probes: Float[np.ndarray, "probes feature"], *, gallery: Float[np.ndarray, "gallery feature"]
) -> Float[np.ndarray, "probes gallery"]:
    """Cosine of every probe with every gallery feature, -1 .. 1."""
    scores: Float[np.ndarray, "probes gallery"] = normalised(probes) @ normalised(gallery).T
    return scores


def ranks(
    scores: Float[np.ndarray, "probes gallery"], *, probe_people: Sequence[str], gallery_people: Sequence[str]
) -> Int[np.ndarray, " probes"]:
    """Place of the right person for every probe, 1 is first.

    A person with several gallery pictures counts with the best of them. Whoever scores as high as the right
    person stands before it, so a tie is an error: a model that gives everybody the same face earns nothing.

    Raises:
        ValueError: the lengths do not fit, a score is not finite, or a probe's person is not in the gallery.
    """
    scores = np.asarray(scores)
    if scores.shape != (len(probe_people), len(gallery_people)):
        raise ValueError(
            f"scores are {scores.shape}, expected ({len(probe_people)} probes, {len(gallery_people)} gallery)"
        )
    if not np.isfinite(scores).all():
        raise ValueError("scores must be finite")
    missing = sorted(set(probe_people) - set(gallery_people))
    if missing:
        raise ValueError(f"{len(missing)} people are not in the gallery, first {missing[0]!r}")
    people = sorted(set(gallery_people))
    owner = np.asarray(gallery_people)
    best = np.stack([scores[:, owner == person].max(axis=1) for person in people], axis=1)
    column = {person: i for i, person in enumerate(people)}
    own = np.array([column[person] for person in probe_people], dtype=np.intp)
    places: Int[np.ndarray, " probes"] = (best >= best[np.arange(len(best)), own][:, None]).sum(axis=1)
    return places


def within_rank(places: Int[np.ndarray, " probes"], *, k: int = 1) -> Bool[np.ndarray, " probes"]:
    """Whether each probe's person is among the first k; the mean is the rank-k identification rate."""
    hits: Bool[np.ndarray, " probes"] = np.asarray(places) <= k
    return hits
