"""A file is whole or absent, also when the process is killed."""

import os
import signal
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from enface.resources import atomic_write, remove_leftovers


def test_the_target_appears_at_the_end(tmp_path: Path) -> None:
    target = tmp_path / "a.png"
    with atomic_write(target) as temporary:
        assert temporary.parent == tmp_path and temporary.suffix == ".png"
        temporary.write_bytes(b"new")
        assert not target.exists()
    assert target.read_bytes() == b"new"
    assert list(tmp_path.iterdir()) == [target]


def test_an_old_file_is_replaced_and_permissions_are_usual(tmp_path: Path) -> None:
    target, other = tmp_path / "a", tmp_path / "b"
    target.write_bytes(b"old")
    other.write_bytes(b"")
    with atomic_write(str(target)) as temporary:
        temporary.write_bytes(b"new")
        assert target.read_bytes() == b"old"
    assert target.read_bytes() == b"new"
    assert target.stat().st_mode == other.stat().st_mode


@pytest.mark.parametrize("error", [ValueError, KeyboardInterrupt, SystemExit])
def test_failure_changes_nothing(tmp_path: Path, error: type[BaseException]) -> None:
    target = tmp_path / "a"
    target.write_bytes(b"old")
    with pytest.raises(error), atomic_write(target) as temporary:
        temporary.write_bytes(b"half")
        raise error
    assert target.read_bytes() == b"old"
    assert list(tmp_path.iterdir()) == [target]


def test_a_block_that_writes_nothing_fails(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError), atomic_write(tmp_path / "a"):
        pass
    assert list(tmp_path.iterdir()) == []


def test_a_missing_folder_fails(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError), atomic_write(tmp_path / "none/a") as temporary:
        temporary.write_bytes(b"new")


KILLED = """
import sys, time
from pathlib import Path
from enface.resources.atomic import atomic_write
with atomic_write(Path(sys.argv[1])) as temporary:
    temporary.write_bytes(b"half")
    print("ready", flush=True)
    time.sleep(60)
"""


def test_a_killed_process_leaves_no_target_and_its_leftover_is_removed(tmp_path: Path) -> None:
    package = str(Path(sys.modules["enface"].__file__ or "").parents[1])
    command = [sys.executable, "-c", KILLED, str(tmp_path / "a.bin")]
    environment = {**os.environ, "PYTHONPATH": package}
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environment) as process:
        assert process.stdout is not None and process.stdout.readline() == "ready\n"
        assert remove_leftovers(tmp_path) == []  # its process still runs
        (leftover,) = tmp_path.iterdir()
        process.send_signal(signal.SIGKILL)
        process.wait()
    assert leftover.exists() and leftover.name != "a.bin"
    assert remove_leftovers(tmp_path) == [leftover]
    assert list(tmp_path.iterdir()) == []


def test_leftovers_of_other_machines_and_other_files_stay(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(socket, "gethostname", lambda: "elsewhere")
    with pytest.raises(RuntimeError), atomic_write(tmp_path / "a") as temporary:
        name = temporary.name
        raise RuntimeError
    monkeypatch.undo()
    for kept in (name.replace(str(os.getpid()), "99999999"), "a.png", ".enface-part"):
        (tmp_path / kept).write_bytes(b"")
    assert remove_leftovers(tmp_path) == []
    assert len(list(tmp_path.iterdir())) == 3
    assert remove_leftovers(tmp_path / "none") == []
