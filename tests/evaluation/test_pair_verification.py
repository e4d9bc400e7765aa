"""Pairs of photographs through detection, model and judge, on rendered faces in the layout of LFW."""

import os
import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
import torch
from torch import Tensor

from enface.config.schema import Data, Experiment, Guide
from enface.data.embedded import embedded_manifest
from enface.errors import ConfigError, JudgeError
from enface.evaluation.arms import JudgedFaces
from enface.evaluation.bootstrapping import Bootstrap
from enface.evaluation.pair_arms import judge_pairs
from enface.evaluation.pair_evaluation import PairEvaluation
from enface.evaluation.photographs import cut_faces
from enface.evaluation.protocols import PAIR_PROTOCOLS, FacePair, PairsProtocol
from enface.evaluation.verification import evaluate_pairs
from enface.evaluation.verification_results import load_verification, save_verification, table
from enface.faces.detectors.protocol import Detection, FaceBox
from enface.faces.detectors.registry import make_detector
from enface.images import read_image
from enface.models.folder import LoadedModel
from enface.models.guide import GuideRecord
from enface.recognizers.frozen import FrozenRecognizer
from enface.resources import present

Make = Callable[..., FrozenRecognizer]
PEOPLE = 6
FEW = Bootstrap(resamples=100)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Two pictures each of six rendered people; View 1 and View 2 files."""
    chosen: dict[str, list[Any]] = {}
    for record in embedded_manifest().select(split="test").records:
        if record.yaw is not None and abs(record.yaw) <= 15:
            chosen.setdefault(record.subject, []).append(record)
    names = sorted(chosen)[:PEOPLE]
    for name in names:
        (tmp_path / "images" / name).mkdir(parents=True)
        for number, record in enumerate(chosen[name][:2], start=1):
            target = tmp_path / "images" / name / f"{name}_{number:04}.jpg"
            shutil.copyfile(embedded_manifest().file(record), target)
    same = [f"{name}\t1\t2\n" for name in names]
    other = [f"{a}\t1\t{b}\t2\n" for a, b in zip(names, names[1:] + names[:1], strict=True)]
    (tmp_path / "pairsDevTest.txt").write_text("".join([f"{PEOPLE}\n", *same, *other]))
    folds = [line for i in range(0, PEOPLE, 2) for line in (*same[i : i + 2], *other[i : i + 2])]
    (tmp_path / "pairs.txt").write_text("".join([f"{PEOPLE // 2}\t2\n", *folds]))
    return tmp_path


@pytest.fixture
def model(recognizer: Make) -> LoadedModel:
    """Makes every face the same grey one."""
    guide = recognizer("guide", "a" * 64)

    def decode(features: Tensor) -> dict[int, Tensor]:
        ramp = torch.linspace(-1, 1, 28).expand(len(features), 3, 28, 28)
        return {28: ramp}

    normalizer: Any = SimpleNamespace(recognizer=guide, decode=decode, decodes_the_feature_alone=True)
    experiment = Experiment(guide=Guide(recognizer="guide"), data=Data(crop_size=28, aligned_size=32))
    return LoadedModel(normalizer, experiment, GuideRecord("guide", "embedding", "a" * 64))


def evaluate(model: LoadedModel, judge: FrozenRecognizer, protocol: PairsProtocol) -> Any:
    return whole(model, judge, protocol).results


def whole(model: LoadedModel, judge: FrozenRecognizer, protocol: PairsProtocol) -> PairEvaluation:
    return evaluate_pairs(
        model,
        protocol=protocol,
        judge=judge,
        detector=make_detector("aligned", frame="crop"),
        name="model",
        detector_name="aligned",
        bootstrap=FEW,
    )


def test_view1_of_rendered_faces(folder: Path, model: LoadedModel, recognizer: Make, tmp_path: Path) -> None:
    results = evaluate(model, recognizer(), PAIR_PROTOCOLS["lfw_view1"](folder))
    counts = results.counts
    assert (counts.photos, counts.pairs, counts.lost_pairs) == (12, 12, 0)
    assert (counts.genuine, counts.impostors, counts.people) == (6, 6, 6)
    raw, mirrored, frontalised, fused, fused_scores, *gated = results.arms
    names = ["raw", "mirrored", "frontalised", "fused", "fused_scores", "gated_agreement", "gated_quality"]
    assert [arm.arm for arm in results.arms] == names
    assert mirrored.genuine_mean.value > mirrored.impostor_mean.value
    # One face for all: every pair looks the same, half of them are.
    assert frontalised.best_accuracy.value == 0.5
    assert frontalised.equal_error_rate.value == pytest.approx(0.5)
    assert frontalised.genuine_mean.value == pytest.approx(1)
    assert frontalised.gain.value == pytest.approx(0.5 - raw.best_accuracy.value)
    assert raw.gain == replace(raw.gain, value=0.0, low=0.0, high=0.0)
    # Adding one face to both sides brings all pairs together and keeps their order roughly.
    assert fused.impostor_mean.value > raw.impostor_mean.value
    assert fused_scores.impostor_mean.value == pytest.approx((raw.impostor_mean.value + 1) / 2)
    assert [arm.arm for arm in gated] == [gate.arm for gate in results.gates]
    assert fused.d_prime is not None
    assert fused.d_prime.low <= fused.d_prime.value <= fused.d_prime.high
    assert raw.fold_accuracy is None
    for arm in results.arms:
        assert [rate.true_accept_rate for rate in arm.accept_rates] == [None] * 3
        assert {rate.impostors for rate in arm.accept_rates} == {6}
        assert arm.best_accuracy.low <= arm.best_accuracy.high
    save_verification(results, tmp_path / "verification.json")
    assert load_verification(tmp_path / "verification.json") == results
    text = table(results)
    assert "too few impostors" in text
    # Columns stay apart even where a gain is negative.
    assert "]-" not in text
    assert "no usable face in 0 of 12 photographs; 0 of 12 pairs left out" in text


def test_view2_reports_the_folds(folder: Path, model: LoadedModel, recognizer: Make) -> None:
    results = evaluate(model, recognizer(), PAIR_PROTOCOLS["lfw_view2"](folder))
    for arm in results.arms:
        assert len(arm.fold_accuracies) == 3
        assert arm.fold_accuracy is not None
        assert arm.fold_accuracy.value == pytest.approx(np.mean(arm.fold_accuracies))
        assert arm.fold_accuracy.value <= arm.best_accuracy.value
    assert "3 folds" in table(results)


def test_failures_are_counted_and_named(folder: Path, model: LoadedModel, recognizer: Make) -> None:
    protocol = PAIR_PROTOCOLS["lfw_view1"](folder)
    (folder / "images" / protocol.pairs[0].first).write_bytes(b"no picture")
    results = evaluate(model, recognizer(), protocol)
    assert [failure.photo for failure in results.failures] == [protocol.pairs[0].first]
    # The picture is in one pair of each kind.
    assert (results.counts.lost_pairs, results.counts.genuine, results.counts.impostors) == (2, 5, 5)
    assert protocol.pairs[0].first in table(results)


def test_no_pairs_left(folder: Path, model: LoadedModel, recognizer: Make) -> None:
    protocol = PAIR_PROTOCOLS["lfw_view1"](folder)
    for photo in protocol.photos:
        (folder / "images" / photo).write_bytes(b"no picture")
    with pytest.raises(ConfigError, match=r"0 of 12 photographs.*first failure is .*_0001\.jpg"):
        evaluate(model, recognizer(), protocol)


def test_the_guide_is_refused(folder: Path, model: LoadedModel, recognizer: Make) -> None:
    with pytest.raises(JudgeError, match="same weights"):
        evaluate(model, recognizer(sha256="a" * 64), PAIR_PROTOCOLS["lfw_view1"](folder))


def test_planted_embeddings_give_planted_numbers() -> None:
    angle = np.deg2rad([0, 10, 90, 140])
    planted = np.stack([np.cos(angle), np.sin(angle)], axis=1)
    pairs = [
        FacePair("0", "1", ("a", "a")),
        FacePair("2", "3", ("b", "b")),
        FacePair("0", "2", ("a", "b")),
        FacePair("1", "3", ("a", "b")),
    ]
    (raw, frontalised, fused, fused_scores) = judge_pairs(
        JudgedFaces(planted, np.roll(planted, 1, axis=0)),
        pairs=pairs,
        place={str(i): i for i in range(4)},
        bootstrap=FEW,
    ).arms
    assert raw.genuine_mean.value == pytest.approx((np.cos(np.deg2rad(10)) + np.cos(np.deg2rad(50))) / 2)
    assert raw.impostor_mean.value == pytest.approx(np.cos(np.deg2rad(130)) / 2)
    assert raw.threshold == pytest.approx(np.cos(np.deg2rad(50)))
    assert raw.best_accuracy.value == 1.0
    assert raw.equal_error_rate.value == 0.0
    assert frontalised.genuine_mean.value == pytest.approx(
        (np.cos(np.deg2rad(140)) + np.cos(np.deg2rad(80))) / 2
    )
    # Means of unit vectors point between them: at 70, 5, 50 and 115 degrees.
    assert fused.genuine_mean.value == pytest.approx(np.cos(np.deg2rad(65)))
    assert fused.impostor_mean.value == pytest.approx((np.cos(np.deg2rad(20)) + np.cos(np.deg2rad(110))) / 2)
    both = (raw.genuine_mean.value + frontalised.genuine_mean.value) / 2
    assert fused_scores.genuine_mean.value == pytest.approx(both)


def test_broken_embeddings_are_refused() -> None:
    faces = JudgedFaces(np.full((2, 3), np.nan), np.ones((2, 3)))
    with pytest.raises(JudgeError, match="not all finite"):
        judge_pairs(faces, pairs=[FacePair("a", "b", ("a", "b"))], place={"a": 0, "b": 1}, bootstrap=FEW)


class TwoFaces:
    """A large face in the corner and a small one in the middle."""

    def detect(self, image: np.ndarray, *, path: Path | None = None) -> list[Detection]:
        points = make_detector("aligned", frame="crop").detect(image)[0].points
        large = Detection(FaceBox(0, 0, 40, 40), points, 1.0)
        middle = image.shape[0] / 2
        return [large, Detection(FaceBox(middle - 5, middle - 5, 10, 10), points / 2, 1.0)]


def test_choice_of_the_face_and_size_of_the_crop(folder: Path) -> None:
    photo = PAIR_PROTOCOLS["lfw_view1"](folder).photos[0]
    root = folder / "images"
    largest, _ = cut_faces([photo], root=root, detector=TwoFaces(), face="largest", size=28)
    central, _ = cut_faces([photo], root=root, detector=TwoFaces(), face="central", size=28)
    whole = read_image(root / photo)
    assert largest[photo].shape == (28, 28, 3)
    assert not np.array_equal(largest[photo], central[photo])
    # The rendered set's crops are aligned already.
    step = whole.shape[0] // 28
    small = whole[: 28 * step, : 28 * step].reshape(28, step, 28, step, 3).mean(axis=(1, 3))
    near, far = (np.abs(small - crops[photo]).mean() for crops in (largest, central))
    assert near < far / 2


@pytest.mark.parametrize(
    ("text", "match"),
    [("{", "cannot be read as JSON"), ("[]", "is None"), ('{"verification_results_version": 0}', "is 0")],
)
def test_unreadable_results(tmp_path: Path, text: str, match: str) -> None:
    (tmp_path / "v.json").write_text(text)
    with pytest.raises(ConfigError, match=match):
        load_verification(tmp_path / "v.json")


@pytest.mark.resources
def test_a_handful_of_lfw_pairs_through_yunet(tmp_path: Path) -> None:
    from enface.recognizers.registry import load_recognizer

    lfw = Path(os.environ.get("ENFACE_MIRROR", "none")) / "photos" / "lfw"
    if not (lfw / "pairsDevTest.txt").is_file():
        pytest.skip("LFW is not beside the mirrored files")
    for name in ("yunet", "mobilefacenet"):
        if not present(name):
            pytest.skip(f"{name} is not there; enface fetch {name}")
    lines = (lfw / "pairsDevTest.txt").read_text().splitlines()
    (tmp_path / "images").symlink_to(lfw / "images")
    (tmp_path / "pairsDevTest.txt").write_text("\n".join(["6", *lines[1:7], *lines[501:507]]) + "\n")
    protocol = PAIR_PROTOCOLS["lfw_view1"](tmp_path)
    crops, failures = cut_faces(
        protocol.photos, root=protocol.root, detector=make_detector("yunet"), face="central", size=224
    )
    assert failures == ()
    judge = load_recognizer("mobilefacenet")
    faces = torch.from_numpy(np.stack(list(crops.values())).transpose(0, 3, 1, 2).copy())
    with torch.inference_mode():
        features = judge(faces / 127.5 - 1).numpy()
    raw = judge_pairs(
        JudgedFaces(features, features),
        pairs=protocol.pairs,
        place={photo: i for i, photo in enumerate(crops)},
        bootstrap=FEW,
    ).arms[0]
    assert raw.genuine_mean.value > raw.impostor_mean.value + 0.3
    assert raw.best_accuracy.value >= 11 / 12
