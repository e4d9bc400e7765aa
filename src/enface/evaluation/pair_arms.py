"""Verification numbers of every arm, with intervals and gains from the same draws of people."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from jaxtyping import Bool, Float, Int

from enface.errors import ConfigError, JudgeError
from enface.evaluation.arms import PAIR_ARMS, Features, JudgedFaces, usable
from enface.evaluation.bootstrapping import Bootstrap
from enface.evaluation.findings import AcceptRate
from enface.evaluation.pair_draws import PairDraws, ScoredPairs
from enface.evaluation.pair_gate import PairGate, gate_pairs
from enface.evaluation.protocols import FacePair
from enface.evaluation.recognition import FALSE_ACCEPT_RATES, roc_points
from enface.evaluation.signals import Signal, SignalInput
from enface.evaluation.verification_results import ArmVerification, PairGateReport
from enface.metrics.verification import FoldAccuracy, best_accuracy, fold_accuracy, resolves, roc


@dataclass(frozen=True, eq=False)
class JudgedPairs:
    """Rows of the results, and what they are made of."""

    arms: tuple[ArmVerification, ...]
    gates: tuple[PairGateReport, ...]
    scores: dict[str, Float[np.ndarray, " pairs"]]
    """By arm."""
    correct: dict[str, Bool[np.ndarray, " pairs"]]
    """By arm: whether each pair is decided rightly, at the threshold of the other folds or at the best
    one."""


def judge_pairs(
    faces: JudgedFaces,
    *,
    pairs: Sequence[FacePair],
    place: dict[str, int],
    bootstrap: Bootstrap,
    signals: Sequence[Signal] = (),
    signal_input: SignalInput | None = None,
) -> JudgedPairs:
    """Every arm's numbers; an arm is used on both sides of each pair.

    Args:
        faces: embeddings of all photographs.
        pairs: of both kinds.
        place: row of each photograph in `faces`.
        bootstrap: how intervals are made.
        signals: each makes a gated arm.
        signal_input: what they measure; needed with signals.

    Raises:
        JudgeError: an embedding that is not finite.
        ConfigError: no bootstrap sample holds both kinds of pair, or a threshold cannot be found in the folds
            because all but one of them hold one kind only.
        ValueError: signals without input, or a signal that is not finite.
    """
    if not faces.finite:
        raise JudgeError(
            "the judge's embeddings are not all finite; check its weights, or choose another judge"
        )
    same = np.array([pair.same for pair in pairs])
    rows = np.array([[place[pair.first], place[pair.second]] for pair in pairs])
    scores = {}
    for name, arm in usable(PAIR_ARMS, faces).items():
        scores[name] = _scores(arm.probe(faces), rows)
    gates: dict[str, tuple[Signal, PairGate]] = {}
    for signal in signals:
        if signal_input is None:
            raise ValueError("signals need an input to measure")
        gate = gate_pairs(np.asarray(signal.measure(signal_input)), faces=faces, pairs=pairs, rows=rows)
        gates[f"gated_{signal.name}"] = (signal, gate)
        scores[f"gated_{signal.name}"] = gate.scores
    decided = {name: _decide(some, pairs=pairs, same=same) for name, some in scores.items()}
    draws = PairDraws.of(
        {name: ScoredPairs(some.scores, some.correct) for name, some in decided.items()},
        people=[pair.people for pair in pairs],
        false_accept_rates=FALSE_ACCEPT_RATES,
        bootstrap=bootstrap,
    )
    try:
        found = tuple(_numbers(name, some, same=same, draws=draws) for name, some in decided.items())
    except ValueError as error:
        raise ConfigError(str(error)) from error
    return JudgedPairs(
        arms=found,
        gates=tuple(
            PairGateReport(
                arm=name,
                signal=signal.meaning,
                criterion=gate.criterion,
                thresholds=gate.thresholds,
                used=float(gate.use.mean()),
            )
            for name, (signal, gate) in gates.items()
        ),
        scores=scores,
        correct={name: some.correct for name, some in decided.items()},
    )


@dataclass(frozen=True, eq=False)
class _Decided:
    """Scores of one arm, and whether each pair is decided rightly at its threshold."""

    scores: Float[np.ndarray, " pairs"]
    correct: Bool[np.ndarray, " pairs"]
    threshold: float
    """The best one of all pairs."""
    folds: FoldAccuracy | None


def _scores(features: Features, rows: Int[np.ndarray, "pairs 2"]) -> Float[np.ndarray, " pairs"]:
    scores: Float[np.ndarray, " pairs"] = np.einsum(
        "nf,nf->n", features[rows[:, 0]], features[rows[:, 1]], dtype=np.float64
    )
    return scores


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


def _numbers(
    arm: str, decided: _Decided, *, same: Bool[np.ndarray, " pairs"], draws: PairDraws
) -> ArmVerification:
    impostors = int((~same).sum())
    folded = decided.folds is not None
    varies = bool(decided.scores[same].std() or decided.scores[~same].std())
    return ArmVerification(
        arm=arm,
        # Without folds decisions are made at the best threshold. Draws of these vary as the best accuracy of
        # new people does; draws that each choose a threshold vary too little (tests/metrics/test_coverage).
        best_accuracy=draws.number(arm, "best_accuracy" if folded else "accuracy", centred=folded),
        threshold=decided.threshold if np.isfinite(decided.threshold) else None,
        fold_accuracy=draws.number(arm, "accuracy") if folded else None,
        fold_accuracies=() if decided.folds is None else decided.folds.accuracies,
        equal_error_rate=draws.number(arm, "equal_error_rate"),
        accept_rates=tuple(
            AcceptRate(
                rate,
                impostors,
                draws.number(arm, "true_accept_rates", column=i) if resolves(impostors, rate=rate) else None,
            )
            for i, rate in enumerate(FALSE_ACCEPT_RATES)
        ),
        genuine_mean=draws.number(arm, "genuine_mean"),
        impostor_mean=draws.number(arm, "impostor_mean"),
        d_prime=draws.number(arm, "d_prime") if varies else None,
        gain=draws.number(arm, "accuracy", less="raw"),
        roc=roc_points(roc(decided.scores, same=same)),
    )
