"""Fits of planted probabilities are found again, and signs are held."""

from dataclasses import replace

import numpy as np
import pytest
from scipy.special import expit

from enface.models.quality import ANY, QualityParts
from enface.training.quality.examples import Examples, Judged, right_first
from enface.training.quality.fit import fit_one, fit_quality

COUNT = 4000


@pytest.fixture(scope="module")
def parts() -> list[QualityParts]:
    rng = np.random.default_rng(0)
    return [
        QualityParts(*row)
        for row in np.column_stack(
            [
                rng.uniform(0.6, 1.0, COUNT),
                np.exp(rng.normal(1.8, 0.4, COUNT)),
                rng.uniform(0.4, 0.95, COUNT),
                rng.uniform(0, 95, COUNT),
                np.abs(rng.normal(0, 12, COUNT)),
                rng.uniform(0.2, 0.6, COUNT),
                rng.uniform(8, 20, COUNT),
            ]
        ).tolist()
    ]


def test_the_number_is_calibrated(parts: list[QualityParts]) -> None:
    rng = np.random.default_rng(1)
    truth = np.array([some.face * expit(8 * some.sharpness - some.yaw / 30) for some in parts])
    known = (rng.random(COUNT) < truth).astype(float)
    fit = fit_one(parts, known, recognizer=ANY)
    told = np.array([some.face * fit.of(some) for some in parts])
    assert np.abs(told - truth).mean() < 0.03
    assert set(fit.weights) == {
        "log_uncertainty",
        "visible",
        "yaw",
        "yaw_squared",
        "pitch",
        "sharpness",
    }


def test_signs_are_held(parts: list[QualityParts]) -> None:
    """Faces that are known the better the blurrier they are do not teach that blur helps."""
    known = np.array([float(some.sharpness < 0.4) for some in parts])
    assert fit_one(parts, known, recognizer=ANY).weights["sharpness"] == 0.0


def test_one_fit_for_all_and_one_for_each_judge(parts: list[QualityParts]) -> None:
    norms = np.array([some.norm for some in parts], dtype=np.float64)
    rng = np.random.default_rng(2)
    hits = rng.random(COUNT) < expit((norms - 14) / 2)
    judged = {"first": Judged(norms, norms / 20, hits), "second": Judged(norms, norms / 20, ~hits)}
    examples = Examples(
        parts=[replace(some, norm=None) for some in parts],
        person=np.arange(COUNT),
        session=np.ones(COUNT),
        yaw=np.zeros(COUNT),
        crops=np.zeros((0, 224, 224, 3), np.uint8),
        judged=judged,
    )
    some, first, second = fit_quality(examples)
    assert [fit.recognizer for fit in (some, first, second)] == [ANY, "first", "second"]
    assert "log_norm" not in some.weights
    assert first.weights["log_norm"] > 3
    assert second.weights["log_norm"] == 0.0  # a longer embedding never speaks against


def test_people_of_other_blocks_are_no_rivals() -> None:
    scores = np.array(
        [[0.5, 0.1, 0.9, 0.2], [0.5, 0.6, 0.9, 0.2], [0.9, 0.1, 0.4, 0.3], [0.0, 0.0, 0.8, 0.7]]
    )
    own = np.array([0, 0, 2, 3])
    assert right_first(scores, own=own, among=2).tolist() == [True, False, True, False]
    assert right_first(scores, own=own, among=4).tolist() == [False, False, False, False]
