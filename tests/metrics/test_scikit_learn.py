"""Our numbers beside those of scikit-learn, SciPy and scikit-image on the same arrays."""

import numpy as np
import pytest
from scipy.optimize import brentq
from scipy.stats import bootstrap, ttest_1samp
from skimage.metrics import mean_squared_error, peak_signal_noise_ratio, structural_similarity
from sklearn.metrics import (
    accuracy_score,
    mean_absolute_error,
    roc_auc_score,
    roc_curve,
    top_k_accuracy_score,
)
from sklearn.metrics.pairwise import cosine_similarity

from enface.metrics.bootstrap import mean_over_people
from enface.metrics.identification import cosine_scores
from enface.metrics.image_quality import l1, psnr, ssim
from enface.metrics.match_numbers import match_numbers
from enface.metrics.matching import make_bundles
from enface.metrics.paired import paired_bootstrap
from enface.metrics.search import cumulative_matches, search
from enface.metrics.selective import risk_coverage
from enface.metrics.verification import (
    best_accuracy,
    equal_error_rate,
    fold_accuracy,
    roc,
    threshold_at,
    true_accept_rate,
)

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


def test_cosine() -> None:
    first, second = GENERATOR.normal(size=(7, 5)), GENERATOR.normal(size=(9, 5))
    np.testing.assert_allclose(cosine_scores(first, gallery=second), cosine_similarity(first, second))


def test_equal_error_rate_and_accept_rates() -> None:
    same = GENERATOR.random(4000) < 0.3
    scores = GENERATOR.normal(size=4000) + 1.5 * same
    ours = roc(scores, same=same)
    false, true, thresholds = roc_curve(same, scores, drop_intermediate=False)
    crossing = brentq(lambda rate: 1 - rate - np.interp(rate, false, true), 0, 1)
    assert equal_error_rate(ours) == pytest.approx(crossing, abs=1e-6)
    for rate in (0.1, 0.01, 0.002):
        last = np.flatnonzero(false <= rate)[-1]
        assert true_accept_rate(ours, false_accept_rate=rate) == true[last]
        assert threshold_at(ours, false_accept_rate=rate) == thresholds[last]


def test_accuracy_of_folds() -> None:
    same = np.arange(300) % 2 == 0
    scores, folds = GENERATOR.normal(size=300) + same, np.arange(300) // 2 % 5
    found = fold_accuracy(scores, same=same, folds=folds)
    for fold, (accuracy, threshold) in enumerate(zip(found.accuracies, found.thresholds, strict=True)):
        here = folds == fold
        assert accuracy == accuracy_score(same[here], scores[here] >= threshold)


@pytest.mark.parametrize("name", ["equal_error_rate", "tar"])
def test_rates_from_counts_of_a_search(name: str) -> None:
    gallery = GENERATOR.normal(size=(40, 16))
    owner = np.repeat(np.arange(40), 20)
    probes = gallery[owner] + 1.5 * GENERATOR.normal(size=(800, 16))
    rows = [r / np.linalg.norm(r, axis=1, keepdims=True) for r in (probes, gallery)]
    people = [f"{i:02}" for i in range(40)]
    counts = search(
        rows[0],
        gallery=rows[1],
        probe_people=[people[i] for i in owner],
        gallery_people=people,
        bundles=make_bundles(40),
    ).counts
    assert counts is not None
    numbers = match_numbers(counts, false_accept_rates=(0.01,), people=40, resamples=50)
    false, true, _ = roc_curve(
        (owner[:, None] == np.arange(40)).ravel(), (rows[0] @ rows[1].T).ravel(), drop_intermediate=False
    )
    if name == "tar":
        (tar,) = numbers.true_accept_rates
        assert tar is not None
        assert tar.value == pytest.approx(true[false <= 0.01].max(), abs=2 / 800)
    else:
        crossing = brentq(lambda rate: 1 - rate - np.interp(rate, false, true), 0, 1)
        assert numbers.equal_error_rate.value == pytest.approx(crossing, abs=2 / 800)


def test_risk_at_each_coverage() -> None:
    signal, wrong = GENERATOR.normal(size=60), GENERATOR.random(60) < 0.4
    curve = risk_coverage(signal, risk=wrong.astype(float))
    order = np.argsort(-signal)
    for kept in (1, 10, 60):
        expected = 1 - accuracy_score(np.zeros(kept), wrong[order[:kept]])
        assert curve.risk[kept - 1] == pytest.approx(expected)


def test_interval_of_one_picture_a_person_is_scipys_but_wider() -> None:
    values = GENERATOR.exponential(size=200)
    ours = mean_over_people(values, people=[f"{i}" for i in range(200)], resamples=8000)
    theirs = bootstrap((values,), np.mean, n_resamples=8000, method="percentile", rng=1).confidence_interval
    assert ours.high - ours.low == pytest.approx(theirs.high - theirs.low, rel=0.05)
    assert (ours.low, ours.high) == (
        pytest.approx(theirs.low, abs=0.02),
        pytest.approx(theirs.high, abs=0.02),
    )


def test_p_value_is_near_that_of_the_t_test() -> None:
    change = GENERATOR.normal(0.25, 1, size=80)
    ours = paired_bootstrap(np.zeros(80), change, people=[f"{i}" for i in range(80)], resamples=8000)
    assert ours.p_value == pytest.approx(ttest_1samp(change, 0).pvalue, abs=0.02)


def test_pictures() -> None:
    a, b = GENERATOR.random((2, 16, 16, 3))
    assert l1(a, truth=b) == pytest.approx(mean_absolute_error(b.ravel(), a.ravel()))
    assert psnr(a, truth=b) == pytest.approx(peak_signal_noise_ratio(b, a, data_range=1.0))
    assert psnr(a, truth=b) == pytest.approx(-10 * np.log10(mean_squared_error(a, b)))
    channels = [
        structural_similarity(
            a[..., k],
            b[..., k],
            data_range=1.0,
            gaussian_weights=True,
            sigma=1.5,
            use_sample_covariance=False,
        )
        for k in range(3)
    ]
    assert ssim(a, truth=b) == pytest.approx(np.mean(channels))
