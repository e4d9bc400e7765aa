"""`enface fetch ict-facekit`: from an archive or a checkout, verified by the arrays that come out."""

import gzip
import zipfile
from dataclasses import replace
from functools import partial
from pathlib import Path

import numpy as np
import pytest

from enface.cli.main import main
from enface.errors import ResourceError
from enface.rendering.asset.archive import build_from_archive
from enface.rendering.asset.store import find_asset, load_asset
from enface.rendering.errors import RenderingError
from enface.resources import CATALOG, ResourceFile, download, fetch, mirror, status
from enface.resources.digest import digest_of_npz

SMILE = {"mouthSmile": ("mouthSmile_L", "mouthSmile_R")}
BUILD = partial(build_from_archive, modes=2, expressions=SMILE)


@pytest.fixture(scope="module")
def archive(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The original sample files as GitHub packs them."""
    pytest.importorskip("numba", reason="needs the `render` extra")
    sample = (mirror() or Path()) / "assets/ict_facekit/upstream_sample/FaceXModel"
    if not sample.is_dir():
        pytest.skip("needs the upstream sample files in the mirror folder")
    path = tmp_path_factory.mktemp("archive") / "ICT-FaceKit.zip"
    with zipfile.ZipFile(path, "w") as packed:
        for file in sample.iterdir():
            content = gzip.decompress(file.read_bytes()) if file.suffix == ".gz" else file.read_bytes()
            packed.writestr(f"ICT-FaceKit-da5f95a/FaceXModel/{file.name.removesuffix('.gz')}", content)
    return path


@pytest.fixture
def sampled(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> ResourceFile:
    """The catalog asks for the official first two modes and the smile; an empty home, no mirror."""
    official = np.load(find_asset())
    smile = list(official["en"]).index("mouthSmile")
    part = {key: official[key] for key in official.files}
    part |= {"Iq": part["Iq"][:2], "Is": part["Is"][:2]}
    part |= {"Eq": part["Eq"][[smile]], "Es": part["Es"][[smile]], "en": np.array(["mouthSmile"])}
    np.savez(tmp_path / "part.npz", **part)
    entry = CATALOG["ict-facekit"]
    file = replace(entry.files[0], sha256=digest_of_npz(tmp_path / "part.npz", entry.files[0].arrays))
    monkeypatch.setitem(CATALOG, "ict-facekit", replace(entry, files=(file,)))
    monkeypatch.setenv("ENFACE_HOME", str(tmp_path / "home"))
    monkeypatch.delenv("ENFACE_MIRROR")
    return file


def _answer(monkeypatch: pytest.MonkeyPatch, archive: Path) -> None:
    def copied(name: str, url: str, temporary: Path, *, progress: bool) -> None:
        assert url == CATALOG["ict-facekit"].files[0].url
        temporary.write_bytes(archive.read_bytes())

    monkeypatch.setattr(download, "_download", copied)


@pytest.mark.resources
def test_the_archive_becomes_the_asset(
    archive: Path, sampled: ResourceFile, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _answer(monkeypatch, archive)
    (path,) = fetch("ict-facekit", progress=False, build=BUILD)
    assert path == find_asset() and status("ict-facekit").state == "present"
    assert len(load_asset(path).identity_modes) == 2
    assert [file.name for file in path.parent.iterdir()] == ["asset.npz"], "the archive is not kept"


@pytest.mark.resources
def test_a_checkout_serves_as_well(archive: Path, sampled: ResourceFile, tmp_path: Path) -> None:
    with zipfile.ZipFile(archive) as packed:
        packed.extractall(tmp_path / "checkout")
    for source in (tmp_path / "checkout/ICT-FaceKit-da5f95a", archive):
        (path,) = fetch("ict-facekit", progress=False, build=BUILD, archive=source)
        assert path.is_file()
        path.unlink()


@pytest.mark.resources
def test_another_shape_is_refused(
    archive: Path, sampled: ResourceFile, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    changed = tmp_path / "changed.zip"
    with zipfile.ZipFile(archive) as old, zipfile.ZipFile(changed, "w") as new:
        for name in old.namelist():
            content = old.read(name)
            if name.endswith("identity001.obj"):
                first = content.index(b"v ")
                content = content[:first] + b"v 0 0 0" + content[content.index(b"\n", first) :]
            new.writestr(name, content)
    _answer(monkeypatch, changed)
    with pytest.raises(ResourceError, match="not the expected file: arrays of SHA-256"):
        fetch("ict-facekit", progress=False, build=BUILD)
    assert not list((tmp_path / "home").rglob("*.*")), "nothing is stored"


def test_other_archives_are_named(tmp_path: Path) -> None:
    pytest.importorskip("numba", reason="needs the `render` extra")
    (tmp_path / "text.zip").write_text("no archive")
    with pytest.raises(RenderingError, match=r"text\.zip is no zip archive of ICT-FaceKit"):
        build_from_archive(tmp_path / "text.zip", tmp_path / "asset.npz")
    with zipfile.ZipFile(tmp_path / "other.zip", "w") as packed:
        packed.writestr("other/readme.txt", "text")
    with pytest.raises(RenderingError, match=r"other\.zip has no folder FaceXModel"):
        build_from_archive(tmp_path / "other.zip", tmp_path / "asset.npz")
    with zipfile.ZipFile(tmp_path / "empty.zip", "w") as packed:
        packed.writestr("top/FaceXModel/readme.txt", "text")
    with pytest.raises(RenderingError, match=r"cannot read .*generic_neutral_mesh\.obj"):
        build_from_archive(tmp_path / "empty.zip", tmp_path / "asset.npz")


@pytest.mark.resources
def test_the_mirror_is_copied_and_verified(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    if mirror() is None or not (mirror() / CATALOG["ict-facekit"].files[0].mirror_path).is_file():  # type: ignore[operator]
        pytest.skip("needs the asset in the mirror folder")
    monkeypatch.setenv("ENFACE_HOME", str(tmp_path))
    assert main(["fetch", "ict-facekit"]) == 0
    assert "MIT" in capsys.readouterr().out
    assert find_asset() == tmp_path / "ict-facekit/asset.npz"
    assert "Permission is hereby granted" in (tmp_path / "ict-facekit/LICENSE").read_text()
    assert status("ict-facekit").state == "present"


def test_archive_is_for_the_head_alone(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["fetch", "yunet", "--archive", str(tmp_path)]) == 2
    assert "ict-facekit` alone" in capsys.readouterr().err
    assert main(["render", "--build-asset", str(tmp_path)]) == 2
    assert "--asset FILE" in capsys.readouterr().err
