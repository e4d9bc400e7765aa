"""Entries are complete; lookups, folders and the inventory tell the truth."""

import re
import subprocess
import sys
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from enface.errors import ResourceError
from enface.resources import (
    CATALOG,
    fetch,
    home,
    inventory,
    locate,
    mirror,
    present,
    resource,
    shipped,
    status,
)

from .conftest import Offer


@pytest.mark.parametrize("name", CATALOG)
def test_entries_are_complete(name: str) -> None:
    entry = CATALOG[name]
    assert entry.name == name
    assert entry.licence in {"MIT", "Apache-2.0"}
    assert entry.licence_note and entry.summary and entry.enables
    assert len({file.key for file in entry.files}) == len(entry.files) > 0
    for file in entry.files:
        assert re.fullmatch(r"[0-9a-f]{64}", file.sha256)
        assert file.size > 0
        assert file.path_in_home.startswith(f"{name}/")
        address = urlsplit(file.url)
        assert address.scheme == "https"
        assert address.hostname in {
            "storage.openvinotoolkit.org",
            "media.githubusercontent.com",
            "raw.githubusercontent.com",
            "codeload.github.com",
        }
        if "github" in address.hostname:
            assert re.search(r"/[0-9a-f]{40}(/|$)", address.path), "the address must name a commit"
        if not file.arrays:
            names = {
                address.path.rsplit("/", 1)[1],
                Path(file.path_in_home).name,
                Path(file.mirror_path).name,
            }
            assert len(names) == 1


def test_no_two_files_share_a_place() -> None:
    files = [file for entry in CATALOG.values() for file in entry.files]
    assert len({file.path_in_home for file in files}) == len(files)
    assert len({file.sha256 for file in files}) == len(files)


@pytest.mark.parametrize("function", [resource, locate, present, fetch, status])
def test_unknown_names_get_a_suggestion(function) -> None:  # type: ignore[no-untyped-def]
    with pytest.raises(ResourceError, match=r"unknown resource 'yunett'.*'yunet'.*mobilefacenet"):
        function("yunett")


def test_missing_names_the_command_and_the_use(offer: Offer) -> None:
    offer("http://127.0.0.1:9/")
    with pytest.raises(ResourceError, match=r"missing; run `enface fetch thing`, .*things to be done"):
        locate("thing")


def test_inventory_of_an_empty_home() -> None:
    states = inventory()
    assert [entry.resource.name for entry in states] == list(CATALOG)
    assert {entry.state for entry in states} == {"missing"}


def test_part_of_a_resource_is_not_the_resource(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import hashlib
    from dataclasses import replace

    content = b"<xml/>"
    entry = CATALOG["reid0095"]
    xml = replace(entry.files[0], sha256=hashlib.sha256(content).hexdigest(), size=len(content))
    monkeypatch.setitem(CATALOG, "reid0095", replace(entry, files=(xml, entry.files[1])))
    (home / xml.path_in_home).parent.mkdir(parents=True)
    (home / xml.path_in_home).write_bytes(content)
    assert [file.state for file in status("reid0095").files] == ["present", "missing"]
    assert not present("reid0095")


def test_a_folder_in_the_place_of_a_file_is_broken(offer: Offer, home: Path) -> None:
    offer("http://127.0.0.1:9/")
    (home / "thing/thing.bin").mkdir(parents=True)
    assert status("thing").state == "broken"


def test_folders_follow_the_environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("ENFACE_HOME", str(tmp_path / "x"))
    assert home() == tmp_path / "x"
    assert mirror() is None
    monkeypatch.setenv("ENFACE_MIRROR", str(tmp_path))
    assert mirror() == tmp_path
    monkeypatch.delenv("ENFACE_HOME")
    assert home().name == "enface"


def test_shipped_files_stay_inside_the_package() -> None:
    for name in ("none.bin", "../errors.py"):
        with pytest.raises(ResourceError, match="reinstall"):
            shipped(name)


def test_no_heavy_import() -> None:
    code = (
        "import sys, enface.resources; "
        "print(sorted({'torch', 'numpy', 'PIL', 'requests', 'pooch'} & set(sys.modules)))"
    )
    package = str(Path(sys.modules["enface"].__file__ or "").parents[1])
    result = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, env={"PYTHONPATH": package}
    )
    assert result.stdout.strip() == "[]"
