"""Work in processes: every item once, and an end whatever happens to a worker."""

import os
import signal
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path

import pytest

from enface.errors import WorkerError
from enface.workers import map_in_processes


def _squares(log: Path) -> Callable[[int], int]:
    with log.open("a") as stream:
        stream.write("opened\n")
    return partial(pow, exp=2)


def _dies_while_opened() -> Callable[[int], int]:
    os.kill(os.getpid(), signal.SIGKILL)
    return abs


def _die_at(last: int, item: int) -> int:
    if item == last:
        os.kill(os.getpid(), signal.SIGKILL)
    return item


def _dies_at(last: int) -> Callable[[int], int]:
    return partial(_die_at, last)


def _one_dies_while_the_other_starts(flag: Path) -> Callable[[int], int]:
    try:
        flag.touch(exist_ok=False)
    except FileExistsError:
        return abs
    os.kill(os.getpid(), signal.SIGKILL)
    return abs


def _refuse(item: int) -> int:
    raise ValueError(f"no {item}")


def _refuses() -> Callable[[int], int]:
    return _refuse


def _naps() -> Callable[[float], None]:
    return time.sleep


def test_every_item_is_done_once_by_tools_opened_once_a_process(tmp_path: Path) -> None:
    log = tmp_path / "log"
    results = list(map_in_processes(_squares, (log,), range(50), workers=2))
    assert sorted(results) == [number**2 for number in range(50)]
    assert 1 <= len(log.read_text().splitlines()) <= 2


@pytest.mark.timeout(60)
@pytest.mark.parametrize("last", [0, 1, 7, 19])
def test_a_killed_worker_is_an_error_and_never_a_wait(last: int) -> None:
    with pytest.raises(WorkerError, match=r"a worker was killed.*the same command, with fewer --workers"):
        list(map_in_processes(_dies_at, (last,), range(20), workers=2))


@pytest.mark.timeout(60)
def test_workers_killed_before_they_work_are_an_error_too(tmp_path: Path) -> None:
    with pytest.raises(WorkerError):
        list(map_in_processes(_dies_while_opened, (), range(3), workers=2))
    with pytest.raises(WorkerError):
        list(map_in_processes(_one_dies_while_the_other_starts, (tmp_path / "flag",), range(99), workers=3))


def test_what_the_tool_raises_arrives() -> None:
    with pytest.raises(ValueError, match=r"no \d"):
        list(map_in_processes(_refuses, (), range(3), workers=2))


@pytest.mark.timeout(60)
def test_leaving_early_ends_the_work() -> None:
    results = map_in_processes(_naps, (), [0.0, 50.0, 50.0, 50.0], workers=2)
    start = time.monotonic()
    next(results)
    results.close()  # type: ignore[attr-defined]
    assert time.monotonic() - start < 30
