"""What an evaluation found, as typed and versioned data."""

from dataclasses import dataclass
from pathlib import Path

from enface.evaluation.findings import (
    Cmc,
    Cost,
    GateReport,
    GroupRow,
    Matching,
    PictureMeasure,
    SetDistance,
)
from enface.evaluation.versioned_json import load_versioned, save_versioned
from enface.metrics.bootstrap import Estimate

RESULTS_VERSION = 2


@dataclass(frozen=True)
class Environment:
    """Where the numbers were made."""

    commit: str | None
    """Of the checkout; None for an installed package."""
    dirty: bool | None
    """Whether the checkout had changes."""
    versions: dict[str, str]
    machine: str
    """Processor or accelerator."""
    processors: int | None
    threads: int
    seconds: float
    """Wall time of the evaluation."""


@dataclass(frozen=True)
class Setup:
    """What was evaluated, by whom, on what."""

    model: str
    """Folder as it was given; with "(neutral)" where that was asked of a model that keeps expression else."""
    preset: str | None
    guide: str
    guide_sha256: str
    judge: str
    judge_sha256: str
    protocol: str
    across_looks: bool
    gallery: str
    """Arm of the gallery: raw, or frontalised on request."""
    data: str
    data_sha256: str
    """Over names and bytes of all pictures."""
    people: int
    probes: int
    output_size: int
    """Side of the frontal faces, pixels."""
    level: float
    """Share of bootstrap samples inside each interval."""
    resamples: int
    seed: int
    overlap: str = ""
    """What the run's record says about test people in the training data, as a sentence."""


@dataclass(frozen=True)
class Recognition:
    """Identification of one arm at one absolute yaw; rates are 0..1."""

    arm: str
    angle: int
    """Absolute yaw in degrees."""
    probes: int
    rank1: Estimate
    gain: Estimate
    """Paired difference of rank-1 to the raw arm, with its own interval; 0 for the raw arm itself."""
    rank5: Estimate
    margin: Estimate
    """Mean of the cosine with the right person less the highest with anybody else; above 0: recognised."""
    margin_gain: Estimate
    """Paired difference of the margin to the raw arm."""
    p_value: float
    """Sign test over people: how often chance alone shifts the rank-1 of so many people so far to one
    side."""


@dataclass(frozen=True)
class Similarity:
    """One way to make a frontal face, compared with the ground truth; means over probes."""

    l1: Estimate
    """Mean absolute difference on [0, 1]."""
    ssim: Estimate
    psnr: Estimate
    """dB, at most `metrics.image_quality.PSNR_LIMIT` for equal pictures."""


@dataclass(frozen=True)
class Quality:
    """Frontal faces of one camera against the ground truth, on people never seen in training."""

    yaw: int
    """Signed degrees."""
    probes: int
    frontalised: Similarity
    mean_face: Similarity
    """Always the mean of the train frontals."""
    nearest_frontal: Similarity
    """The train frontal that is nearest to the truth in L1: no lookup in the training set can do better."""


@dataclass(frozen=True)
class Trend:
    """How much worse the frontal faces get between 0 and 90 degrees; absolute yaw."""

    l1_at_0: float
    l1_at_90: float
    relative_difference: float
    """|L1 at 90 - L1 at 0| / L1 at 0."""


@dataclass(frozen=True)
class Results:
    """The content of `results.json`."""

    setup: Setup
    environment: Environment
    recognition: tuple[Recognition, ...]
    quality: tuple[Quality, ...]
    trend: Trend | None
    """None when 0 or 90 degrees is missing, or when L1 at 0 degrees is 0."""
    cmc: tuple[Cmc, ...] = ()
    matching: tuple[Matching, ...] = ()
    gates: tuple[GateReport, ...] = ()
    pictures: tuple[PictureMeasure, ...] = ()
    """Frontalness, symmetry, evenness of light, identity."""
    distances: tuple[SetDistance, ...] = ()
    groups: tuple[GroupRow, ...] = ()
    missing: tuple[str, ...] = ()
    """What could not be measured and why, as sentences."""
    cost: Cost | None = None

    def rate(self, arm: str, angle: int) -> Recognition:
        """The entry of an arm at an absolute yaw.

        Raises:
            KeyError: there is none.
        """
        for entry in self.recognition:
            if (entry.arm, entry.angle) == (arm, angle):
                return entry
        raise KeyError((arm, angle))

    @property
    def angles(self) -> tuple[int, ...]:
        """Absolute yaws, ascending."""
        return tuple(sorted({entry.angle for entry in self.recognition}))

    @property
    def arms(self) -> tuple[str, ...]:
        """Arms in the order of the table."""
        return tuple(dict.fromkeys(entry.arm for entry in self.recognition))


def save_results(results: Results, path: str | Path) -> None:
    """Writes `results.json`, whole or not at all.

    Raises:
        OSError: the folder cannot be written.
    """
    save_versioned(results, path, key="results_version", version=RESULTS_VERSION)


def load_results(path: str | Path) -> Results:
    """Reads what `save_results` wrote.

    Raises:
        ConfigError: not readable, not JSON, another version, an unknown, missing or wrongly typed field.
    """
    return load_versioned(Results, path, key="results_version", version=RESULTS_VERSION)
