"""A home of its own for every test, and one resource that a local server offers."""

import hashlib
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from enface.resources import CATALOG, Resource, ResourceFile

from .server import CONTENT, running

Offer = Callable[[str], Resource]


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty `ENFACE_HOME`; no mirror, no proxy."""
    monkeypatch.setenv("ENFACE_HOME", str(tmp_path / "home"))
    monkeypatch.delenv("ENFACE_MIRROR", raising=False)
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    return tmp_path / "home"


@pytest.fixture
def offer(monkeypatch: pytest.MonkeyPatch) -> Offer:
    """Puts a resource "thing" with one file at the given address into the catalog."""

    def add(url: str) -> Resource:
        file = ResourceFile(
            key="bin",
            path_in_home="thing/thing.bin",
            url=url,
            mirror_path="things/thing.bin",
            sha256=hashlib.sha256(CONTENT).hexdigest(),
            size=len(CONTENT),
        )
        entry = Resource("thing", (file,), "MIT", "nobody", "a thing", "things to be done")
        monkeypatch.setitem(CATALOG, "thing", entry)
        return entry

    return add


@pytest.fixture
def server() -> Iterator[tuple[str, list[str]]]:
    """Address of a local server, and the paths that were asked for."""
    with running() as started:
        yield started
