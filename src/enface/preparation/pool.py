"""Pictures prepared by several processes, in any order."""

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from enface.preparation.outcome import Outcome
from enface.preparation.worker import Crops, Job, Worker
from enface.workers import map_in_processes

FEW = 8
"""Pictures up to which starting processes takes longer than the work."""


def prepare_all(
    jobs: Sequence[Job], *, source: Path, output: Path, crops: Crops, workers: int
) -> Iterator[Outcome]:
    """Outcomes as they come; nothing is written before the first is asked for.

    Args:
        jobs: pictures.
        source: folder of the pictures.
        output: folder of the prepared set.
        crops: how.
        workers: processes; with 1 everything happens in this one.

    Raises:
        FaceError, ResourceError: see `Worker`; at once, not when the first outcome is asked for.
        WorkerError: a process was killed; from `next()`.
    """
    # A detector that cannot be made is reported here, without a process's trace.
    prepare = _open(source, output, crops)
    if workers == 1 or len(jobs) <= FEW:
        return map(prepare, jobs)
    return map_in_processes(_open_alone, (source, output, crops), jobs, workers=workers)


def _open(source: Path, output: Path, crops: Crops) -> Callable[[Job], Outcome]:
    return Worker(source, output, crops).prepare


def _open_alone(source: Path, output: Path, crops: Crops) -> Callable[[Job], Outcome]:
    """In a process of its own, beside others: one thread each."""
    import torch

    torch.set_num_threads(1)
    return _open(source, output, crops)
