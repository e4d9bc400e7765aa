"""What arrives is right and whole, or nothing arrives and the message says why."""

import errno
import hashlib
import json
import os
import shutil
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from enface.errors import ResourceError
from enface.resources import fetch, locate, present, status

from .conftest import Offer
from .server import CONTENT

Server = tuple[str, list[str]]


def files_below(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file()]


def test_download_then_nothing_more_to_do(offer: Offer, server: Server, home: Path) -> None:
    address, seen = server
    offer(f"{address}/good")
    assert not present("thing")
    assert fetch("thing", progress=False) == [home / "thing/thing.bin"]
    assert locate("thing") == {"bin": home / "thing/thing.bin"}
    assert (home / "thing/thing.bin").read_bytes() == CONTENT
    assert files_below(home) == [home / "thing/thing.bin"]
    fetch("thing", progress=False)
    assert seen == ["/good"]


def test_progress_bar_goes_to_standard_error(
    offer: Offer, server: Server, capsys: pytest.CaptureFixture[str]
) -> None:
    offer(f"{server[0]}/good")
    fetch("thing")
    printed = capsys.readouterr()
    assert printed.out == ""
    assert "100%" in printed.err


def test_redirect_is_followed(offer: Offer, server: Server) -> None:
    address, seen = server
    offer(f"{address}/moved")
    fetch("thing", progress=False)
    assert seen == ["/moved", "/good"]
    assert present("thing")


@pytest.mark.parametrize(
    ("path", "message"),
    [
        ("half", "failed"),
        ("wrong", "SHA-256"),
        ("empty", "0 bytes instead of"),
        ("missing", "404"),
        ("loop", "redirect"),
    ],
)
def test_bad_answers_leave_nothing(offer: Offer, server: Server, home: Path, path: str, message: str) -> None:
    offer(f"{server[0]}/{path}")
    with pytest.raises(ResourceError, match=message) as caught:
        fetch("thing", progress=False)
    assert "thing" in str(caught.value)
    assert files_below(home) == []
    assert not present("thing")


def test_a_bad_download_keeps_nothing_but_a_later_one_succeeds(offer: Offer, server: Server) -> None:
    offer(f"{server[0]}/half")
    with pytest.raises(ResourceError):
        fetch("thing", progress=False)
    offer(f"{server[0]}/good")
    fetch("thing", progress=False)
    assert present("thing")


@pytest.mark.parametrize("content", [b"short", CONTENT[::-1]])
def test_a_broken_file_is_named_and_replaced(
    offer: Offer, server: Server, home: Path, content: bytes
) -> None:
    offer(f"{server[0]}/good")
    (home / "thing").mkdir(parents=True)
    (home / "thing/thing.bin").write_bytes(content)
    assert status("thing").state == "broken"
    with pytest.raises(ResourceError, match=r"broken .*enface fetch thing"):
        locate("thing")
    fetch("thing", progress=False)
    assert locate("thing")["bin"].read_bytes() == CONTENT


def test_no_network(offer: Offer, home: Path) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    offer(f"http://127.0.0.1:{port}/good")
    with pytest.raises(ResourceError, match=r"check the connection.*ENFACE_MIRROR"):
        fetch("thing", progress=False)
    assert files_below(home) == []


def test_a_server_that_falls_silent(offer: Offer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("enface.resources.download.TIMEOUT", 0.2)
    with socket.socket() as silent:
        silent.bind(("127.0.0.1", 0))
        silent.listen()
        offer(f"http://127.0.0.1:{silent.getsockname()[1]}/good")
        with pytest.raises(ResourceError, match=r"imed out|Timeout"):
            fetch("thing", progress=False)


def test_home_below_a_file_cannot_be_written(offer: Offer, server: Server, home: Path) -> None:
    home.write_text("a file where the folder should be")
    offer(f"{server[0]}/good")
    with pytest.raises(ResourceError, match=r"cannot write .*ENFACE_HOME"):
        fetch("thing", progress=False)


def test_full_disk(
    offer: Offer, server: Server, home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    offer(f"{server[0]}/good")
    (tmp_path / "mirror/things").mkdir(parents=True)
    (tmp_path / "mirror/things/thing.bin").write_bytes(CONTENT)
    monkeypatch.setenv("ENFACE_MIRROR", str(tmp_path / "mirror"))

    def full(source: Path, target: Path) -> None:
        Path(target).write_bytes(b"half")
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(shutil, "copyfile", full)
    with pytest.raises(ResourceError, match="No space left"):
        fetch("thing", progress=False)
    assert files_below(home) == []


def test_mirror_stands_in_for_the_network_and_is_verified(
    offer: Offer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    offer("http://127.0.0.1:9/never-asked")
    source = tmp_path / "mirror/things/thing.bin"
    monkeypatch.setenv("ENFACE_MIRROR", str(tmp_path / "mirror"))
    with pytest.raises(ResourceError, match=r"the mirror has no file .*thing\.bin"):
        fetch("thing", progress=False)
    source.parent.mkdir(parents=True)
    source.write_bytes(CONTENT[::-1])
    with pytest.raises(ResourceError, match="SHA-256"):
        fetch("thing", progress=False)
    source.write_bytes(CONTENT)
    fetch("thing", progress=False)
    assert locate("thing")["bin"].read_bytes() == CONTENT


PROCESS = """
import json, sys
from enface.resources import CATALOG, Resource, ResourceFile, fetch
entry = json.loads(sys.argv[1])
CATALOG["thing"] = Resource("thing", (ResourceFile(**entry),), "MIT", "", "", "")
sys.stdin.readline()
fetch("thing", progress=False)
"""


def test_two_processes_at_once(offer: Offer, server: Server, home: Path) -> None:
    file = offer(f"{server[0]}/good").files[0]
    package = str(Path(sys.modules["enface"].__file__ or "").parents[1])
    processes = [
        subprocess.Popen(
            [sys.executable, "-c", PROCESS, json.dumps(vars(file))],
            stdin=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            env={**os.environ, "PYTHONPATH": package},
        )
        for _ in range(2)
    ]
    for process in processes:
        assert process.stdin is not None
        process.stdin.write("go\n")
        process.stdin.flush()
    for process in processes:
        _, errors = process.communicate(timeout=60)
        assert process.returncode == 0, errors
    assert hashlib.sha256((home / "thing/thing.bin").read_bytes()).hexdigest() == file.sha256
    assert files_below(home) == [home / "thing/thing.bin"]
