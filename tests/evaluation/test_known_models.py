"""Models whose score is known before: the oracle and the one that ignores its input."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from enface.errors import ConfigError, JudgeError
from enface.evaluation.bootstrapping import Bootstrap
from enface.evaluation.protocols import Protocol
from enface.evaluation.quality import make_baselines
from enface.evaluation.runner import Evaluation, evaluate
from enface.models.folder import LoadedModel
from enface.recognizers.frozen import FrozenRecognizer

Make = Callable[..., FrozenRecognizer]


def judge(model: LoadedModel, protocol: Protocol, judge: FrozenRecognizer, **options: object) -> Evaluation:
    return evaluate(
        model, protocol=protocol, judge=judge, name="model", bootstrap=Bootstrap(resamples=50), **options
    )  # type: ignore[arg-type]


def test_the_truth_is_perfect(oracle: LoadedModel, protocol: Protocol, recognizer: Make) -> None:
    results = judge(oracle, protocol, recognizer("judge")).results
    assert [row.yaw for row in results.quality] == [-90, -45, 0, 45, 90]
    for row in results.quality:
        assert row.frontalised.l1.value == 0
        assert row.frontalised.ssim.value == pytest.approx(1)
        assert row.mean_face.l1.value > 0.05
        assert row.nearest_frontal.l1.value > 0.05
    assert results.angles == (0, 45, 90)
    for angle in results.angles:
        assert results.rate("frontalised", angle).rank1.value == 1
    # At 0 degrees the probe is the truth, at 90 it holds no trace of the person.
    assert results.rate("raw", 0).rank1.value == 1
    assert results.rate("raw", 90).rank1.value < 1
    assert results.rate("raw", 90).gain.value == 0
    gain = results.rate("frontalised", 90).gain
    assert gain.value == pytest.approx(1 - results.rate("raw", 90).rank1.value)
    assert results.trend is None  # L1 at 0 degrees is 0


def test_the_mean_face_is_its_own_baseline_and_nobody(
    ignorant: LoadedModel, protocol: Protocol, recognizer: Make
) -> None:
    results = judge(ignorant, protocol, recognizer("judge")).results
    for row in results.quality:
        assert row.frontalised.l1.value == pytest.approx(row.mean_face.l1.value, abs=1 / 255)
        assert row.frontalised.ssim.value == pytest.approx(row.mean_face.ssim.value, abs=0.01)
    for angle in results.angles:
        # One face for all is recognised as one of the four people at most.
        assert results.rate("frontalised", angle).rank1.value <= 0.25
    assert results.trend is not None
    assert results.trend.relative_difference == pytest.approx(0)


def test_record_of_the_setup(oracle: LoadedModel, protocol: Protocol, recognizer: Make) -> None:
    setup = judge(oracle, protocol, recognizer("judge"), preset="smoke").results.setup
    assert (setup.guide, setup.guide_sha256) == ("guide", "a" * 64)
    assert (setup.judge, setup.judge_sha256) == ("judge", "b" * 64)
    assert (setup.people, setup.probes, setup.output_size) == (4, 20, 28)
    assert (setup.preset, setup.data, setup.data_sha256) == ("smoke", "noise people", protocol.fingerprint())


def test_second_evaluation_asks_no_recognizer(
    oracle: LoadedModel, protocol: Protocol, recognizer: Make, tmp_path: Path
) -> None:
    first = judge(oracle, protocol, recognizer("judge"), cache=tmp_path).results
    guide = oracle.normalizer.recognizer
    seen = guide.network.seen  # type: ignore[union-attr]
    again = recognizer("judge")
    second = judge(oracle, protocol, again, cache=tmp_path).results
    assert again.network.seen == 0  # type: ignore[union-attr]
    assert guide.network.seen == seen  # type: ignore[union-attr]
    assert (second.recognition, second.quality) == (first.recognition, first.quality)


def test_a_frontalised_gallery_passes_through_the_model(
    ignorant: LoadedModel, protocol: Protocol, recognizer: Make
) -> None:
    results = judge(ignorant, protocol, recognizer("judge"), gallery="frontalised").results
    # Everybody ties with everybody, and a tie is an error.
    assert all(row.rank1.value == 0 for row in results.recognition)
    assert results.setup.gallery == "frontalised"


def test_the_guide_and_unknown_galleries_are_refused(
    oracle: LoadedModel, protocol: Protocol, recognizer: Make
) -> None:
    with pytest.raises(JudgeError):
        judge(oracle, protocol, recognizer("guide"))
    with pytest.raises(JudgeError):
        judge(oracle, protocol, recognizer("judge", "a" * 64))
    with pytest.raises(ConfigError, match="'sideways'"):
        judge(oracle, protocol, recognizer("judge"), gallery="sideways")


def test_baselines_by_hand() -> None:
    train = np.stack([np.full((12, 12, 3), value, dtype=np.uint8) for value in (0, 102, 255)])
    truths = np.stack([np.full((12, 12, 3), value, dtype=np.uint8) for value in (60, 255)])
    baselines = make_baselines(train, truths)
    np.testing.assert_allclose(baselines.mean_face, 357 / 3 / 255)
    assert baselines.nearest[:, 0, 0, 0].tolist() == [102, 255]
