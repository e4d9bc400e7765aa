"""Warp models: what is published is what is loaded, and where pixels come from."""

import shutil
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch

from enface.errors import CheckpointError, ConfigError
from enface.models.library import is_shipped, load_turner, model_card
from enface.models.warp.confidence import Confidence, signals
from enface.models.warp.evidence import COLOURS, Evidence, evidence_of, evidence_pictures
from enface.models.warp.folder import CONFIG, WEIGHTS, WarpConfig, is_warp, load_warp, save_warp
from enface.models.warp.model import WarpModel, WarpResult
from enface.models.warp.turner import SIDES, WarpTurner
from enface.networks.warp import WarpNetwork
from enface.networks.warp.finisher import Finisher

CONFIDENCE = Confidence(judge="reid0095", offset=0.9, spread=-0.1, invented=-0.5, mirrored=-0.2)
SETTINGS = WarpConfig(
    name="test", size=64, components=4, guides=("rendered_a",), seeds=(1,), confidence=CONFIDENCE
)


@pytest.fixture(scope="module")
def model() -> WarpModel:
    torch.manual_seed(0)
    field = WarpNetwork(size=64, components=4)
    torch.nn.init.normal_(field.basis, std=0.01)
    return WarpModel(field, Finisher()).eval()


@pytest.fixture(scope="module")
def folder(model: WarpModel, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("warp") / "model"
    save_warp(folder, model, config=SETTINGS, card="# Untrained\n")
    return folder


def frames(count: int, side: int) -> np.ndarray:
    return np.random.default_rng(0).integers(0, 256, (count, side, side, 3), dtype=np.uint8)


def test_a_saved_model_does_the_same(model: WarpModel, folder: Path) -> None:
    loaded = load_warp(folder)
    assert loaded.config == SETTINGS and is_warp(folder)
    pictures = torch.rand(2, 3, 125, 125) * 2 - 1
    with torch.inference_mode():
        before, after = model(pictures), loaded.model(pictures)
    assert before.face.shape == (2, 3, 125, 125)
    assert (before.face - after.face).abs().mean() < 0.02  # half precision on the disk


def test_mirroring_the_picture_mirrors_the_face(model: WarpModel) -> None:
    pictures = torch.nn.functional.avg_pool2d(torch.rand(1, 3, 250, 250) * 2 - 1, 9, 1, 4)
    with torch.inference_mode():
        straight, mirrored = model.look(pictures, neutral=False), model.look(pictures.flip(3), neutral=False)
    torch.testing.assert_close(mirrored.classes, straight.classes.flip(3), rtol=1e-3, atol=1e-3)
    torch.testing.assert_close(mirrored.spread, straight.spread, rtol=1e-3, atol=1e-3)


def planted(head: float, seen: float, mirrored: float) -> WarpResult:
    """The same shares everywhere, and a head in the image's left half only."""
    layer = torch.ones(1, 1, 128, 128)
    there = layer.clone()
    there[..., 64:] = 0.0
    return WarpResult(
        face=torch.zeros(1, 3, 250, 250),
        head=there * head,
        seen=layer * seen,
        mirrored=layer * mirrored,
        invented=layer * (1 - seen - mirrored),
        spread=torch.tensor([2.0]),
    )


def test_evidence_counts_the_head_alone() -> None:
    (evidence,) = evidence_of(planted(1.0, 0.5, 0.2))
    np.testing.assert_allclose(
        [evidence.seen, evidence.mirrored, evidence.invented], [0.5, 0.2, 0.3], atol=1e-5
    )


def test_the_evidence_picture_is_green_where_seen() -> None:
    (picture,) = evidence_pictures(planted(1.0, 1.0, 0.0))
    assert picture.shape == (224, 224, 3)
    left = picture[100, 40].astype(float)
    assert left.argmax() == 1 == np.argmax(COLOURS["seen"])
    assert len(set(picture[100, 200].tolist())) == 1  # outside of the head: grey


@pytest.mark.parametrize("side", SIDES)
def test_the_evidence_picture_lies_on_the_face(side: int) -> None:
    """Where the maps change from seen to mirrored, the face has the column of the same place."""
    frame = round(side * 250 / 224)
    seen = torch.ones(1, 1, 128, 128)
    seen[..., 112:] = 0.0
    result = planted(1.0, 1.0, 0.0)._replace(
        face=torch.zeros(1, 3, frame, frame), head=torch.ones_like(seen), seen=seen, mirrored=1.0 - seen
    )
    (picture,) = evidence_pictures(result)
    assert picture.shape == (side, side, 3)
    red = picture[side // 2, :, 0].astype(float)
    expected = 112 / 128 * frame - (frame - side) / 2
    assert (red < (red[0] + red[-1]) / 2).sum() == pytest.approx(expected, abs=0.51)


def test_confidence_is_linear_and_never_nan() -> None:
    evidence = [Evidence(0.5, 0.2, 0.3)] * 3
    spread = torch.tensor([1.0, float("nan"), float("inf")])
    sure, *lost = CONFIDENCE.of(evidence, spread)
    assert sure == pytest.approx(0.9 - 0.5 * 0.3 - 0.2 * 0.2)
    assert lost == [0.0, 0.0]
    assert signals(evidence[:1], torch.tensor([1.0])).tolist() == [pytest.approx([1.0, 0.0, 0.3, 0.2])]


def test_turning_keeps_the_resolution(folder: Path) -> None:
    turner = WarpTurner.load(folder)
    assert turner.guides == ("rendered_a",)
    assert [turner.crop_side(size) for size in (10, 224, 225, 700, 5000)] == [224, 224, 448, 896, 896]
    for side in SIDES[:2]:
        (face,) = turner.turn(frames(1, round(side * 250 / 224)))
        assert face.frontal.shape == (side, side, 3) and face.frontal.dtype == np.uint8
        assert face.origin is not None and face.origin.picture.shape == (side, side, 3)
        assert 0.0 <= face.origin.confidence <= 1.0


@pytest.mark.parametrize("level", [0, 255])
def test_empty_pictures_give_a_face_and_no_nan(folder: Path, level: int) -> None:
    (face,) = WarpTurner.load(folder, neutral=True).turn(np.full((1, 250, 250, 3), level, np.uint8))
    assert face.origin is not None and np.isfinite(face.origin.confidence)
    shares = face.origin.evidence
    assert shares.seen + shares.mirrored + shares.invented == pytest.approx(1.0, abs=1e-3)


def test_modes_have_their_own_fingerprints(folder: Path) -> None:
    kept, neutral = load_turner(folder), load_turner(folder, neutral=True)
    assert kept.fingerprint != neutral.fingerprint
    assert kept.whole_frame


def test_only_a_folder_with_a_model_takes_the_place_of_a_shipped_one(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    photographs = tmp_path / "photo"
    photographs.mkdir()
    (photographs / "a.jpg").touch()
    assert is_shipped("photo") and load_turner("photo").name.startswith("photo_warp")
    assert model_card("photo").startswith("# ")
    shutil.copytree(folder, photographs / "model")
    assert not is_shipped("photo") and load_turner("photo").name == "test"
    assert model_card("photo") == "# Untrained\n"
    (photographs / "model").rename(photographs / "generator")
    assert not is_shipped("photo")


def test_broken_and_missing_models(folder: Path, tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="photo"):
        load_turner("foto")
    broken = tmp_path / "broken"
    broken.mkdir()
    (broken / CONFIG).write_bytes((folder / CONFIG).read_bytes())
    with pytest.raises(CheckpointError, match="cannot read"):
        load_turner(broken)
    (broken / WEIGHTS).write_bytes(b"nothing")
    with pytest.raises(CheckpointError, match="safetensors"):
        load_turner(broken)
    other = tmp_path / "other"
    wider = WarpModel(WarpNetwork(size=64, components=5), Finisher())
    save_warp(other, wider, config=replace(SETTINGS, components=4), card="")
    with pytest.raises(CheckpointError, match="shape"):
        load_turner(other)


def test_evaluation_turns_the_same_faces_once(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from enface.evaluation.embeddings import EmbeddingCache
    from enface.evaluation.subject import as_subject

    turner = load_turner(folder)
    subject = as_subject(turner)
    given, calls = frames(3, 250), []
    turn = WarpTurner.turn
    monkeypatch.setattr(WarpTurner, "turn", lambda self, batch: calls.append(len(batch)) or turn(self, batch))
    options: dict = {"cache": EmbeddingCache(None), "device": "cpu", "batch_size": 2, "progress": False}
    first = subject.frontalise(given, **options)
    np.testing.assert_array_equal(subject.frontalise(given.copy(), **options), first)
    assert calls == [2, 1]
    assert len(subject.frontalise(given[:2], **options)) == 2
    assert calls == [2, 1, 2]
