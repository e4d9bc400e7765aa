"""Pictures prepared by several processes, in any order."""

import multiprocessing
from collections.abc import Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from pathlib import Path

from enface.errors import ImageError
from enface.preparation.outcome import Outcome
from enface.preparation.worker import Crops, Job, Worker

CHUNK = 8
"""Pictures handed to a process at once."""


def prepare_all(
    jobs: Sequence[Job], *, source: Path, output: Path, crops: Crops, workers: int
) -> Iterator[Outcome]:
    """Outcomes as they come; closing the iterator ends the processes.

    Args:
        jobs: pictures.
        source: folder of the pictures.
        output: folder of the prepared set.
        crops: how.
        workers: processes; with 1 everything happens in this one.

    Raises:
        FaceError, ResourceError: see `Worker`.
        ImageError: a process was killed.
    """
    if workers == 1 or len(jobs) <= CHUNK:
        worker = Worker(source, output, crops)
        yield from map(worker.prepare, jobs)
        return
    Worker(
        source, output, crops
    )  # a detector that cannot be made is reported here, without a process's trace
    pool = ProcessPoolExecutor(
        workers,
        mp_context=multiprocessing.get_context("spawn"),
        initializer=_open,
        initargs=(source, output, crops),
    )
    try:
        yield from _outcomes(pool, jobs, waiting=4 * workers)
    except BrokenProcessPool as error:
        raise ImageError(
            "a worker was killed, perhaps for lack of memory; the same command, with fewer --workers, goes on"
        ) from error
    finally:
        pool.shutdown(wait=True, cancel_futures=True)


def _outcomes(pool: ProcessPoolExecutor, jobs: Sequence[Job], *, waiting: int) -> Iterator[Outcome]:
    """Keeps `waiting` chunks in flight, so that a million pictures do not become a million futures."""
    flying: set[Future[list[Outcome]]] = set()
    for start in range(0, len(jobs), CHUNK):
        flying.add(pool.submit(_prepare, jobs[start : start + CHUNK]))
        if len(flying) >= waiting:
            done, flying = wait(flying, return_when=FIRST_COMPLETED)
            for future in done:
                yield from future.result()
    for future in flying:
        yield from future.result()


_worker: Worker | None = None
"""The process's own; set once by `_open`."""


def _open(source: Path, output: Path, crops: Crops) -> None:
    global _worker
    _worker = Worker(source, output, crops)


def _prepare(jobs: Sequence[Job]) -> list[Outcome]:
    assert _worker is not None, "the pool's initializer opens it"
    return [_worker.prepare(job) for job in jobs]
