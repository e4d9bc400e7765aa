"""Rows whose dot products are the scores that an arm promises."""

import numpy as np
import pytest

from enface.evaluation.arms import ARMS, PAIR_ARMS, Arm, JudgedFaces, chosen, usable
from enface.metrics.identification import normalised

GENERATOR = np.random.Generator(np.random.Philox(key=3))


def faces(count: int) -> JudgedFaces:
    raw, frontal, mirror = GENERATOR.normal(size=(3, count, 5))
    return JudgedFaces(raw=raw, frontalised=frontal, mirrored=mirror)


PROBES, GALLERY = faces(4), faces(3)


def scores(arm: Arm) -> np.ndarray:
    return arm.probe(PROBES) @ arm.gallery(GALLERY).T


def cosines(a: np.ndarray, b: np.ndarray) -> np.ndarray:
    return normalised(a) @ normalised(b).T


def test_plain_arms_are_cosines() -> None:
    assert PROBES.mirrored is not None
    assert GALLERY.mirrored is not None
    np.testing.assert_allclose(scores(ARMS["raw"]), cosines(PROBES.raw, GALLERY.raw))
    np.testing.assert_allclose(scores(ARMS["frontalised"]), cosines(PROBES.frontalised, GALLERY.raw))
    both = cosines(PROBES.frontalised, GALLERY.frontalised)
    np.testing.assert_allclose(scores(ARMS["frontalised_both"]), both)
    control = cosines(PROBES.raw + PROBES.mirrored, GALLERY.raw + GALLERY.mirrored)
    np.testing.assert_allclose(scores(ARMS["mirrored"]), control)


def test_feature_fusion_is_the_cosine_of_the_mean_direction() -> None:
    mean = PROBES.raw + PROBES.frontalised
    np.testing.assert_allclose(scores(ARMS["fused"]), cosines(mean, GALLERY.raw))
    np.testing.assert_allclose(scores(ARMS["fused_both"]), cosines(mean, GALLERY.raw + GALLERY.frontalised))


def test_score_fusion_is_the_mean_of_two_scores() -> None:
    raw = cosines(PROBES.raw, GALLERY.raw)
    np.testing.assert_allclose(
        scores(ARMS["fused_scores"]), (raw + cosines(PROBES.frontalised, GALLERY.raw)) / 2
    )
    np.testing.assert_allclose(
        scores(ARMS["fused_scores_both"]), (raw + cosines(PROBES.frontalised, GALLERY.frontalised)) / 2
    )


@pytest.mark.parametrize("arms", [ARMS, PAIR_ARMS])
def test_all_rows_are_unit_and_the_control_needs_mirror_images(arms: dict[str, Arm]) -> None:
    for arm in arms.values():
        for rows in (arm.probe(PROBES), arm.gallery(PROBES)):
            np.testing.assert_allclose(np.linalg.norm(rows, axis=1), 1)
    without = JudgedFaces(PROBES.raw, PROBES.frontalised)
    assert list(usable(arms, PROBES)) == list(arms)
    assert list(usable(arms, without)) == [name for name in arms if name != "mirrored"]
    with pytest.raises(ValueError, match="mirror"):
        arms["mirrored"].probe(without)


def test_chosen_by_probe() -> None:
    rows = chosen(PROBES, use=np.array([True, False, False, True]))
    np.testing.assert_array_equal(rows[[0, 3]], PROBES.frontalised[[0, 3]])
    np.testing.assert_array_equal(rows[[1, 2]], PROBES.raw[[1, 2]])
