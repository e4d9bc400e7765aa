"""Numbers of the pictures themselves: exact where the pictures are known, told where they are missing."""

import csv
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from enface.data.embedded import embedded_manifest
from enface.data.faceset import aligned_crops
from enface.errors import ResourceError
from enface.evaluation import picture_measures, picture_numbers
from enface.evaluation.arms import JudgedFaces
from enface.evaluation.bootstrapping import Bootstrap
from enface.evaluation.findings import PictureMeasure, SetDistance
from enface.evaluation.picture_measures import ASYMMETRY, EYES, LANDMARKS, LIGHT, SIDES, YAW, PictureMeasures
from enface.evaluation.picture_numbers import TO_FRONTAL, TO_INPUT, Judged, evenly
from enface.evaluation.protocols import Protocol
from enface.evaluation.report import build_report, write_folder
from enface.evaluation.results import Results, load_results
from enface.evaluation.runner import Evaluation, evaluate
from enface.evaluation.subject import NormalizerSubject, WarpSubject, model_name
from enface.models.folder import LoadedModel
from enface.recognizers.frozen import FrozenRecognizer
from enface.recognizers.headpose import load_head_pose
from enface.resources import present

FEW = Bootstrap(resamples=50)


@pytest.fixture(autouse=True)
def no_pose_network(monkeypatch: pytest.MonkeyPatch) -> None:
    def absent() -> None:
        raise ResourceError("/somewhere/headpose0001.bin is missing")

    monkeypatch.setattr(picture_measures, "load_head_pose", absent)


@pytest.fixture
def evaluation(
    oracle: LoadedModel, protocol: Protocol, recognizer: Callable[..., FrozenRecognizer]
) -> Evaluation:
    return evaluate(oracle, protocol=protocol, judge=recognizer("judge"), name="runs/a", bootstrap=FEW)


def measure(results: Results, metric: str, pictures: str, angle: int | None) -> PictureMeasure:
    (row,) = [p for p in results.pictures if (p.metric, p.pictures, p.angle) == (metric, pictures, angle)]
    return row


def test_a_symmetric_evenly_lit_picture_has_neither() -> None:
    grey = np.full((1, 64, 64, 3), 120, dtype=np.uint8)
    half = grey.copy()
    half[:, :, :32] = 60
    found = PictureMeasures().of_frontals(np.concatenate([grey, half]))
    assert found[ASYMMETRY].tolist() == [0, pytest.approx(60 / 255)]
    assert found[LIGHT][0] == pytest.approx(0, abs=1e-12)
    assert found[SIDES].tolist() == [pytest.approx(0), pytest.approx(1 / 3)]


def test_a_black_picture_has_no_light_and_is_left_out() -> None:
    found = PictureMeasures().of_frontals(np.zeros((2, 64, 64, 3), dtype=np.uint8))
    assert np.isnan(found[LIGHT]).all()
    assert np.isfinite(found[LANDMARKS]).all()


def test_the_runner_fills_the_fields(evaluation: Evaluation) -> None:
    results = evaluation.results
    # The model gives the truth itself, which is the gallery's picture.
    for metric in (ASYMMETRY, LIGHT, SIDES, LANDMARKS, EYES):
        made, true = (measure(results, metric, pictures, None) for pictures in ("outputs", "truths"))
        assert made.mean.value == pytest.approx(true.mean.value), metric
        assert (made.count, true.count) == (20, 4)
        assert made.mean.low <= made.mean.value <= made.mean.high
    assert [measure(results, ASYMMETRY, "inputs", angle).count for angle in (0, 45, 90)] == [4, 8, 8]
    assert measure(results, f"{TO_FRONTAL} (judge)", "outputs", 90).mean.value == pytest.approx(1)
    raw = [measure(results, f"{TO_FRONTAL} (judge)", "inputs", angle).mean.value for angle in (0, 45, 90)]
    assert raw[0] == pytest.approx(1) and raw[0] > raw[1] > raw[2]
    assert measure(results, f"{TO_INPUT} (judge)", "outputs", 45).mean.value == pytest.approx(raw[1])
    assert {(d.kind, d.angle) for d in results.distances} == {("kernel", a) for a in (0, 45, 90, None)}
    assert {d.reference for d in results.distances} == {"gallery of rendered"}


def test_what_is_missing_is_told_without_paths(evaluation: Evaluation) -> None:
    told = " ".join(evaluation.results.missing)
    assert "enface fetch headpose0001" in told and "/somewhere" not in told
    assert "needs more than 147 pictures on both sides" in told
    assert "the gallery has 4, the probes at 0° (4), 45° (8), 90° (8), all (20)" in told
    assert not [p for p in evaluation.results.pictures if p.metric == YAW]


def test_left_out_on_request(
    ignorant: LoadedModel, protocol: Protocol, recognizer: Callable[..., FrozenRecognizer]
) -> None:
    found = evaluate(
        ignorant, protocol=protocol, judge=recognizer("judge"), name="m", bootstrap=FEW, pictures=False
    ).results
    assert (found.pictures, found.distances) == ((), ())
    assert any("left out on request" in sentence for sentence in found.missing)


def distances(protocol: Protocol, probes: np.ndarray, gallery: np.ndarray) -> tuple[SetDistance, ...]:
    blank = np.zeros((1, 8, 8, 3), dtype=np.uint8)
    return picture_numbers.picture_numbers(
        protocol,
        inputs=blank.repeat(len(probes), axis=0),
        outputs=blank.repeat(len(probes), axis=0),
        gallery=blank.repeat(len(gallery), axis=0),
        judged=Judged("judge", JudgedFaces(probes, probes), JudgedFaces(gallery, gallery)),
        bootstrap=FEW,
    ).distances


def test_the_same_set_is_at_no_distance_and_another_one_is(protocol: Protocol) -> None:
    front = tuple(probe for probe in protocol.probes if probe.yaw == 0)
    flat = replace(protocol, probes=front)
    rows = np.random.default_rng(0).normal(size=(len(front), 3))
    same = {(d.kind, d.angle): d for d in distances(flat, rows, rows) if d.pictures == "outputs"}
    assert same["frechet", 0].distance.value == pytest.approx(0, abs=1e-9)
    assert same["kernel", 0].distance.value <= 0  # unbiased: a set is nearer to itself than to a new one
    far: Any = {(d.kind, d.angle): d for d in distances(flat, rows, -rows) if d.pictures == "outputs"}
    assert far["frechet", 0].distance.value > 0.1
    assert far["kernel", 0].distance.value > same["kernel", 0].distance.value


@pytest.mark.resources
def test_the_pose_network_sees_who_is_turned(monkeypatch: pytest.MonkeyPatch) -> None:
    if not present("headpose0001"):
        pytest.skip("run `enface fetch headpose0001`")
    monkeypatch.setattr(picture_measures, "load_head_pose", load_head_pose)
    manifest = embedded_manifest().select(split="test")
    person = manifest.records[0].subject
    records = [r for r in manifest.records if r.subject == person and abs(round(r.yaw or 0)) in (0, 45)]
    yaw = np.array([abs(r.yaw or 0) for r in records])
    measures = PictureMeasures()
    seen = measures.of_frontals(aligned_crops(manifest, records, 224))[YAW]
    assert not measures.missing
    assert seen[yaw < 1].max() < 10 < 15 < seen[yaw > 40].min()


def test_neutral_is_part_of_the_models_name(ignorant: LoadedModel) -> None:
    def warp(*, neutral: bool) -> WarpSubject:
        turner: Any = SimpleNamespace(neutral=neutral)
        return WarpSubject(turner)

    assert model_name("photo", subject=warp(neutral=True)) == "photo (neutral)"
    assert model_name("photo", subject=warp(neutral=False)) == "photo"
    assert model_name("runs/a", subject=NormalizerSubject(ignorant)) == "runs/a"


@pytest.mark.parametrize(("count", "most", "expected"), [(3, 5, [0, 1, 2]), (9, 3, [0, 4, 8]), (0, 3, [])])
def test_evenly(count: int, most: int, expected: list[int]) -> None:
    assert evenly(count, most).tolist() == expected


def test_only_some_pictures_of_a_yaw_are_measured_one_by_one(
    monkeypatch: pytest.MonkeyPatch, oracle: LoadedModel, protocol: Protocol, recognizer: Any
) -> None:
    monkeypatch.setattr(picture_numbers, "LOOKED_AT", 3)
    found = evaluate(oracle, protocol=protocol, judge=recognizer("judge"), name="m", bootstrap=FEW).results
    counts = [measure(found, ASYMMETRY, "outputs", angle).count for angle in (0, 45, 90, None)]
    assert counts == [3, 3, 3, 9]
    assert measure(found, ASYMMETRY, "truths", None).count == 3
    assert measure(found, f"{TO_INPUT} (judge)", "outputs", None).count == 20


def test_files_and_page(evaluation: Evaluation, tmp_path: Path) -> None:
    file = write_folder(tmp_path, evaluation)
    assert load_results(file) == evaluation.results
    with (tmp_path / "tables" / "pictures.csv").open(newline="") as stream:
        rows = list(csv.DictReader(stream))
    assert len(rows) == len(evaluation.results.pictures)
    assert {row["measure"] for row in rows} >= {ASYMMETRY, LANDMARKS, f"{TO_INPUT} (judge)"}
    assert (tmp_path / "tables" / "distances.csv").is_file()
    with (tmp_path / "tables" / "headline.csv").open(newline="") as stream:
        headline = {row["arm"]: row for row in csv.DictReader(stream)}
    assert float(headline["frontalised"]["value"]) == 1
    page = build_report(tmp_path / "page.html", evaluations=(evaluation,)).read_text()
    assert 'id="frontalness-numbers"' in page and 'id="distances-numbers"' in page
    assert "true frontals" in page and "gallery of rendered" in page and "enface fetch headpose0001" in page
