"""What became of every probe and pair: for tables, pictures of the best and worst, and comparisons."""

from dataclasses import dataclass

import numpy as np
from jaxtyping import Bool, Float, Int

from enface.evaluation.protocols import FacePair


@dataclass(frozen=True, eq=False)
class ProbeCases:
    """Search results of every probe, arm by arm."""

    ranks: dict[str, Int[np.ndarray, " probes"]]
    """Place of the right person; 1 is first."""
    margins: dict[str, Float[np.ndarray, " probes"]]
    """Cosine with the right person less the highest with anybody else."""

    @property
    def arms(self) -> tuple[str, ...]:
        """In the order of the tables."""
        return tuple(self.ranks)


@dataclass(frozen=True, eq=False)
class PairCases:
    """Scores and decisions of every pair that was compared, arm by arm."""

    pairs: tuple[FacePair, ...]
    scores: dict[str, Float[np.ndarray, " pairs"]]
    """Cosine."""
    correct: dict[str, Bool[np.ndarray, " pairs"]]
    """Whether each is decided rightly: at the threshold of the other folds, or at the best of all pairs."""

    @property
    def arms(self) -> tuple[str, ...]:
        """In the order of the tables."""
        return tuple(self.scores)
