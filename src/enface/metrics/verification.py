"""Verification: is this the same person?"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from jaxtyping import Bool, Float, Int


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


def threshold_at(curve: Roc, *, false_accept_rate: float) -> float:
    """Lowest measured threshold that no more than the given share of different pairs reaches."""
    return float(curve.thresholds[np.flatnonzero(curve.false_accepts <= false_accept_rate)[-1]])


@dataclass(frozen=True)
class RateAtFar:
    """Share of same pairs accepted at a bounded share of different ones."""

    false_accept_rate: float
    impostors: int
    """Different pairs behind the number."""
    true_accept_rate: float | None
    """None where the impostors are too few to tell: fewer than one of them would be accepted at this rate."""


def rates_at_far(
    scores: Float[np.ndarray, " pairs"],
    *,
    same: Bool[np.ndarray, " pairs"],
    false_accept_rates: Sequence[float] = (1e-2, 1e-3, 1e-4),
) -> tuple[RateAtFar, ...]:
    """TAR at each FAR; nothing is interpolated below the share that one different pair makes.

    Raises:
        ValueError: see `roc`; or a rate outside (0, 1].
    """
    curve = roc(scores, same=same)
    impostors = int((~np.asarray(same, dtype=np.bool_)).sum())
    return tuple(
        RateAtFar(
            false_accept_rate=rate,
            impostors=impostors,
            true_accept_rate=(
                true_accept_rate(curve, false_accept_rate=rate) if resolves(impostors, rate=rate) else None
            ),
        )
        for rate in false_accept_rates
    )


def resolves(impostors: int, *, rate: float) -> bool:
    """Whether at least one of so many different pairs may be accepted at a false accept rate.

    Raises:
        ValueError: a rate outside (0, 1].
    """
    if not 0 < rate <= 1:
        raise ValueError(f"a false accept rate lies in (0, 1]: {rate}")
    # Of 1,000 pairs, 0.001 allows exactly one, whatever the product rounds to.
    return impostors * rate >= 1 - 1e-9


def equal_error_rate(curve: Roc) -> float:
    """Where false accepts equal false rejects, on straight lines between the measured points."""
    above = curve.false_accepts - (1 - curve.true_accepts)
    second = int(np.argmax(above >= 0))
    first = second - 1  # at the infinite threshold the difference is -1
    part = above[first] / (above[first] - above[second])
    return float(
        curve.false_accepts[first] + part * (curve.false_accepts[second] - curve.false_accepts[first])
    )


@dataclass(frozen=True)
class FoldAccuracy:
    """Accuracy of each fold at the threshold that suits the other folds best, as for LFW View 2."""

    accuracies: tuple[float, ...]
    thresholds: tuple[float, ...]

    @property
    def mean(self) -> float:
        """Over folds."""
        return float(np.mean(self.accuracies))

    @property
    def standard_error(self) -> float:
        """Of the mean, from the spread of the folds."""
        return float(np.std(self.accuracies, ddof=1) / np.sqrt(len(self.accuracies)))


def fold_accuracy(
    scores: Float[np.ndarray, " pairs"],
    *,
    same: Bool[np.ndarray, " pairs"],
    folds: Int[np.ndarray, " pairs"],
) -> FoldAccuracy:
    """Cross-validated accuracy; folds in ascending order of their numbers.

    Args:
        scores: higher is more alike.
        same: whether a pair shows one person.
        folds: number of the fold of each pair.

    Raises:
        ValueError: see `roc`, for the pairs outside of any fold too; fewer than two
            folds, or not one for each pair.
    """
    scores, same = _checked(scores, same)
    folds = np.asarray(folds)
    if folds.shape != scores.shape or len(np.unique(folds)) < 2:
        raise ValueError("need one fold per pair and at least two folds")
    accuracies, thresholds = [], []
    for fold in np.unique(folds):
        here = folds == fold
        _, threshold = best_accuracy(scores[~here], same=same[~here])
        accuracies.append(float(np.mean((scores[here] >= threshold) == same[here])))
        thresholds.append(threshold)
    return FoldAccuracy(tuple(accuracies), tuple(thresholds))


@dataclass(frozen=True)
class Separation:
    """How far the scores of same and of different pairs lie apart."""

    genuine_mean: float
    impostor_mean: float
    d_prime: float | None
    """Difference of the means in units of the root mean square of both standard deviations; None when neither
    kind varies."""


def separation(scores: Float[np.ndarray, " pairs"], *, same: Bool[np.ndarray, " pairs"]) -> Separation:
    """Means of both kinds, and d-prime (population variances).

    Raises:
        ValueError: see `roc`.
    """
    scores, same = _checked(scores, same)
    genuine, impostor = scores[same], scores[~same]
    spread = float(np.sqrt((genuine.var() + impostor.var()) / 2))
    difference = float(genuine.mean() - impostor.mean())
    return Separation(
        genuine_mean=float(genuine.mean()),
        impostor_mean=float(impostor.mean()),
        d_prime=difference / spread if spread > 0 else None,
    )


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
