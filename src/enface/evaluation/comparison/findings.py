"""What a comparison found, as typed and versioned data."""

from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from enface.evaluation.results import Environment
from enface.evaluation.versioned_json import load_versioned, save_versioned
from enface.metrics.bootstrap import Estimate

COMPARISON_VERSION = 1
_VERSION_KEY = "comparison_version"

Measure = Literal[
    "rank-1", "rank-5", "margin", "L1", "SSIM", "accuracy", "EER", "TAR@0.01", "TAR@0.001", "TAR@0.0001"
]
"""L1 and SSIM: nearness of the frontal faces to the true ones."""
LOWER_IS_BETTER: tuple[Measure, ...] = ("L1", "EER")
FRONTALS = "frontal faces"
"""Stands in place of the arm for measures of pictures."""


@dataclass(frozen=True)
class Side:
    """One of the two evaluations."""

    folder: str
    """As it was given or found."""
    results_sha256: str
    """Of its file of results."""
    model: str
    guide: str
    guide_sha256: str
    overlap: str
    """What its record says about test people in the training data."""
    environment: Environment


@dataclass(frozen=True)
class Setup:
    """What both evaluations have in common, and how the comparison was made."""

    kind: Literal["yaw", "pairs", "search"]
    protocol: str
    """With what was chosen about it, for example "rendered, across looks"."""
    judge: str
    judge_sha256: str
    data: str
    """As the first evaluation calls it."""
    data_sha256: str
    cases: int
    """Probes or pairs that both compared."""
    people: int
    level: float
    """Share of bootstrap samples inside each interval."""
    resamples: int
    seed: int


@dataclass(frozen=True)
class Difference:
    """One number of one arm in both evaluations; rates and L1 are 0..1, margins are cosines."""

    arm: str
    angle: int | None
    """Absolute yaw in degrees; None is all cases together."""
    measure: Measure
    cases: int
    people: int
    first: Estimate
    second: Estimate
    difference: Estimate
    """Second less first on the same cases, with its own interval."""
    p_value: float
    """How often people drawn anew would turn the sign of the difference or annul it; two-sided, never 0."""
    sign_p_value: float | None
    """Exact sign test over people; None for numbers that are no mean over one person's cases."""

    @property
    def winner(self) -> Literal["first", "second"] | None:
        """Who is better; None where the interval holds no difference."""
        if self.difference.low <= 0 <= self.difference.high:
            return None
        higher: Literal["first", "second"] = "second" if self.difference.low > 0 else "first"
        lower: Literal["first", "second"] = "first" if higher == "second" else "second"
        return lower if self.measure in LOWER_IS_BETTER else higher


@dataclass(frozen=True)
class Outcomes:
    """Cases of one arm by who decided them rightly."""

    arm: str
    both: int
    only_first: int
    only_second: int
    neither: int


@dataclass(frozen=True)
class MovedCase:
    """A case whose margin or score differs most between the two."""

    arm: str
    picture: str
    people: tuple[str, str]
    """Twice the same person for a probe."""
    yaw: int | None
    first: float
    """Margin; of pairs the cosine."""
    second: float
    gain: float
    """To the right side: of two people a lower cosine is better."""


@dataclass(frozen=True)
class Comparison:
    """Two evaluations that ask the same."""

    setup: Setup
    first: Side
    second: Side
    differences: tuple[Difference, ...]
    outcomes: tuple[Outcomes, ...]
    moved: tuple[MovedCase, ...]
    """The most of both kinds, of each arm that uses the frontal face alone; best first."""
    notes: tuple[str, ...]
    """What a reader must know beside the numbers, as sentences."""

    @property
    def arms(self) -> tuple[str, ...]:
        """Arms of both, in the order of the tables."""
        return self.arms_of(self.measures[0])

    def arms_of(self, measure: Measure) -> tuple[str, ...]:
        """Arms that a measure is of."""
        return tuple(dict.fromkeys(row.arm for row in self.differences if row.measure == measure))

    @property
    def angles(self) -> tuple[int, ...]:
        """Absolute yaws, ascending; none without yaw."""
        return tuple(sorted({row.angle for row in self.differences if row.angle is not None}))

    @property
    def measures(self) -> tuple[Measure, ...]:
        """In the order of the tables."""
        return tuple(dict.fromkeys(row.measure for row in self.differences))

    def row(self, arm: str, angle: int | None, measure: Measure) -> Difference:
        """The entry of an arm, yaw and measure.

        Raises:
            KeyError: there is none.
        """
        for entry in self.differences:
            if (entry.arm, entry.angle, entry.measure) == (arm, angle, measure):
                return entry
        raise KeyError((arm, angle, measure))


@dataclass(frozen=True)
class ComparisonResults:
    """The content of `comparison.json`."""

    comparisons: tuple[Comparison, ...]
    """At least one."""
    unmatched: tuple[str, ...]
    """Evaluations without a counterpart, as sentences."""


def save_comparison(results: ComparisonResults, path: str | Path) -> None:
    """Writes the results, whole or not at all.

    Raises:
        OSError: the folder cannot be written.
    """
    save_versioned(results, path, key=_VERSION_KEY, version=COMPARISON_VERSION)


def load_comparison(path: str | Path) -> ComparisonResults:
    """Reads what `save_comparison` wrote.

    Raises:
        ConfigError: not readable, not JSON, another version, an unknown, missing or wrongly typed field.
    """
    return load_versioned(ComparisonResults, path, key=_VERSION_KEY, version=COMPARISON_VERSION)
