"""Work spread over processes, each of which opens its tools once."""

from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, wait
from concurrent.futures.process import BrokenProcessPool
from itertools import islice
from typing import Any, TypeVar

from enface.errors import WorkerError

Item = TypeVar("Item")
Result = TypeVar("Result")

WAITING_PER_WORKER = 4
"""Items handed out ahead of their worker, so that a million items do not become a million futures."""


def map_in_processes(
    opened: Callable[..., Callable[[Item], Result]],
    arguments: tuple[Any, ...],
    items: Iterable[Item],
    *,
    workers: int,
) -> Iterator[Result]:
    """Results as they come, in any order; leaving the iterator early ends the processes.

    The executor is loky's: that of the standard library (3.11) can wait for ever when a worker is killed
    while another is being started.

    Args:
        opened: Makes a process's tool; called once in each process. A function that can be imported.
        arguments: Of `opened`.
        items: One call of the tool each.
        workers: Processes.

    Raises:
        WorkerError: A process was killed.
        Exception: What `opened` or the tool raised.
    """
    from loky import ProcessPoolExecutor

    pool = ProcessPoolExecutor(workers, initializer=_open, initargs=(opened, arguments))
    left, finished = iter(items), False
    try:
        flying: set[Future[Result]] = {
            pool.submit(_work, item) for item in islice(left, WAITING_PER_WORKER * workers)
        }
        while flying:
            done, flying = wait(flying, return_when=FIRST_COMPLETED)
            for future in done:
                flying.update(pool.submit(_work, item) for item in islice(left, 1))
                yield future.result()
        finished = True
    except BrokenProcessPool as error:
        raise WorkerError(
            "a worker was killed, perhaps for lack of memory; the same command, with fewer --workers, goes on"
        ) from error
    finally:
        pool.shutdown(wait=True, kill_workers=not finished)


_tool: Callable[[Any], Any] | None = None
"""The worker process's own; set once by `_open`."""


def _open(opened: Callable[..., Callable[[Any], Any]], arguments: tuple[Any, ...]) -> None:
    global _tool
    _tool = opened(*arguments)


def _work(item: Any) -> Any:
    assert _tool is not None, "the executor's initializer opens it"
    return _tool(item)
