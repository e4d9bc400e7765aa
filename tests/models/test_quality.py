"""The quality of pictures: closed form, rendered faces, and what is no face."""

from dataclasses import replace

import numpy as np
import pytest
from scipy.ndimage import gaussian_filter

from enface.data.embedded import embedded_manifest
from enface.data.faceset import aligned_crops
from enface.models.landmarker import Landmarker
from enface.models.quality import ANY, QualityFit, QualityMeter, QualityParts, features, sharpness

GOOD = QualityParts(face=1.0, uncertainty=4.0, visible=0.9, yaw=2.0, pitch=1.0, sharpness=0.5)
POORER = {"uncertainty": 20.0, "visible": 0.4, "yaw": 80.0, "pitch": 40.0, "sharpness": 0.1, "face": 0.2}


@pytest.fixture(scope="module")
def meter() -> QualityMeter:
    return QualityMeter.load()


@pytest.fixture(scope="module")
def faces() -> dict[int, np.ndarray]:
    """Crops of six test people by absolute yaw."""
    test = embedded_manifest().select(split="test", role="probe")
    people = sorted({record.subject for record in test.records})[:6]
    chosen = [r for r in test.records if r.subject in people and r.session == "01" and not r.pitch]
    return {
        yaw: aligned_crops(embedded_manifest(), [r for r in chosen if abs(r.yaw or 0) == yaw], 112)
        for yaw in (0, 60, 90)
    }


def values(meter: QualityMeter, crops: np.ndarray | list[np.ndarray]) -> np.ndarray:
    return np.array([quality.value for quality in meter.of(list(crops))])


def test_a_fit_is_a_logistic_of_the_features() -> None:
    fit = QualityFit(ANY, bias=0.5, weights={"visible": 2.0, "yaw": -1.0})
    expected = 1 / (1 + np.exp(-(0.5 + 2.0 * 0.9 - 2.0 / 90)))
    assert fit.of(GOOD) == pytest.approx(expected)
    assert fit.of(replace(GOOD, visible=float("nan"))) == 0.0


def test_parts_are_held_inside_what_faces_can_have() -> None:
    wild = features(replace(GOOD, uncertainty=1e9, yaw=-180.0, pitch=179.0, norm=0.0))
    assert all(np.isfinite(list(wild.values())))
    assert wild["log_uncertainty"] == pytest.approx(np.log(100))


def test_the_shipped_fits_were_made_with_the_shipped_landmarks(meter: QualityMeter) -> None:
    assert meter.card.landmarks_sha256 == Landmarker.load().card.sha256
    assert [fit.recognizer for fit in meter.card.fits] == [ANY, "mobilefacenet", "reid0095"]


@pytest.mark.parametrize("recognizer", [ANY, "mobilefacenet", "reid0095"])
def test_a_poorer_part_never_makes_a_better_picture(meter: QualityMeter, recognizer: str) -> None:
    fit = meter.card.fit(recognizer)
    good = replace(GOOD, norm=None if recognizer == ANY else 15.0)
    for name, value in POORER.items():
        poorer = replace(good, **{name: value})
        assert poorer.face * fit.of(poorer) <= good.face * fit.of(good)
    if recognizer != ANY:
        assert fit.of(replace(good, norm=8.0)) < fit.of(good)


def test_quality_falls_with_the_angle_and_with_blur(
    meter: QualityMeter, faces: dict[int, np.ndarray]
) -> None:
    frontal, oblique, profile = (values(meter, faces[yaw]).mean() for yaw in (0, 60, 90))
    assert 1 >= frontal > oblique > profile > 0
    assert frontal > 0.8 and profile < 0.6
    blurred = [gaussian_filter(crop, (4, 4, 0)) for crop in faces[0]]
    assert (values(meter, blurred) < values(meter, faces[0]) - 0.1).all()
    assert sharpness(blurred[0]) < sharpness(faces[0][0]) - 0.1


def test_norms_count_where_a_recognizer_has_a_fit(meter: QualityMeter, faces: dict[int, np.ndarray]) -> None:
    crops = list(faces[60])
    short, long = (
        meter.of(crops, recognizer="mobilefacenet", norms=np.full(len(crops), norm)) for norm in (8.0, 20.0)
    )
    assert all(a.value < b.value for a, b in zip(short, long, strict=True))
    assert short[0].parts.norm == 8.0
    stranger = meter.of(crops, recognizer="stranger", norms=np.ones(len(crops)))
    assert stranger == meter.of(crops)
    broken = meter.of(crops, recognizer="reid0095", norms=np.full(len(crops), np.nan))
    assert max(quality.value for quality in broken) < 1e-3


def test_what_is_no_face_has_a_low_quality(meter: QualityMeter, faces: dict[int, np.ndarray]) -> None:
    rng = np.random.default_rng(0)
    face = faces[0][0]
    lines = np.abs(np.diff(face.astype(int).mean(axis=2), axis=1, prepend=0)) > 6
    nothing = {
        "upside down": [np.ascontiguousarray(crop[::-1, ::-1]) for crop in faces[0]],
        "noise": [rng.integers(0, 256, (112, 112, 3), dtype=np.uint8) for _ in range(4)],
        "blank": [np.full((64, 64, 3), level, np.uint8) for level in (0, 128, 255)],
        "drawing": [np.repeat(np.where(lines, 0, 255).astype(np.uint8)[..., None], 3, axis=2)],
        "checks": [np.kron(np.indices((8, 8)).sum(0) % 2, np.ones((14, 14)))[..., None].repeat(3, 2)],
    }
    for name, pictures in nothing.items():
        found = values(meter, [np.ascontiguousarray(picture, dtype=np.uint8) for picture in pictures])
        assert np.isfinite(found).all() and (found >= 0).all() and (found < 0.3).all(), name


@pytest.mark.parametrize("side", [1, 2, 5, 12])
def test_tiny_crops(meter: QualityMeter, faces: dict[int, np.ndarray], side: int) -> None:
    (quality,) = meter.of([np.ascontiguousarray(faces[0][0][:side, :side])])
    assert 0 <= quality.value < 0.3
    assert all(np.isfinite([v for v in vars(quality.parts).values() if v is not None]))


def test_no_crops(meter: QualityMeter) -> None:
    assert meter.of([]) == []


def test_a_face_is_looked_at_once(faces: dict[int, np.ndarray], meter: QualityMeter) -> None:
    class Counting(Landmarker):
        seen = 0

        def batch(self, faces):  # type: ignore[no-untyped-def]
            Counting.seen += len(faces)
            return super().batch(faces)

    fresh = QualityMeter(meter.card, Counting(meter.landmarker.card, meter.landmarker.network))
    first = fresh.of(list(faces[0]))
    assert fresh.of(list(faces[0])) == first
    assert Counting.seen == len(faces[0])
