"""Acting only where a signal says that it is safe: thresholds, and risk by coverage."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from jaxtyping import Float
from scipy.special import bdtr, stdtrit

_CUTS = 100
"""Most thresholds that are tried."""
_NOTHING = 1e-12
"""A gain below this is none."""


def cautious_cut(
    signal: Float[np.ndarray, " n"],
    *,
    gain: Float[np.ndarray, " n"],
    people: Sequence[str] | np.ndarray,
    level: float = 0.95,
) -> float:
    """Threshold from which on acting surely pays: the strictest that no other surely beats.

    A gain is sure where its interval lies above 0 (Student's t, standard error over people of a linearised
    ratio: a person's pictures are not independent) and an exact sign test over people agrees, since intervals
    of few changes are too narrow. The best threshold is the sure one whose interval has the highest lower
    end. Taken is the strictest sure one whose distance to the best has an interval that holds 0, so that a
    large gain of some pictures never carries others along; without any sure gain, none.

    Args:
        signal: finite; higher speaks for acting.
        gain: what acting changes, for example 1 where it makes an error right and -1 where it makes one.
        people: who is on each picture.
        level: of the two-sided intervals.

    Returns:
        Halfway between two values of the signal; infinite where acting does not surely pay, -infinite where
        only acting always is good enough.

    Raises:
        ValueError: no value, lengths that differ, or a value that is not finite.
    """
    signal, gain = np.asarray(signal, dtype=np.float64), np.asarray(gain, dtype=np.float64)
    if signal.ndim != 1 or not len(signal) or not signal.shape == gain.shape == np.shape(people):
        raise ValueError(
            f"need a signal, a gain and a person each: {signal.shape}, {gain.shape} and {np.shape(people)}"
        )
    if not (np.isfinite(signal).all() and np.isfinite(gain).all()):
        raise ValueError("signals and gains must be finite")
    names, person = np.unique(np.asarray(people), return_inverse=True)
    if len(names) < 2:
        return float("inf")
    values = np.unique(signal)[::-1]
    # Acting from the k-th value on; few enough for tens of thousands of pictures, the last is always.
    ends = np.unique(np.linspace(0, len(values) - 1, min(len(values), _CUTS)).round().astype(np.intp))
    step = np.searchsorted(ends, np.searchsorted(-values, -signal))
    sums = np.zeros((len(names), len(ends)))
    np.add.at(sums, (person, step), gain)
    sums = np.cumsum(sums, axis=1)
    pictures = np.bincount(person)
    lower = _lower_ends(sums, pictures, level=level)
    for_it, against = (sums > _NOTHING).sum(axis=0), (sums < -_NOTHING).sum(axis=0)
    sure = (lower > _NOTHING) & (2 * bdtr(against, for_it + against, 0.5) <= 1 - level)
    if not sure.any():
        return float("inf")
    # Sums of whole numbers are exact; others differ in the last bits without meaning it.
    best = int(np.argmax(sure & (lower >= lower[sure].max() - _NOTHING)))
    beaten = _lower_ends(sums[:, [best]] - sums, pictures, level=level) > _NOTHING
    last = int(ends[np.argmax(sure & ~beaten)])
    return float("-inf") if last == len(values) - 1 else float((values[last] + values[last + 1]) / 2)


def _lower_ends(
    sums: Float[np.ndarray, "people cuts"], pictures: Float[np.ndarray, " people"], *, level: float
) -> Float[np.ndarray, " cuts"]:
    """Of the intervals of mean gains over all pictures, from each person's sum of gains."""
    count, total = len(pictures), pictures.sum()
    mean = sums.sum(axis=0) / total
    rest = sums - mean * pictures[:, None]
    error = np.sqrt(count / (count - 1) * (rest**2).sum(axis=0)) / total
    ends: Float[np.ndarray, " cuts"] = mean - stdtrit(count - 1, (1 + level) / 2) * error
    return ends


@dataclass(frozen=True, eq=False)
class RiskCoverage:
    """Mean risk of the pictures that a signal trusts most."""

    coverage: Float[np.ndarray, " n"]
    """1 / n, 2 / n, .. 1."""
    risk: Float[np.ndarray, " n"]
    """Mean over so many; pictures of one signal share their mean, since nothing orders them."""

    @property
    def area(self) -> float:
        """Mean risk over all coverages (AURC, Geifman and El-Yaniv 2017, "Selective classification")."""
        return float(self.risk.mean())


def shares_of_most_trusted(signal: Float[np.ndarray, " n"], *, count: int) -> Float[np.ndarray, " n"]:
    """How much of each picture is among the `count` that a signal trusts most, 0 to 1.

    Pictures of one signal take equal parts, since nothing orders them.

    Args:
        signal: finite; higher is trusted more.
        count: 1 to n; the shares add up to it.
    """
    _, group, sizes = np.unique(-signal, return_inverse=True, return_counts=True)
    shares: Float[np.ndarray, " n"] = np.clip((count - np.cumsum(sizes) + sizes) / sizes, 0, 1)[group]
    return shares


def risk_coverage(signal: Float[np.ndarray, " n"], *, risk: Float[np.ndarray, " n"]) -> RiskCoverage:
    """Risk by coverage.

    Args:
        signal: finite; higher is trusted more.
        risk: of each picture, for example 1 for an error.

    Raises:
        ValueError: no value, lengths that differ, or a value that is not finite.
    """
    signal, risk = np.asarray(signal, dtype=np.float64), np.asarray(risk, dtype=np.float64)
    if signal.ndim != 1 or not len(signal) or signal.shape != risk.shape:
        raise ValueError(f"need a signal and a risk each: {signal.shape} and {risk.shape}")
    if not (np.isfinite(signal).all() and np.isfinite(risk).all()):
        raise ValueError("signals and risks must be finite")
    order = np.argsort(-signal, kind="stable")
    _, group, sizes = np.unique(-signal[order], return_inverse=True, return_counts=True)
    shared = np.bincount(group, weights=risk[order])[group] / sizes[group]
    count = np.arange(1, len(signal) + 1)
    return RiskCoverage(count / len(signal), np.cumsum(shared) / count)
