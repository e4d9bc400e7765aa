"""Acting only where a signal says that it is safe: thresholds, and risk by coverage."""

from dataclasses import dataclass

import numpy as np
from jaxtyping import Float


def best_cut(
    signal: Float[np.ndarray, " n"],
    *,
    gain: Float[np.ndarray, " n"],
    second: Float[np.ndarray, " n"] | None = None,
) -> float:
    """Threshold from which on acting gains most: the sum of `gain` where the signal reaches it is largest.

    Equals are decided by the sum of `second`, then by acting less often.

    Args:
        signal: finite; higher speaks for acting.
        gain: what acting changes, for example 1 where it makes an error right and -1 where it makes one.
        second: a finer gain for ties.

    Returns:
        Halfway between two values of the signal; infinite where acting never pays, -infinite where always.

    Raises:
        ValueError: no value, lengths that differ, or a value that is not finite.
    """
    signal, gain = np.asarray(signal, dtype=np.float64), np.asarray(gain, dtype=np.float64)
    finer = np.zeros_like(gain) if second is None else np.asarray(second, dtype=np.float64)
    if signal.ndim != 1 or not len(signal) or not signal.shape == gain.shape == finer.shape:
        raise ValueError(f"need a signal and a gain each: {signal.shape}, {gain.shape} and {finer.shape}")
    if not (np.isfinite(signal).all() and np.isfinite(gain).all() and np.isfinite(finer).all()):
        raise ValueError("signals and gains must be finite")
    order = np.argsort(-signal, kind="stable")
    ordered = signal[order]
    # Acting on the first k: k = 0, or where the next value is lower.
    ends = np.append(np.flatnonzero(np.diff(ordered)), len(ordered) - 1)
    totals = np.append(0.0, np.cumsum(gain[order])[ends])
    finer_totals = np.append(0.0, np.cumsum(finer[order])[ends])
    # Sums of whole numbers are exact; others differ in the last bits without meaning it.
    best = np.isclose(totals, totals.max(), rtol=1e-9, atol=1e-12)
    choice = int(np.argmax(np.where(best, finer_totals, -np.inf)))
    if choice == 0:
        return float("inf")
    last = ends[choice - 1]
    return float("-inf") if last == len(ordered) - 1 else float((ordered[last] + ordered[last + 1]) / 2)


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
