"""A gate for pairs: each photograph decides for itself; the threshold comes from people of other folds.

Of a pair of people in two folds, both thresholds are fitted on pairs without anybody of either fold.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from jaxtyping import Bool, Float, Int

from enface.evaluation.arms import JudgedFaces, chosen
from enface.evaluation.gate import FOLDS, people_folds
from enface.evaluation.protocols import FacePair

CRITERION = "d-prime of the other people's pairs, then fewer frontal faces"
_CUTS = 20
"""Thresholds that are tried: quantiles of the signal, never and always."""


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
    result = np.empty(len(pairs))
    use = np.empty(rows.shape, dtype=np.bool_)
    thresholds: list[float | str] = []
    for both in np.unique(folds, axis=0):
        test = (folds == both).all(axis=1)
        others = ~np.isin(folds, both).any(axis=1)
        choice = _best(scores[:, others], same[others])
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


def _best(scores: Float[np.ndarray, "cuts pairs"], same: Bool[np.ndarray, " pairs"]) -> int:
    """The candidate with the largest d-prime; the first, never, where there is nothing to learn from."""
    if same.sum() < 2 or (~same).sum() < 2:
        return 0
    genuine, impostor = scores[:, same], scores[:, ~same]
    spread = np.sqrt((genuine.var(axis=1) + impostor.var(axis=1)) / 2)
    apart = genuine.mean(axis=1) - impostor.mean(axis=1)
    d_prime = np.where(spread > 0, apart / np.where(spread > 0, spread, 1), -np.inf)
    return int(np.argmax(d_prime >= d_prime.max() - 1e-12))


def _told(threshold: float) -> float | str:
    return {np.inf: "never", -np.inf: "always"}.get(threshold, threshold)
