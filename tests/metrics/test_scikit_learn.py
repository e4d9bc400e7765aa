"""Our numbers beside those of scikit-learn and scikit-image on the same arrays."""

import numpy as np
import pytest
from skimage.metrics import peak_signal_noise_ratio
from sklearn.metrics import roc_auc_score, roc_curve, top_k_accuracy_score

from enface.metrics.image_quality import psnr
from enface.metrics.search import cumulative_matches, search
from enface.metrics.verification import best_accuracy, roc

GENERATOR = np.random.Generator(np.random.Philox(key=8))


@pytest.mark.parametrize("digits", [1, 8])
def test_roc(digits: int) -> None:
    same = GENERATOR.random(500) < 0.3
    scores = np.round(GENERATOR.normal(size=500) + same, digits)
    ours = roc(scores, same=same)
    false, true, thresholds = roc_curve(same, scores, drop_intermediate=False)
    np.testing.assert_allclose(ours.false_accepts, false)
    np.testing.assert_allclose(ours.true_accepts, true)
    np.testing.assert_allclose(ours.thresholds, thresholds)
    area = np.trapezoid(ours.true_accepts, ours.false_accepts)
    assert area == pytest.approx(roc_auc_score(same, scores))
    accuracies = [np.mean((scores >= threshold) == same) for threshold in thresholds]
    assert best_accuracy(scores, same=same)[0] == pytest.approx(max(accuracies))


def test_cumulative_matches() -> None:
    gallery = GENERATOR.normal(size=(12, 6))
    gallery /= np.linalg.norm(gallery, axis=1, keepdims=True)
    owner = GENERATOR.integers(0, 12, size=80)
    probes = gallery[owner] + 0.4 * GENERATOR.normal(size=(80, 6))
    probes /= np.linalg.norm(probes, axis=1, keepdims=True)
    places = search(
        probes,
        gallery=gallery,
        probe_people=[f"{i}" for i in owner],
        gallery_people=[f"{i}" for i in range(12)],
    ).places
    rates = cumulative_matches(places, most=12)
    for k in (1, 3, 5, 11):
        expected = top_k_accuracy_score(owner, probes @ gallery.T, k=k, labels=range(12))
        assert rates[k - 1] == pytest.approx(expected)
    assert rates[11] == 1


def test_psnr() -> None:
    a, b = GENERATOR.random((2, 16, 16, 3))
    assert psnr(a, truth=b) == pytest.approx(peak_signal_noise_ratio(b, a, data_range=1.0))
