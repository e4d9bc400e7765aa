"""results.json: exact, strict and comparable only where numbers mean the same."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from enface.errors import ConfigError
from enface.evaluation.report import words
from enface.evaluation.results import (
    Environment,
    Quality,
    Recognition,
    Results,
    Setup,
    Similarity,
    Trend,
    load_results,
    save_results,
)
from enface.metrics.bootstrap import Estimate


def around(value: float, width: float = 0.01) -> Estimate:
    return Estimate(value, value - width, value + width)


def similarity(l1: float) -> Similarity:
    return Similarity(l1=around(l1), ssim=around(1 - l1), psnr=around(20 - l1))


def recognition(arm: str, angle: int, probes: int, rank1: Estimate, gain: Estimate) -> Recognition:
    return Recognition(
        arm, angle, probes, rank1, gain, rank5=rank1, margin=around(0.1), margin_gain=gain, p_value=0.5
    )


RESULTS = Results(
    setup=Setup(
        model="runs/a",
        preset=None,
        guide="reid0095",
        guide_sha256="a" * 64,
        judge="rendered_b",
        judge_sha256="b" * 64,
        protocol="rendered",
        across_looks=False,
        gallery="raw",
        data="somewhere",
        data_sha256="c" * 64,
        people=50,
        probes=650,
        output_size=112,
        level=0.95,
        resamples=2000,
        seed=0,
    ),
    environment=Environment(
        commit=None,
        dirty=None,
        versions={"torch": "2"},
        machine="cpu",
        processors=2,
        threads=1,
        seconds=3.5,
    ),
    recognition=(
        recognition("raw", 0, 50, around(0.9), around(0, 0)),
        recognition("raw", 90, 100, around(0.2), around(0, 0)),
        recognition("frontalised", 0, 50, around(0.7), around(-0.2)),
        recognition("frontalised", 90, 100, around(0.5), around(0.3)),
        recognition("fused", 0, 50, around(0.9), around(0.0)),
        recognition("fused", 90, 100, around(0.2), around(0.001)),
    ),
    quality=(
        Quality(0, 50, similarity(0.04), similarity(0.1), similarity(0.05)),
        Quality(90, 50, similarity(0.05), similarity(0.1), similarity(0.05)),
    ),
    trend=Trend(0.04, 0.05, 0.25),
)


def test_round_trip(tmp_path: Path) -> None:
    save_results(RESULTS, tmp_path / "results.json")
    assert load_results(tmp_path / "results.json") == RESULTS


@pytest.mark.parametrize(
    ("change", "match"),
    [
        (lambda d: d.update(results_version=99), "results_version is 99"),
        (lambda d: d.pop("results_version"), "results_version is None"),
        (lambda d: d.update(extra=1), "extra"),
        (lambda d: d["setup"].pop("judge"), "judge"),
        (lambda d: d["quality"][0]["frontalised"]["l1"].update(value="low"), r"quality\[0\].*l1.value"),
    ],
)
def test_strict(tmp_path: Path, change: Callable[[dict[str, Any]], object], match: str) -> None:
    path = tmp_path / "results.json"
    save_results(RESULTS, path)
    document = json.loads(path.read_text())
    change(document)
    path.write_text(json.dumps(document))
    with pytest.raises(ConfigError, match=match):
        load_results(path)


def test_unreadable(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="cannot be read"):
        load_results(tmp_path / "none.json")
    (tmp_path / "half.json").write_text('{"results_')
    with pytest.raises(ConfigError, match="cannot be read"):
        load_results(tmp_path / "half.json")


def test_words_say_where_frontalising_loses() -> None:
    alone, fused = words.recognition_verdict(RESULTS)
    assert alone == (
        "The frontal face alone is recognised less often than the raw picture at 0° (by 20.0 points) and is "
        "recognised more often at 90° (by 30.0 points)."
    )
    assert fused == "The mean of both embeddings makes no clear difference to the raw picture at any angle."


def test_words_about_nearness() -> None:
    mean, nearest, trend = words.quality_verdict(RESULTS)
    assert "nearer to the truth than the mean face of the train people at every yaw: 0.40 to 0.50" in mean
    assert (
        "no nearer to the truth than the nearest train frontal at 90°: over all yaws 0.80 to 1.00" in nearest
    )
    assert trend == "L1 is 0.0400 at 0° and 0.0500 at 90°: 25.0 % larger at profile than from the front."


def test_numbers_in_words() -> None:
    assert words.rate(Estimate(0.5, 0.425, 1.0)) == "50 (42.5–100)"
    assert words.degrees(-45) == "−45°"
    assert words.listed(["a", "b", "c"]) == "a, b and c"
    assert words.listed(["a"]) == "a"
