"""Verification: is this the same person?"""

from dataclasses import dataclass

import numpy as np
from jaxtyping import Bool, Float


@dataclass(frozen=True, eq=False)
class Roc:
    """Rates at every threshold, strictest first; a pair is accepted when its score reaches the threshold."""

    thresholds: Float[np.ndarray, " n"]
    """The first is infinite: nothing is accepted."""
    false_accepts: Float[np.ndarray, " n"]
    """Share of different pairs accepted."""
    true_accepts: Float[np.ndarray, " n"]
    """Share of same pairs accepted."""


def roc(scores: Float[np.ndarray, " pairs"], *, same: Bool[np.ndarray, " pairs"]) -> Roc:
    """Receiver operating characteristic; equal scores share one threshold.

    Raises:
        ValueError: lengths that differ, scores that are not finite, or only one kind of pair.
    """
    scores, same = _checked(scores, same)
    order = np.argsort(-scores, kind="stable")
    ordered, hits = scores[order], same[order]
    last = np.append(np.flatnonzero(np.diff(ordered)), len(ordered) - 1)
    true = np.cumsum(hits)[last] / hits.sum()
    false = np.cumsum(~hits)[last] / (~hits).sum()
    return Roc(
        thresholds=np.append(np.inf, ordered[last]),
        false_accepts=np.append(0.0, false),
        true_accepts=np.append(0.0, true),
    )


def true_accept_rate(curve: Roc, *, false_accept_rate: float) -> float:
    """Highest share of same pairs accepted while not more than the given share of different ones is."""
    return float(curve.true_accepts[curve.false_accepts <= false_accept_rate].max())


def best_accuracy(
    scores: Float[np.ndarray, " pairs"], *, same: Bool[np.ndarray, " pairs"]
) -> tuple[float, float]:
    """Accuracy at the best single threshold, and that threshold (the strictest of equals).

    The threshold is chosen on the same pairs, as for LFW View 1; it is an upper bound for other pairs.

    Raises:
        ValueError: see `roc`.
    """
    scores, same = _checked(scores, same)
    curve = roc(scores, same=same)
    # In whole pairs, so that equal accuracies compare as equal.
    correct = np.rint(curve.true_accepts * same.sum()) - np.rint(curve.false_accepts * (~same).sum())
    best = int(np.argmax(correct))
    return float((correct[best] + (~same).sum()) / len(same)), float(curve.thresholds[best])


def _checked(
    scores: Float[np.ndarray, " pairs"], same: Bool[np.ndarray, " pairs"]
) -> tuple[Float[np.ndarray, " pairs"], Bool[np.ndarray, " pairs"]]:
    scores, same = np.asarray(scores, dtype=np.float64), np.asarray(same, dtype=np.bool_)
    if scores.shape != same.shape or scores.ndim != 1:
        raise ValueError(f"need one score per pair: {scores.shape} and {same.shape}")
    if not np.isfinite(scores).all():
        raise ValueError("scores must be finite")
    if same.all() or not same.any():
        raise ValueError("need pairs of the same person and pairs of different people")
    return scores, same
