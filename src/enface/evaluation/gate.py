"""A gate uses the frontal face only where a signal says that it will help; fitted on other people.

People are put into folds. The threshold for a fold is fitted on the people of the other folds, against a
gallery of the other folds, so that nothing about the tested people has a say in it. It is taken only where
its gain on them is more than chance (docs/decisions/0009-gates-are-cautious.md).
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from jaxtyping import Bool, Float, Int

from enface.metrics.search import TIE
from enface.metrics.selective import cautious_cut

FOLDS = 5
RANK1 = "gain in rank-1 that is no chance (95 %, over people); of equally good ones the fewest frontal faces"
"""The criterion of identification."""


@dataclass(frozen=True, eq=False)
class Gate:
    """Decisions of one signal."""

    use: Bool[np.ndarray, " probes"]
    thresholds: tuple[float, ...]
    """By fold: the frontal face is used from this value on; infinite never, -infinite always."""

    @property
    def told(self) -> tuple[float | str, ...]:
        """Thresholds as JSON can hold them."""
        words = {np.inf: "never", -np.inf: "always"}
        return tuple(words.get(threshold, threshold) for threshold in self.thresholds)


def people_folds(people: Sequence[str], *, folds: int = FOLDS, seed: int = 0) -> dict[str, int]:
    """Fold of each person, at random, of nearly one size; fewer folds than asked for with fewer people.

    Args:
        people: names; repeated ones count once.
        folds: number of folds.
        seed: the same seed gives the same folds to the same people.
    """
    names = sorted(set(people))
    numbers = np.arange(len(names)) % min(folds, len(names))
    shuffled = np.random.Generator(np.random.Philox(key=seed)).permutation(numbers)
    return dict(zip(names, shuffled.tolist(), strict=True))


def cross_fit(
    signal: Float[np.ndarray, " probes"],
    *,
    people: Sequence[str] | np.ndarray,
    folds: Int[np.ndarray, " probes"],
    raw: Float[np.ndarray, "probes folds"],
    frontalised: Float[np.ndarray, "probes folds"],
) -> Gate:
    """Thresholds that maximise `RANK1` on the people of the other folds.

    Args:
        signal: of each probe; higher speaks for the frontal face.
        people: who is on each probe.
        folds: of each probe's person, 0 .. folds - 1.
        raw: own score less the hardest impostor's in each fold of the gallery, for the probe as it came.
        frontalised: the same for its frontal face.
    """
    people = np.asarray(people)
    use = np.zeros(len(signal), dtype=np.bool_)
    thresholds = []
    for fold in range(raw.shape[1]):
        test = folds == fold
        others = np.arange(raw.shape[1]) != fold
        # The smallest margin over the folds that may be looked at.
        before, after = raw[~test][:, others].min(axis=1), frontalised[~test][:, others].min(axis=1)
        told = np.isfinite(before) & np.isfinite(after)
        if not told.any():  # with a person in each fold there is nobody else to learn from
            thresholds.append(float("inf"))
            continue
        hits = (after > TIE).astype(np.float64) - (before > TIE)
        threshold = cautious_cut(signal[~test][told], gain=hits[told], people=people[~test][told])
        use[test] = signal[test] >= threshold
        thresholds.append(threshold)
    return Gate(use, tuple(thresholds))
