"""Numbers of an evaluation by pairs as tables."""

from enface.evaluation.report.identification_tables import accept_cells, accept_columns
from enface.evaluation.report.tables import Column, NumberTable
from enface.evaluation.verification_results import VerificationResults


def verification_tables(results: VerificationResults) -> tuple[NumberTable, ...]:
    """All tables that have rows, in the order of the page."""
    made = (_verification(results), _roc(results), _folds(results), _gates(results), _failures(results))
    return tuple(table for table in made if table.rows)


def _verification(results: VerificationResults) -> NumberTable:
    rates = results.arms[0].accept_rates
    return NumberTable(
        "verification",
        "Same person or not?",
        "Accuracy: of ten folds, each at the threshold of the others, where the protocol has folds; else "
        "at the best threshold of all pairs, which flatters. Gain: difference to raw on the same pairs. "
        "TAR@x: share of same pairs accepted when a share x of the different ones is. EER: where both "
        "errors are equal.",
        (
            Column("arm"),
            Column("accuracy", "rate"),
            Column("gain", "gain"),
            Column("EER", "rate"),
            *accept_columns(rates),
            Column("d-prime", "number", 2),
            Column("same cosine", "number"),
            Column("different cosine", "number"),
            Column("best threshold", "number"),
        ),
        tuple(
            (
                arm.arm,
                arm.fold_accuracy or arm.best_accuracy,
                None if arm.arm == "raw" else arm.gain,
                arm.equal_error_rate,
                *accept_cells(arm.accept_rates),
                arm.d_prime,
                arm.genuine_mean,
                arm.impostor_mean,
                arm.threshold,
            )
            for arm in results.arms
        ),
    )


def _roc(results: VerificationResults) -> NumberTable:
    return NumberTable(
        "roc",
        "ROC",
        "",
        (Column("arm"), Column("far", "rate"), Column("tar", "rate")),
        tuple((arm.arm, far, tar) for arm in results.arms for far, tar in arm.roc),
        shown=False,
    )


def _gates(results: VerificationResults) -> NumberTable:
    return NumberTable(
        "gates",
        "Gates: when is the frontal face used?",
        "The threshold is fitted on people other than those it is tested on. Used: share of the photographs.",
        (Column("arm"), Column("signal"), Column("fitted for"), Column("used", "rate")),
        tuple((g.arm, g.signal, g.criterion, g.used) for g in results.gates),
    )


def _folds(results: VerificationResults) -> NumberTable:
    return NumberTable(
        "folds",
        "Accuracy of each fold",
        "",
        (Column("arm"), Column("fold", "count"), Column("accuracy", "rate")),
        tuple(
            (arm.arm, number, accuracy)
            for arm in results.arms
            for number, accuracy in enumerate(arm.fold_accuracies)
        ),
        shown=False,
    )


def _failures(results: VerificationResults) -> NumberTable:
    return NumberTable(
        "failures",
        "Photographs without a usable face",
        "Pairs with one of them are left out of every number, alike for all arms.",
        (Column("photograph"), Column("reason")),
        tuple((failure.photo, failure.reason) for failure in results.failures),
    )
