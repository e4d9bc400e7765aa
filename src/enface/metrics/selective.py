"""Acting only where a signal says that it is safe: thresholds, and risk by coverage."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from jaxtyping import Float
from scipy.special import stdtrit

_CUTS = 200
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
    """Threshold from which on acting surely gains most: the lower end of the mean gain's interval is largest.

    Acting where the signal reaches a threshold changes the mean over all pictures by a gain whose standard
    error is that over people (Student's t, linearised ratio; a person's pictures are not independent). A
    threshold whose interval reaches 0 is never taken, and equals are decided by acting less often, so a gain
    that may be chance is left alone.

    Args:
        signal: finite; higher speaks for acting.
        gain: what acting changes, for example 1 where it makes an error right and -1 where it makes one.
        people: who is on each picture.
        level: of the two-sided interval.

    Returns:
        Halfway between two values of the signal; infinite where acting does not surely pay, -infinite where
        always acting pays most surely.

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
    mean = sums.sum(axis=0) / len(signal)
    rest = sums - mean * np.bincount(person)[:, None]
    error = np.sqrt(len(names) / (len(names) - 1) * (rest**2).sum(axis=0)) / len(signal)
    bound = mean - stdtrit(len(names) - 1, (1 + level) / 2) * error
    if bound.max() <= _NOTHING:
        return float("inf")
    # Sums of whole numbers are exact; others differ in the last bits without meaning it.
    choice = int(np.argmax(bound >= bound.max() - _NOTHING))
    last = int(ends[choice])
    return float("-inf") if last == len(values) - 1 else float((values[last] + values[last + 1]) / 2)


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
