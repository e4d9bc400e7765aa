"""A gate for pairs: each photograph decides for itself; the threshold comes from people of other folds.

Of a pair of people in two folds, both thresholds are fitted on pairs without anybody of either fold. A
threshold is taken only where its gain on them is more than chance:
docs/decisions/0009-gates-are-cautious.md.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from jaxtyping import Bool, Float, Int

from enface.evaluation.arms import JudgedFaces, chosen
from enface.evaluation.gate import FOLDS, people_folds
from enface.evaluation.protocols import FacePair
from enface.metrics.bootstrap import percentiles
from enface.metrics.pair_bootstrap import Weights, draw_pairs

CRITERION = "gain in d-prime that is no chance (95 %, over people); of equals the fewest frontal faces"
_CUTS = 20
"""Thresholds that are tried: quantiles of the signal, never and always."""
_RESAMPLES = 300
"""Of the other people, for each threshold's interval."""
_LEVEL = 0.95
_NOTHING = 1e-12
"""A gain below this is none."""


@dataclass(frozen=True, eq=False)
class PairGate:
    """Decisions of one signal."""

    scores: Float[np.ndarray, " pairs"]
    use: Bool[np.ndarray, "pairs 2"]
    """Whether the frontal face of each photograph of a pair is used."""
    thresholds: tuple[float | str, ...]
    """One for each pair of folds that occurs, in their order; or "never", or "always"."""
    criterion: str = CRITERION


def gate_pairs(
    signal: Float[np.ndarray, " photos"],
    *,
    faces: JudgedFaces,
    pairs: Sequence[FacePair],
    rows: Int[np.ndarray, "pairs 2"],
) -> PairGate:
    """Cross-fitted decisions and scores.

    Args:
        signal: of each photograph; higher speaks for the frontal face.
        faces: embeddings of all photographs.
        pairs: with their people.
        rows: places of both photographs of each pair.

    Raises:
        ValueError: a signal that is not finite, or not one for each photograph.
    """
    signal = np.asarray(signal, dtype=np.float64)
    if signal.shape != (len(faces.raw),) or not np.isfinite(signal).all():
        raise ValueError(f"need a finite signal for each of {len(faces.raw)} photographs: {signal.shape}")
    fold_of = people_folds([person for pair in pairs for person in pair.people], folds=FOLDS)
    folds = np.sort([[fold_of[person] for person in pair.people] for pair in pairs], axis=1)
    same = np.array([pair.same for pair in pairs])
    cuts = np.unique(np.quantile(signal[rows], np.linspace(0, 1, _CUTS + 1)[1:-1]))[::-1]
    candidates = np.array([np.inf, *cuts, -np.inf])
    # Scores of all pairs at every threshold: a fold then only chooses.
    scores = np.stack([_scores(faces, signal >= cut, rows) for cut in candidates])
    people = np.array([pair.people for pair in pairs])
    result = np.empty(len(pairs))
    use = np.empty(rows.shape, dtype=np.bool_)
    thresholds: list[float | str] = []
    for both in np.unique(folds, axis=0):
        test = (folds == both).all(axis=1)
        others = ~np.isin(folds, both).any(axis=1)
        choice = _best(scores[:, others], same[others], people[others])
        result[test] = scores[choice, test]
        use[test] = signal[rows[test]] >= candidates[choice]
        thresholds.append(_told(float(candidates[choice])))
    return PairGate(result, use, tuple(thresholds))


def _scores(
    faces: JudgedFaces, use: Bool[np.ndarray, " photos"], rows: Int[np.ndarray, "pairs 2"]
) -> Float[np.ndarray, " pairs"]:
    features = chosen(faces, use=use)
    scores: Float[np.ndarray, " pairs"] = np.einsum("nf,nf->n", features[rows[:, 0]], features[rows[:, 1]])
    return scores


def _best(
    scores: Float[np.ndarray, "cuts pairs"], same: Bool[np.ndarray, " pairs"], people: np.ndarray
) -> int:
    """The candidate whose gain in d-prime over the first, never, has the highest lower end; never where no
    gain is sure, or where there is nothing to learn from."""
    if same.sum() < 2 or (~same).sum() < 2:
        return 0
    weights = draw_pairs([tuple(both) for both in people], resamples=_RESAMPLES)
    draws = np.concatenate([_d_primes(scores, same, some) for some in weights])
    gains = draws - draws[:, :1]
    gains = gains[np.isfinite(gains).all(axis=1)]
    if not len(gains):
        return 0
    count = len(np.unique(people))
    lower = np.array([percentiles(column, people=count, level=_LEVEL)[0] for column in gains.T])
    return int(np.argmax(lower >= max(lower.max(), _NOTHING) - _NOTHING))


def _d_primes(
    scores: Float[np.ndarray, "cuts pairs"], same: Bool[np.ndarray, " pairs"], weights: Weights
) -> Float[np.ndarray, "draws cuts"]:
    """Of every candidate in every bootstrap sample; NaN where a sample lacks a kind or its spread."""
    # Deviations from one centre for all draws lose no digits where scores hardly vary.
    centred = (scores - scores.mean(axis=1, keepdims=True)).T
    moments = []
    with np.errstate(divide="ignore", invalid="ignore"):
        for kind in (same, ~same):
            share = weights[:, kind] / weights[:, kind].sum(axis=1, keepdims=True)
            mean = share @ centred[kind]
            moments.append((mean, share @ centred[kind] ** 2 - mean**2))
        (genuine, one), (impostor, other) = moments
        variance = (one + other) / 2
        result: Float[np.ndarray, "draws cuts"] = (genuine - impostor) / np.sqrt(
            np.where(variance > _NOTHING, variance, np.nan)
        )
    return result


def _told(threshold: float) -> float | str:
    return {np.inf: "never", -np.inf: "always"}.get(threshold, threshold)
