"""Numbers of scored pairs, and differences between two ways to score them, from the same draws of people."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, fields
from typing import Self

import numpy as np
from jaxtyping import Bool, Float

from enface.evaluation.bootstrapping import Bootstrap
from enface.metrics.bootstrap import Estimate
from enface.metrics.pair_bootstrap import (
    PairMeasures,
    Weights,
    corrected,
    corrected_draws,
    draw_couples,
    draw_pairs,
    weighed,
)
from enface.metrics.paired import two_sided

_NO_RATES = ("genuine_mean", "impostor_mean", "d_prime")
"""Measures that can lie outside 0..1."""


@dataclass(frozen=True, eq=False)
class ScoredPairs:
    """One way to score the pairs."""

    scores: Float[np.ndarray, " pairs"]
    correct: Bool[np.ndarray, " pairs"]
    """Whether each pair is decided rightly at its threshold."""


@dataclass(frozen=True, eq=False)
class PairDraws:
    """Measures of every way to score, over all pairs and in every bootstrap sample."""

    once: dict[str, PairMeasures]
    draws: dict[str, PairMeasures]
    couples: dict[str, PairMeasures]
    people: int
    level: float

    @classmethod
    def of(
        cls,
        scored: dict[str, ScoredPairs],
        *,
        people: Sequence[tuple[str, str]],
        false_accept_rates: Sequence[float],
        bootstrap: Bootstrap,
    ) -> Self:
        """Draws people, and weighs the pairs of every way alike.

        Args:
            scored: by name.
            people: who is on both sides of each pair.
            false_accept_rates: where to read the true accept rate.
            bootstrap: how many draws, and from which seed.
        """
        same = np.array([first == second for first, second in people])
        couples = max(1, bootstrap.resamples // 4)

        def collect(weights: Iterable[Weights]) -> dict[str, PairMeasures]:
            parts: dict[str, list[PairMeasures]] = {name: [] for name in scored}
            for some in weights:
                for name, pairs in scored.items():
                    parts[name].append(
                        weighed(
                            pairs.scores,
                            same=same,
                            correct=pairs.correct,
                            weights=some,
                            false_accept_rates=false_accept_rates,
                        )
                    )
            return {name: _together(found) for name, found in parts.items()}

        return cls(
            once=collect([np.ones((1, len(people)))]),
            draws=collect(draw_pairs(people, resamples=bootstrap.resamples, seed=bootstrap.seed)),
            couples=collect(draw_couples(people, resamples=couples, seed=bootstrap.seed + 1)),
            people=len({person for both in people for person in both}),
            level=bootstrap.level,
        )

    def number(
        self,
        name: str,
        measure: str,
        *,
        column: int | None = None,
        less: str | None = None,
        centred: bool = False,
    ) -> Estimate:
        """One measure with its interval.

        Args:
            name: of the way to score.
            measure: field of `PairMeasures`.
            column: of a measure with several.
            less: another way, which is subtracted draw by draw.
            centred: as `metrics.pair_bootstrap.corrected`.

        Raises:
            ValueError: no draw holds both kinds of pair.
        """
        return corrected(
            *self._values(name, measure, column=column, less=less),
            people=self.people,
            level=self.level,
            centred=centred,
            rate=less is None and measure not in _NO_RATES,
        )

    def p_value(self, name: str, measure: str, *, column: int | None = None, less: str) -> float:
        """Two-sided, of the difference that `number` gives with the same arguments.

        Raises:
            ValueError: as `number`.
        """
        return two_sided(corrected_draws(*self._values(name, measure, column=column, less=less)))

    def _values(
        self, name: str, measure: str, *, column: int | None, less: str | None
    ) -> tuple[float, Float[np.ndarray, " draws"], Float[np.ndarray, " others"]]:
        def pick(measures: dict[str, PairMeasures]) -> Float[np.ndarray, " draws"]:
            found = [getattr(measures[key], measure) for key in (name, less) if key is not None]
            found = [values if column is None else values[:, column] for values in found]
            chosen: Float[np.ndarray, " draws"] = found[0] if less is None else found[0] - found[1]
            return chosen

        return float(pick(self.once)[0]), pick(self.draws), pick(self.couples)


def _together(parts: Sequence[PairMeasures]) -> PairMeasures:
    return PairMeasures(
        **{
            field.name: np.concatenate([getattr(part, field.name) for part in parts])
            for field in fields(PairMeasures)
        }
    )
