"""One choice of bootstrap for all numbers of an evaluation."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypedDict

import numpy as np
from jaxtyping import Bool, Float

from enface.errors import ConfigError
from enface.metrics.bootstrap import (
    Estimate,
    contrasts_over_people,
    difference_over_people,
    mean_over_people,
    means_over_people,
)

People = Sequence[str] | np.ndarray
FEWEST = 20
"""Samples. In fewer, all may lack one of two small groups, which then have no difference to be sure of."""


class Options(TypedDict):
    """What functions of `enface.metrics` are called with."""

    resamples: int
    level: float
    seed: int


@dataclass(frozen=True)
class Bootstrap:
    """How intervals are made; people are resampled.

    Raises:
        ConfigError: too few samples for the ends of an interval, or a negative seed.
    """

    resamples: int = 2000
    level: float = 0.95
    seed: int = 0

    def __post_init__(self) -> None:
        for name, least in (("resamples", FEWEST), ("seed", 0)):
            if getattr(self, name) < least:
                raise ConfigError(f"{name} of the bootstrap is {getattr(self, name)}; use {least} or more")

    @property
    def options(self) -> Options:
        """As keyword arguments."""
        return Options(resamples=self.resamples, level=self.level, seed=self.seed)

    def mean(
        self,
        values: Float[np.ndarray, " n"],
        people: People,
        *,
        weights: Float[np.ndarray, " n"] | None = None,
    ) -> Estimate:
        """Mean over pictures, of which some may count less, with its interval."""
        return mean_over_people(values, people=list(people), weights=weights, **self.options)

    def means(self, values: Float[np.ndarray, "n columns"], people: People) -> tuple[Estimate, ...]:
        """Means of several numbers for each picture with their intervals."""
        return means_over_people(values, people=list(people), **self.options)

    def difference(
        self, first: Float[np.ndarray, " n"], second: Float[np.ndarray, " n"], people: People
    ) -> Estimate:
        """Paired mean of second - first with its interval."""
        return difference_over_people(first, second, people=list(people), **self.options)

    def contrasts(
        self, values: Float[np.ndarray, "n columns"], inside: Bool[np.ndarray, " n"], people: People
    ) -> tuple[Estimate, ...]:
        """Means inside a group less those outside, with their intervals."""
        return contrasts_over_people(values, inside=inside, people=list(people), **self.options)
