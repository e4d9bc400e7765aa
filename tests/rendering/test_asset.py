"""Building the asset from ICT-FaceKit's own files, storing it, and finding it."""

from pathlib import Path

import numpy as np
import pytest

from enface.rendering.asset import FaceAsset, load_asset, save_asset
from enface.rendering.asset.build import build_asset
from enface.rendering.asset.obj import read_mesh
from enface.rendering.asset.store import find_asset
from enface.rendering.errors import RenderingError
from enface.resources import mirror

SMILE = {"mouthSmile": ("mouthSmile_L", "mouthSmile_R")}


@pytest.fixture(scope="module")
def built(asset: FaceAsset) -> FaceAsset:
    sample = (mirror() or Path()) / "assets/ict_facekit/upstream_sample/FaceXModel"
    if not sample.is_dir():
        pytest.skip("needs the upstream sample files in the mirror folder")
    return build_asset(sample, modes=2, expressions=SMILE)


@pytest.mark.resources
def test_the_builder_makes_the_asset_that_is_used(built: FaceAsset, asset: FaceAsset) -> None:
    assert np.array_equal(built.neutral, asset.neutral)
    assert np.array_equal(built.triangles, asset.triangles)
    assert np.array_equal(built.materials, asset.materials)
    assert np.array_equal(built.landmarks, asset.landmarks)
    # The stored modes are 8-bit: half a step is 0.0053 cm for the first.
    assert np.abs(built.identity_modes - asset.identity_modes[:2]).max() < 0.006
    assert np.abs(built.expressions["mouthSmile"] - asset.expressions["mouthSmile"]).max() < 0.006


@pytest.mark.resources
def test_storing_keeps_the_asset(built: FaceAsset, tmp_path: Path) -> None:
    path = tmp_path / "asset.npz"
    save_asset(path, built)
    again = load_asset(path)
    assert np.array_equal(again.triangles, built.triangles)
    assert np.abs(again.identity_modes - built.identity_modes).max() < 0.006
    assert list(again.expressions) == ["mouthSmile"]
    assert load_asset(path) is again
    stored, official = (np.load(p) for p in (path, find_asset()))
    smile = list(official["en"]).index("mouthSmile")
    for key, used in {
        "Iq": slice(2),
        "Is": slice(2),
        "Eq": [smile],
        "Es": [smile],
        "uv": ...,
        "ao": ...,
    }.items():
        assert np.array_equal(stored[key], official[key][used]), key
    assert "sha256" in again.source and len(load_asset(path, modes=1).identity_modes) == 1


def test_polygons_become_fans(tmp_path: Path) -> None:
    path = tmp_path / "square.obj"
    path.write_text("v 0 0 0\nv 1 0 0\nv 1 1 0\nv 0 1 0\nvt 0 0\nvt 1 1\nusemtl skin\nf 1/1 2/2 3/2 4/1\n")
    mesh = read_mesh(tmp_path, path.name)
    assert mesh.triangles.tolist() == [[0, 1, 2], [0, 2, 3]]
    assert mesh.texture_triangles.tolist() == [[0, 1, 1], [0, 1, 0]]
    assert mesh.materials == ("skin", "skin")


def test_what_is_missing_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ENFACE_HOME", str(tmp_path))
    monkeypatch.delenv("ENFACE_MIRROR", raising=False)
    with pytest.raises(RenderingError, match=r"enface fetch ict-facekit"):
        find_asset()
    with pytest.raises(RenderingError, match="no face asset"):
        load_asset(tmp_path / "none.npz")
    broken = tmp_path / "broken.npz"
    broken.write_bytes(b"PK not an archive")
    with pytest.raises(RenderingError, match="not a face asset"):
        load_asset(broken)
    with pytest.raises(RenderingError, match="cannot read"):
        build_asset(tmp_path)
