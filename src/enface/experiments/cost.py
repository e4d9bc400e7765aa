"""What a run cost, from its own metrics: they survive interruptions."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from enface.training.tracking.jsonl import read_rows


@dataclass(frozen=True)
class Cost:
    """Training alone: no start, no evaluation."""

    images: int
    """Input images."""
    seconds: float

    @property
    def minutes(self) -> float:
        """Of training."""
        return self.seconds / 60

    @property
    def images_per_second(self) -> float:
        """Over the whole run; 0 before the first row of metrics."""
        return self.images / self.seconds if self.seconds else 0.0


def cost_of(rows: Sequence[dict[str, float]]) -> Cost:
    """Adds up the time between rows of metrics, which tell the rate since the row before."""
    seconds, before = 0.0, 0.0
    for row in rows:
        if row["images_per_second"] > 0:
            seconds += (row["images"] - before) / row["images_per_second"]
        before = row["images"]
    return Cost(int(before), seconds)


def cost_in(metrics: Path) -> Cost:
    """Cost by a run's `metrics.jsonl`; nothing yet where there is none."""
    return cost_of(read_rows(metrics)) if metrics.is_file() else Cost(0, 0.0)
