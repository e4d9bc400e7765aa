"""What an evaluation by pairs found, as typed and versioned data."""

from dataclasses import dataclass
from pathlib import Path

from enface.evaluation.findings import AcceptRate, Cost
from enface.evaluation.results import Environment
from enface.evaluation.versioned_json import load_versioned, save_versioned
from enface.metrics.bootstrap import Estimate

VERIFICATION_RESULTS_VERSION = 2
_VERSION_KEY = "verification_results_version"


@dataclass(frozen=True)
class VerificationSetup:
    """What was evaluated, by whom, on what."""

    model: str
    """Folder as it was given."""
    guide: str
    guide_sha256: str
    judge: str
    judge_sha256: str
    protocol: str
    data: str
    data_sha256: str
    """Over pairs, folds and bytes of all photographs."""
    detector: str
    face: str
    """Which face of a photograph was taken: central or largest."""
    level: float
    """Share of bootstrap samples inside each interval."""
    resamples: int
    seed: int
    overlap: str = ""
    """What the run's record says about the protocol's people in the training data, as a sentence."""


@dataclass(frozen=True)
class Failure:
    """A photograph without a usable face."""

    photo: str
    reason: str


@dataclass(frozen=True)
class Counts:
    """What the numbers rest on."""

    photos: int
    pairs: int
    """Of the protocol."""
    lost_pairs: int
    """Left out of every number because of a failure; alike for all arms."""
    genuine: int
    """Pairs of one person that were compared."""
    impostors: int
    """Pairs of different people that were compared."""
    people: int
    """In the compared pairs."""


@dataclass(frozen=True)
class ArmVerification:
    """One arm, used on both sides of every pair; rates are 0..1."""

    arm: str
    best_accuracy: Estimate
    """At the best threshold, chosen on the same pairs: as LFW View 1 is read, elsewhere an upper bound."""
    threshold: float | None
    """Cosine at which `best_accuracy` is reached; None when it is best to accept nothing."""
    fold_accuracy: Estimate | None
    """Over all pairs, each decided at the threshold of the other folds; None without folds."""
    fold_accuracies: tuple[float, ...]
    equal_error_rate: Estimate
    accept_rates: tuple[AcceptRate, ...]
    genuine_mean: Estimate
    """Mean cosine of same pairs."""
    impostor_mean: Estimate
    d_prime: Estimate | None
    """None where neither kind varies."""
    gain: Estimate
    """Paired difference in accuracy to raw: of the folds where there are any, else at the best thresholds."""
    roc: tuple[tuple[float, float], ...]
    """(false accept rate, true accept rate), strictest first, few enough to draw."""


@dataclass(frozen=True)
class PairGateReport:
    """A quality signal that decides for each photograph whether its frontal face is used."""

    arm: str
    """Name of the gated arm."""
    signal: str
    criterion: str
    """What the threshold maximises, on people who are not tested with it."""
    thresholds: tuple[float | str, ...]
    """One for each pair of folds of people: used from this value of the signal on; or "never", or
    "always"."""
    used: float
    """Share of the photographs in pairs whose frontal face is used."""


@dataclass(frozen=True)
class VerificationResults:
    """The content of `verification.json`."""

    setup: VerificationSetup
    environment: Environment
    counts: Counts
    failures: tuple[Failure, ...]
    arms: tuple[ArmVerification, ...]
    gates: tuple[PairGateReport, ...] = ()
    cost: Cost | None = None


def save_verification(results: VerificationResults, path: str | Path) -> None:
    """Writes the results, whole or not at all.

    Raises:
        OSError: the folder cannot be written.
    """
    save_versioned(results, path, key=_VERSION_KEY, version=VERIFICATION_RESULTS_VERSION)


def load_verification(path: str | Path) -> VerificationResults:
    """Reads what `save_verification` wrote.

    Raises:
        ConfigError: not readable, not JSON, another version, an unknown, missing or wrongly typed field.
    """
    return load_versioned(VerificationResults, path, key=_VERSION_KEY, version=VERIFICATION_RESULTS_VERSION)


def table(results: VerificationResults) -> str:
    """The results as text: one line an arm, then what the numbers rest on."""
    counts, setup = results.counts, results.setup
    rates = [rate.false_accept_rate for rate in results.arms[0].accept_rates]
    heads = ["accuracy", "gain", "EER", *(f"TAR@{rate:g}" for rate in rates)]
    lines = [
        f"{setup.judge} judges {counts.genuine} same and {counts.impostors} different pairs of "
        f"{counts.people} people ({setup.protocol}); %, with {100 * setup.level:g} % intervals over people",
        "",
        f"{'arm':<12}" + "".join(f"{head:>25}" for head in heads) + f"{'d-prime':>9}{'same':>7}{'other':>7}",
    ]
    for arm in results.arms:
        cells = [
            _percent(arm.fold_accuracy or arm.best_accuracy),
            _percent(arm.gain),
            _percent(arm.equal_error_rate),
            *(
                "too few impostors" if rate.true_accept_rate is None else _percent(rate.true_accept_rate)
                for rate in arm.accept_rates
            ),
        ]
        d_prime = "-" if arm.d_prime is None else f"{arm.d_prime.value:.2f}"
        lines.append(
            f"{arm.arm:<12}"
            + "".join(f"{cell:>25}" for cell in cells)
            + f"{d_prime:>9}{arm.genuine_mean.value:>7.3f}{arm.impostor_mean.value:>7.3f}"
        )
    folds = len(results.arms[0].fold_accuracies)
    how = (
        f"{folds} folds, each at the threshold of the others" if folds else "the best threshold of all pairs"
    )
    lines += ["", f"accuracy: {how}"]
    lines.append(
        f"no usable face in {len(results.failures)} of {counts.photos} photographs; "
        f"{counts.lost_pairs} of {counts.pairs} pairs left out"
    )
    return "\n".join([*lines, *(f"  {failure.photo}: {failure.reason}" for failure in results.failures)])


def _percent(estimate: Estimate) -> str:
    return f"{100 * estimate.value:.2f} [{100 * estimate.low:.2f}, {100 * estimate.high:.2f}]"
