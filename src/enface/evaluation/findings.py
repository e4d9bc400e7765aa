"""Rows of an evaluation's results beyond rank-1 and nearness to the truth: typed, written as JSON.

Rates are 0..1, angles in degrees. `angle` is an absolute yaw; None stands for all probes together. Every
interval is about new people (`enface.metrics.bootstrap`).
"""

from dataclasses import dataclass
from typing import Literal

from enface.metrics.bootstrap import Estimate

Pictures = Literal["inputs", "outputs", "truths"]
"""Aligned crops as they came, the model's frontal faces, or true frontal pictures."""


@dataclass(frozen=True)
class Cmc:
    """Cumulative match characteristic of one arm: share of probes whose person is among the first k."""

    arm: str
    angle: int | None
    rates: tuple[float, ...]
    """For k = 1, 2, ..."""


@dataclass(frozen=True)
class AcceptRate:
    """Share of same pairs accepted at a bounded share of different ones."""

    false_accept_rate: float
    impostors: int
    true_accept_rate: Estimate | None
    """None: so few different pairs cannot resolve this rate."""


@dataclass(frozen=True)
class Matching:
    """Every probe against everybody enrolled, read as verification, one arm at one absolute yaw."""

    arm: str
    angle: int | None
    genuine: int
    """Comparisons with the right person."""
    impostors: int
    """Comparisons with anybody else."""
    genuine_mean: Estimate
    """Mean cosine."""
    impostor_mean: Estimate
    d_prime: Estimate | None
    """None where neither kind varies."""
    equal_error_rate: Estimate
    accept_rates: tuple[AcceptRate, ...]
    roc: tuple[tuple[float, float], ...]
    """(false accept rate, true accept rate), strictest first, few enough to draw."""


@dataclass(frozen=True)
class RiskPoint:
    """The probes that a gate trusts most."""

    coverage: float
    """Share of the probes."""
    risk: Estimate
    """Rank-1 error of their frontal faces."""
    raw_risk: Estimate
    """Rank-1 error of the same probes as they came."""


@dataclass(frozen=True)
class GateReport:
    """A quality signal that decides for each probe whether its frontal face is used."""

    arm: str
    """Name of the gated arm in the other tables."""
    signal: str
    criterion: str
    """What the threshold maximises, on people who are not tested with it."""
    thresholds: tuple[float | str, ...]
    """One for each fold of people: used from this value of the signal on; or "never", or "always"."""
    used: Estimate
    """Share of the probes whose frontal face is used."""
    curve: tuple[RiskPoint, ...]
    area: Estimate
    """Mean risk over all coverages (AURC): 0 is a perfect model, and a signal that knows nothing gives the
    risk at full coverage."""


@dataclass(frozen=True)
class PictureMeasure:
    """One property of pictures, read from the pictures alone or by a named network; a mean."""

    metric: str
    pictures: Pictures
    angle: int | None
    """Of the probe that they belong to."""
    count: int
    """Pictures behind the mean; those without a value are left out."""
    mean: Estimate


@dataclass(frozen=True)
class SetDistance:
    """How far a set of pictures is from a set of true frontal ones, in a named feature space."""

    kind: Literal["frechet", "kernel"]
    """frechet: Frechet distance of two normal distributions; kernel: squared MMD, polynomial of degree 3."""
    space: str
    """Recognizer whose embeddings are compared."""
    reference: str
    """The true frontal pictures."""
    pictures: Pictures
    angle: int | None
    count: int
    reference_count: int
    dimension: int
    """Of the feature space. A Frechet distance of fewer pictures than this is too large."""
    distance: Estimate


@dataclass(frozen=True)
class GroupRow:
    """One metric of one arm in one group of people or pictures."""

    attribute: str
    """For example glasses or skin_tone."""
    group: str
    metric: str
    arm: str
    """For metrics of pictures: "outputs"."""
    people: int
    probes: int
    small: bool
    """Fewer people than a conclusion needs (`enface.evaluation.groups.FEW_PEOPLE`)."""
    mean: Estimate
    gap: Estimate | None
    """This group less everybody else, with its own interval; None where there is nobody else."""
    gain: Estimate | None
    """Paired difference to the raw arm in this group; None for metrics of pictures."""


@dataclass(frozen=True)
class Cost:
    """What an evaluation took."""

    seconds: dict[str, float]
    """Wall time by stage: read, align, frontalise, embed, measure, and pictures, for their own numbers. Where
    faces are looked for in photographs, that and aligning are part of read."""
    peak_memory: int
    """Most memory that the process ever held, bytes; 0 where the system does not tell."""
