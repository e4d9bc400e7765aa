"""Verification numbers of every arm, with intervals and gains from the same draws of people."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from jaxtyping import Bool, Float

from enface.errors import ConfigError, JudgeError
from enface.evaluation.arms import ARMS, JudgedFaces
from enface.evaluation.bootstrapping import Bootstrap
from enface.evaluation.protocols import FacePair
from enface.evaluation.verification_results import AcceptRate, ArmVerification
from enface.metrics.bootstrap import Estimate
from enface.metrics.identification import normalised
from enface.metrics.pair_bootstrap import PairMeasures, draw_pairs, weighed
from enface.metrics.verification import (
    FoldAccuracy,
    best_accuracy,
    fold_accuracy,
    resolves,
    separation,
)

FALSE_ACCEPT_RATES = (1e-2, 1e-3, 1e-4)


def judge_pairs(
    faces: JudgedFaces, *, pairs: Sequence[FacePair], place: dict[str, int], bootstrap: Bootstrap
) -> tuple[ArmVerification, ...]:
    """Every arm's numbers; an arm is used on both sides of each pair.

    Args:
        faces: embeddings of all photographs.
        pairs: of both kinds.
        place: row of each photograph in `faces`.
        bootstrap: how intervals are made.

    Raises:
        JudgeError: an embedding that is not finite.
        ConfigError: no bootstrap sample holds both kinds of pair, or a threshold cannot be found in the folds
            because all but one of them hold one kind only.
    """
    if not (np.isfinite(faces.raw).all() and np.isfinite(faces.frontalised).all()):
        raise JudgeError(
            "the judge's embeddings are not all finite; check its weights, or choose another judge"
        )
    same = np.array([pair.same for pair in pairs])
    first = [place[pair.first] for pair in pairs]
    second = [place[pair.second] for pair in pairs]
    decided = {}
    for arm, features in ARMS.items():
        vectors = normalised(features(faces)).astype(np.float64)
        scores = np.einsum("nf,nf->n", vectors[first], vectors[second])
        decided[arm] = _decide(scores, pairs=pairs, same=same)
    found = {arm: _weigh(d, same=same, weights=np.ones((1, len(pairs)))) for arm, d in decided.items()}
    drawn: dict[str, list[PairMeasures]] = {arm: [] for arm in ARMS}
    people = [pair.people for pair in pairs]
    for weights in draw_pairs(people, resamples=bootstrap.resamples, seed=bootstrap.seed):
        for arm, d in decided.items():
            drawn[arm].append(_weigh(d, same=same, weights=weights))
    draws = {arm: _join(parts) for arm, parts in drawn.items()}
    return tuple(
        _numbers(arm, decided[arm], same=same, found=found, draws=draws, level=bootstrap.level)
        for arm in ARMS
    )


@dataclass(frozen=True, eq=False)
class _Decided:
    """Scores of one arm, and whether each pair is decided rightly at its threshold."""

    scores: Float[np.ndarray, " pairs"]
    correct: Bool[np.ndarray, " pairs"]
    threshold: float
    """The best one of all pairs."""
    folds: FoldAccuracy | None


def _decide(
    scores: Float[np.ndarray, " pairs"], *, pairs: Sequence[FacePair], same: Bool[np.ndarray, " pairs"]
) -> _Decided:
    _, threshold = best_accuracy(scores, same=same)
    if pairs[0].fold is None:
        return _Decided(scores, (scores >= threshold) == same, threshold, None)
    numbers = np.array([pair.fold for pair in pairs])
    try:
        folds = fold_accuracy(scores, same=same, folds=numbers)
    except ValueError as error:
        raise ConfigError(f"the folds give no threshold: {error}; use fewer or larger folds") from error
    thresholds = np.array(folds.thresholds)[np.unique(numbers, return_inverse=True)[1]]
    return _Decided(scores, (scores >= thresholds) == same, threshold, folds)


def _weigh(
    decided: _Decided, *, same: Bool[np.ndarray, " pairs"], weights: Float[np.ndarray, "draws pairs"]
) -> PairMeasures:
    return weighed(
        decided.scores,
        same=same,
        correct=decided.correct,
        weights=weights,
        false_accept_rates=FALSE_ACCEPT_RATES,
    )


def _join(parts: Sequence[PairMeasures]) -> PairMeasures:
    return PairMeasures(
        best_accuracy=np.concatenate([part.best_accuracy for part in parts]),
        equal_error_rate=np.concatenate([part.equal_error_rate for part in parts]),
        true_accept_rates=np.concatenate([part.true_accept_rates for part in parts]),
        accuracy=np.concatenate([part.accuracy for part in parts]),
    )


def _numbers(
    arm: str,
    decided: _Decided,
    *,
    same: Bool[np.ndarray, " pairs"],
    found: dict[str, PairMeasures],
    draws: dict[str, PairMeasures],
    level: float,
) -> ArmVerification:
    """One arm's row; `found` counts every pair once, `draws` as the people were drawn."""
    here, there = found[arm], draws[arm]
    impostors = int((~same).sum())
    apart = separation(decided.scores, same=same)

    def quoted(measures: PairMeasures) -> Float[np.ndarray, " draws"]:
        return measures.best_accuracy if decided.folds is None else measures.accuracy

    return ArmVerification(
        arm=arm,
        best_accuracy=_estimate(here.best_accuracy, there.best_accuracy, level),
        threshold=decided.threshold if np.isfinite(decided.threshold) else None,
        fold_accuracy=None if decided.folds is None else _estimate(here.accuracy, there.accuracy, level),
        fold_accuracies=() if decided.folds is None else decided.folds.accuracies,
        equal_error_rate=_estimate(here.equal_error_rate, there.equal_error_rate, level),
        accept_rates=tuple(
            AcceptRate(
                rate,
                impostors,
                _estimate(here.true_accept_rates[:, i], there.true_accept_rates[:, i], level)
                if resolves(impostors, rate=rate)
                else None,
            )
            for i, rate in enumerate(FALSE_ACCEPT_RATES)
        ),
        genuine_mean=apart.genuine_mean,
        impostor_mean=apart.impostor_mean,
        d_prime=apart.d_prime,
        gain=_estimate(quoted(here) - quoted(found["raw"]), quoted(there) - quoted(draws["raw"]), level),
    )


def _estimate(value: Float[np.ndarray, " one"], draws: Float[np.ndarray, " draws"], level: float) -> Estimate:
    # A draw of people who share no pair of one kind says nothing about any rate.
    told = draws[np.isfinite(draws)]
    if not len(told):
        raise ConfigError("no bootstrap sample holds pairs of both kinds; give pairs of more people")
    low, high = np.quantile(told, [(1 - level) / 2, (1 + level) / 2])
    return Estimate(float(value[0]), float(low), float(high))
