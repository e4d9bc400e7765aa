"""What a search of templates in a gallery found, as typed and versioned data."""

from dataclasses import dataclass
from pathlib import Path

from enface.evaluation.results import Environment
from enface.evaluation.verification_results import Failure, VerificationSetup
from enface.evaluation.versioned_json import load_versioned, save_versioned
from enface.metrics.bootstrap import Estimate

SEARCH_RESULTS_VERSION = 1
_VERSION_KEY = "search_results_version"


@dataclass(frozen=True)
class SearchCounts:
    """What the numbers rest on."""

    photos: int
    gallery: int
    """Enrolled templates that were compared."""
    mated: int
    """Probes of enrolled people that were compared; all rates but false positives are over them."""
    unmated: int
    """Probes of people who are not enrolled."""
    lost: int
    """Templates without any usable face, enrolled or probes; left out alike for all arms, and with an
    enrolled one also its person's probes."""
    people: int
    """With mated probes."""


@dataclass(frozen=True)
class PositiveRate:
    """Probes found at rank 1 above a threshold that a bounded share of unmated probes passes."""

    false_positive_rate: float
    """FPIR."""
    unmated: int
    true_positive_rate: Estimate | None
    """TPIR; None: so few unmated probes cannot resolve this rate."""


@dataclass(frozen=True)
class ArmSearch:
    """One arm, used for gallery and probes; rates are 0..1."""

    arm: str
    rank1: Estimate
    gain: Estimate
    """Paired difference of rank-1 to raw."""
    rank5: Estimate
    margin: Estimate
    """Mean of the cosine with the right person less the highest with anybody else."""
    margin_gain: Estimate
    cmc: tuple[float, ...]
    """Share of probes found among the first 1, 2, ..."""
    positives: tuple[PositiveRate, ...]


@dataclass(frozen=True)
class SearchResults:
    """The content of `search.json`."""

    setup: VerificationSetup
    environment: Environment
    counts: SearchCounts
    failures: tuple[Failure, ...]
    arms: tuple[ArmSearch, ...]


def save_search(results: SearchResults, path: str | Path) -> None:
    """Writes the results, whole or not at all.

    Raises:
        OSError: the folder cannot be written.
    """
    save_versioned(results, path, key=_VERSION_KEY, version=SEARCH_RESULTS_VERSION)


def load_search(path: str | Path) -> SearchResults:
    """Reads what `save_search` wrote.

    Raises:
        ConfigError: not readable, not JSON, another version, an unknown, missing or wrongly typed field.
    """
    return load_versioned(SearchResults, path, key=_VERSION_KEY, version=SEARCH_RESULTS_VERSION)
