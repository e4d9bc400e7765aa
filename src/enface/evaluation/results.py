"""What an evaluation found, as typed and versioned data."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from enface.config.codec import from_json, to_json
from enface.errors import ConfigError
from enface.metrics.bootstrap import Estimate
from enface.resources.atomic import atomic_write

RESULTS_VERSION = 1


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
    """Folder as it was given."""
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


@dataclass(frozen=True)
class Recognition:
    """Rank-1 identification rate of one arm at one absolute yaw; rates are 0..1."""

    arm: str
    angle: int
    """Absolute yaw in degrees."""
    probes: int
    rank1: Estimate
    gain: Estimate
    """Paired difference to the raw arm, with its own interval; 0 for the raw arm itself."""


@dataclass(frozen=True)
class Similarity:
    """One way to make a frontal face, compared with the ground truth; means over probes."""

    l1: Estimate
    """Mean absolute difference on [0, 1]."""
    ssim: Estimate


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


@dataclass(frozen=True)
class Change:
    """One number in two results."""

    name: str
    """For example "rank1 fused 60" or "l1 -45"."""
    first: float
    second: float

    @property
    def difference(self) -> float:
        """second - first."""
        return self.second - self.first


def compare(first: Results, second: Results) -> tuple[Change, ...]:
    """Every number that two results have in common.

    Raises:
        ConfigError: other pictures, protocol, gallery or judge, so that the numbers mean different things.
    """
    for name in ("protocol", "across_looks", "gallery", "data_sha256", "judge", "judge_sha256"):
        a, b = getattr(first.setup, name), getattr(second.setup, name)
        if a != b:
            raise ConfigError(
                f"results differ in {name} ({a!r} and {b!r}) and cannot be compared; evaluate both models "
                "with the same protocol, data and judge"
            )
    left, right = _numbers(first), _numbers(second)
    return tuple(Change(name, left[name], right[name]) for name in left if name in right)


def save_results(results: Results, path: str | Path) -> None:
    """Writes `results.json`, whole or not at all.

    Raises:
        OSError: the folder cannot be written.
    """
    document = {"results_version": RESULTS_VERSION, **to_json(results)}
    with atomic_write(path) as temporary:
        temporary.write_text(json.dumps(document, indent=2) + "\n", encoding="utf-8")


def load_results(path: str | Path) -> Results:
    """Reads what `save_results` wrote.

    Raises:
        ConfigError: not readable, not JSON, another version, an unknown, missing or wrongly typed field.
    """
    try:
        document: Any = json.loads(Path(path).read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise ConfigError(f"{path} cannot be read as JSON: {error}") from error
    if not isinstance(document, dict) or document.get("results_version") != RESULTS_VERSION:
        found = document.get("results_version") if isinstance(document, dict) else None
        raise ConfigError(
            f"{path}: results_version is {found!r}, this enface reads {RESULTS_VERSION}; evaluate again"
        )
    try:
        return from_json(Results, {k: v for k, v in document.items() if k != "results_version"})
    except ConfigError as error:
        raise ConfigError(f"{path}: {error}") from error


def _numbers(results: Results) -> dict[str, float]:
    rates = {f"rank1 {r.arm} {r.angle}": r.rank1.value for r in results.recognition}
    l1 = {f"l1 {q.yaw}": q.frontalised.l1.value for q in results.quality}
    ssim = {f"ssim {q.yaw}": q.frontalised.ssim.value for q in results.quality}
    return rates | l1 | ssim
