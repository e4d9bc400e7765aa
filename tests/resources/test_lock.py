"""One process at a time, whatever happens to the one before."""

import errno
import sys
from pathlib import Path

import pytest

from enface.resources import lock
from enface.resources.lock import locked

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="nothing is locked on Windows")


def assert_locked(file: Path) -> None:
    with pytest.raises(BlockingIOError), locked(file):
        pass


def test_it_is_held_by_one_and_removed(tmp_path: Path) -> None:
    file = tmp_path / ".lock"
    for _ in range(2):
        with locked(file):
            assert_locked(file)
            assert_locked(file)
        assert not file.exists()


def test_an_error_frees_it(tmp_path: Path) -> None:
    with pytest.raises(RuntimeError), locked(tmp_path / ".lock"):
        raise RuntimeError
    with locked(tmp_path / ".lock"):
        pass


def test_what_a_killed_process_left_hinders_nobody(tmp_path: Path) -> None:
    (tmp_path / ".lock").touch()
    with locked(tmp_path / ".lock"):
        assert_locked(tmp_path / ".lock")
    assert not list(tmp_path.iterdir())


def test_a_file_that_its_holder_removes_meanwhile_is_worth_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / ".lock"
    flock, removed = lock.fcntl.flock, []

    def late(descriptor: int, how: int) -> None:
        if not removed:
            file.unlink()
            removed.append(file)
        flock(descriptor, how)

    monkeypatch.setattr(lock.fcntl, "flock", late)
    with locked(file):
        assert_locked(file)


def test_file_systems_without_locks(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def unknown(*_: object) -> None:
        raise OSError(errno.ENOLCK, "No locks available")

    monkeypatch.setattr(lock.fcntl, "flock", unknown)
    with locked(tmp_path / ".lock"):
        pass
    assert not list(tmp_path.iterdir())


def test_a_folder_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError), locked(tmp_path / "none" / ".lock"):
        pass
