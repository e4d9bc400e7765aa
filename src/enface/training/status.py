"""Status lines: how fast, how long still, and the terms, in a form that reads well in a file."""

import logging
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path


class Pace:
    """Images per second since the last time somebody asked."""

    def __init__(self, batch_size: int) -> None:
        self._batch_size = batch_size
        self._steps, self._since = 0, time.perf_counter()

    def step(self) -> None:
        """Counts one step."""
        self._steps += 1

    def images_per_second(self) -> float:
        """The rate since the last call."""
        now = time.perf_counter()
        rate = self._steps * self._batch_size / max(now - self._since, 1e-9)
        self._steps, self._since = 0, now
        return rate


def status_line(row: Mapping[str, float], *, step: int, total: int, batch: int) -> str:
    """One line of `log.txt`: step, rate, time left, every term.

    Args:
        row: metrics of the step, "images_per_second" among them.
        step: steps done.
        total: steps of the run.
        batch: images per step.
    """
    rate = row["images_per_second"]
    left = timedelta(seconds=round((total - step) * batch / max(rate, 1e-9)))
    terms = "  ".join(f"{name} {value:.4g}" for name, value in row.items() if "/" in name)
    return f"step {step}/{total}  {rate:.1f} images/s  {left} left  {terms}"


@contextmanager
def log_to(path: Path) -> Iterator[None]:
    """Appends this package's messages to a file for the block, and shows its warnings.

    The file appears with the first message.
    """
    file = logging.FileHandler(path, encoding="utf-8", delay=True)
    file.setFormatter(logging.Formatter("%(asctime)s  %(message)s", datefmt="%Y-%m-%d %H:%M:%S"))
    screen = logging.StreamHandler()
    screen.setLevel(logging.WARNING)
    logger = logging.getLogger("enface.training")
    before = logger.level
    logger.setLevel(logging.INFO)
    for handler in (file, screen):
        logger.addHandler(handler)
    try:
        yield
    finally:
        logger.setLevel(before)
        for handler in (file, screen):
            logger.removeHandler(handler)
            handler.close()
