"""`enface fetch` and `enface doctor` on an empty home, against a mirror."""

import hashlib
import importlib.metadata
import json
from pathlib import Path

import pytest

from enface.cli import doctor
from enface.cli.main import main
from enface.resources import CATALOG, Resource, ResourceFile

CONTENT = b"weights"


@pytest.fixture(autouse=True)
def catalog(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Two small resources, of which the mirror has the first; returns the home."""
    entries = {}
    for name in ("here", "gone"):
        file = ResourceFile(
            key="bin",
            path_in_home=f"{name}/{name}.bin",
            url=f"http://127.0.0.1:9/{name}.bin",
            mirror_path=f"{name}.bin",
            sha256=hashlib.sha256(CONTENT).hexdigest(),
            size=len(CONTENT),
        )
        entries[name] = Resource(name, (file,), "MIT", "nobody", f"{name} summary", f"{name} use")
    for name in list(CATALOG):
        monkeypatch.delitem(CATALOG, name)
    for name, entry in entries.items():
        monkeypatch.setitem(CATALOG, name, entry)
    (tmp_path / "mirror").mkdir()
    (tmp_path / "mirror/here.bin").write_bytes(CONTENT)
    monkeypatch.setenv("ENFACE_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("ENFACE_MIRROR", str(tmp_path / "mirror"))
    return tmp_path / "home"


def test_fetch_names_licence_and_place(catalog: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["fetch", "here"]) == 0
    printed = capsys.readouterr().out
    assert "MIT" in printed and str(catalog / "here/here.bin") in printed
    assert (catalog / "here/here.bin").read_bytes() == CONTENT


def test_one_failure_does_not_keep_the_others_away(catalog: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["fetch", "gone", "here"]) == 1
    assert "gone.bin" in capsys.readouterr().err
    assert (catalog / "here/here.bin").exists()
    assert main(["fetch", "--all"]) == 1


def test_list_fetches_nothing(catalog: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["fetch", "--list"]) == 0
    printed = capsys.readouterr().out
    assert "here summary" in printed and "gone use" in printed and "missing" in printed
    assert not catalog.exists()


@pytest.mark.parametrize("arguments", [[], ["--all", "here"], ["hree"]])
def test_unusable_arguments(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["fetch", *arguments]) == 2
    assert "here" in capsys.readouterr().err


def test_doctor_says_what_missing_pieces_would_enable(capsys: pytest.CaptureFixture[str]) -> None:
    main(["fetch", "here"])
    capsys.readouterr()
    assert main(["doctor"]) == 0
    printed = capsys.readouterr().out
    assert "`enface fetch gone` would enable gone use" in printed
    assert "`enface fetch here`" not in printed


def test_doctor_json(catalog: Path, capsys: pytest.CaptureFixture[str]) -> None:
    main(["fetch", "here"])
    capsys.readouterr()
    assert main(["doctor", "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert {entry["name"]: entry["state"] for entry in found["resources"]} == {
        "here": "present",
        "gone": "missing",
    }
    assert found["home"] == str(catalog)
    assert found["torch"]["devices"][0] == "cpu" and found["torch"]["threads"] >= 1
    assert found["packages"]["numpy"] == importlib.metadata.version("numpy")


def test_doctor_finds_broken_files(catalog: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (catalog / "here").mkdir(parents=True)
    (catalog / "here/here.bin").write_bytes(b"WEIGHTS")
    assert main(["doctor"]) == 1
    printed = capsys.readouterr().out
    assert "broken" in printed and "SHA-256" in printed


def test_doctor_names_absent_packages(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(doctor, "EXTRAS", {"no-such-extra": "the impossible"})
    assert main(["doctor"]) == 0
    printed = capsys.readouterr().out
    assert "pip install enface[no-such-extra]" in printed and "would enable the impossible" in printed
    monkeypatch.setattr(doctor, "PACKAGES", ("numpy", "no-such-package"))
    assert main(["doctor"]) == 1
    assert "missing packages: no-such-package" in capsys.readouterr().out
