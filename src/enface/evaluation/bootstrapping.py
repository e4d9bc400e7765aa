"""One choice of bootstrap for all numbers of an evaluation."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from jaxtyping import Float

from enface.metrics.bootstrap import Estimate, difference_over_people, mean_over_people


@dataclass(frozen=True)
class Bootstrap:
    """How intervals are made; people are resampled."""

    resamples: int = 2000
    level: float = 0.95
    seed: int = 0

    def mean(self, values: Float[np.ndarray, " n"], people: Sequence[str] | np.ndarray) -> Estimate:
        """Mean over pictures with its interval."""
        return mean_over_people(
            values, people=list(people), resamples=self.resamples, level=self.level, seed=self.seed
        )

    def difference(
        self,
        first: Float[np.ndarray, " n"],
        second: Float[np.ndarray, " n"],
        people: Sequence[str] | np.ndarray,
    ) -> Estimate:
        """Paired mean of second - first with its interval."""
        return difference_over_people(
            first, second, people=list(people), resamples=self.resamples, level=self.level, seed=self.seed
        )
