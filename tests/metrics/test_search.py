"""The blocked search against the whole matrix, and its counts against exact verification numbers."""

import numpy as np
import pytest

from enface.metrics.identification import cosine_scores, normalised, ranks
from enface.metrics.match_numbers import match_numbers
from enface.metrics.matching import FINE, MatchCounts, couple_numbers, make_bundles, roc_of
from enface.metrics.search import cumulative_matches, search
from enface.metrics.verification import equal_error_rate, roc, separation, true_accept_rate

GENERATOR = np.random.Generator(np.random.Philox(key=2))
PEOPLE = [f"{i:03}" for i in range(30)]
GALLERY = normalised(GENERATOR.normal(size=(30, 24)))
OWNER = np.repeat(np.arange(30), 5)
PROBES = normalised(GALLERY[OWNER] + 0.35 * GENERATOR.normal(size=(150, 24)))
WHO = [PEOPLE[i] for i in OWNER]
SCORES = cosine_scores(PROBES, gallery=GALLERY)
RIGHT = OWNER[:, None] == np.arange(30)


@pytest.mark.parametrize("block", [1, 95, 4_000_000])
def test_equal_to_the_whole_matrix(block: int) -> None:
    found = search(PROBES, gallery=GALLERY, probe_people=WHO, gallery_people=PEOPLE, block=block)
    np.testing.assert_array_equal(found.places, ranks(SCORES, probe_people=WHO, gallery_people=PEOPLE))
    np.testing.assert_allclose(found.own, SCORES[RIGHT], atol=1e-6)
    hardest = np.where(RIGHT, -np.inf, SCORES).max(axis=1)
    np.testing.assert_allclose(found.margins, SCORES[RIGHT] - hardest, atol=1e-6)
    assert ((found.margins > 1e-6) == (found.places == 1)).all()
    np.testing.assert_array_equal(found.nearest, np.where(RIGHT, -np.inf, SCORES).argmax(axis=1))


def test_hardest_by_fold() -> None:
    folds = GENERATOR.integers(0, 4, size=30)
    found = search(PROBES, gallery=GALLERY, probe_people=WHO, gallery_people=PEOPLE, folds=folds, block=100)
    for fold in range(4):
        hardest = np.where(RIGHT | (folds != fold), -np.inf, SCORES).max(axis=1)
        np.testing.assert_allclose(found.hardest[:, fold], hardest, atol=1e-6)


def test_an_empty_fold_holds_nobody() -> None:
    found = search(
        PROBES, gallery=GALLERY, probe_people=WHO, gallery_people=PEOPLE, folds=np.full(30, 1, dtype=int)
    )
    assert (found.hardest[:, 0] == -np.inf).all()
    assert np.isfinite(found.margins).all()


def test_one_face_for_all_earns_nothing() -> None:
    same = np.tile(normalised(GENERATOR.normal(size=(1, 200))), (30, 1))
    found = search(same, gallery=same, probe_people=PEOPLE, gallery_people=PEOPLE)
    assert (found.places == 30).all()


def counted() -> MatchCounts:
    found = search(
        PROBES, gallery=GALLERY, probe_people=WHO, gallery_people=PEOPLE, bundles=make_bundles(30), block=333
    )
    assert found.counts is not None
    return found.counts


def test_counts_hold_every_score_once() -> None:
    counts = counted()
    assert (counts.genuine_count, counts.impostor_count) == (150, 150 * 29)
    assert counts.by_couple.sum() == 150 * 29
    assert counts.by_couple.min() >= 0
    # Nobody is an impostor of themselves, and each person has a bundle of their own here.
    assert counts.by_couple[np.diag(couple_numbers(30))].sum() == 0
    np.testing.assert_allclose(np.concatenate(counts.genuine), SCORES[RIGHT], atol=1e-6)


def test_rates_at_bin_edges_are_exact() -> None:
    curve, exact = roc_of(counted()), roc(SCORES.ravel(), same=RIGHT.ravel())
    for threshold, far, tar in zip(curve.thresholds, curve.false_accepts, curve.true_accepts, strict=True):
        # Single precision decides on which side of an edge a score that is on it falls.
        assert abs(far - np.mean(SCORES[~RIGHT] >= threshold)) <= 2.01 / (150 * 29)
        assert abs(tar - np.mean(SCORES[RIGHT] >= threshold)) <= 1.01 / 150
    for rate in (0.001, 0.01, 0.1):
        expected = true_accept_rate(exact, false_accept_rate=rate)
        assert true_accept_rate(curve, false_accept_rate=rate) == pytest.approx(expected, abs=1 / 150)
    assert equal_error_rate(curve) == pytest.approx(equal_error_rate(exact), abs=1 / 150)


def test_numbers_and_intervals() -> None:
    numbers = match_numbers(counted(), false_accept_rates=(0.01, 1e-4), people=30, resamples=300)
    exact = separation(SCORES.ravel(), same=RIGHT.ravel())
    assert numbers.genuine_mean.value == pytest.approx(exact.genuine_mean, abs=1e-6)
    assert numbers.impostor_mean.value == pytest.approx(exact.impostor_mean, abs=2 / FINE)
    assert numbers.d_prime is not None
    assert numbers.d_prime.value == pytest.approx(exact.d_prime, rel=1e-4)
    for row in (numbers.genuine_mean, numbers.impostor_mean, numbers.d_prime, numbers.equal_error_rate):
        assert row.low < row.value < row.high
    resolved, unresolved = numbers.true_accept_rates
    assert resolved is not None
    assert resolved.low <= resolved.value <= resolved.high
    assert resolved.low >= 0 and resolved.high <= 1 and numbers.equal_error_rate.low >= 0
    assert unresolved is None  # 4,350 impostors cannot tell 1e-4


def test_parts_add_up() -> None:
    parts = []
    for rows in (slice(0, 40), slice(40, 150)):
        found = search(
            PROBES[rows],
            gallery=GALLERY,
            probe_people=WHO[rows],
            gallery_people=PEOPLE,
            bundles=make_bundles(30),
        )
        assert found.counts is not None
        parts.append(found.counts)
    whole, sum_of_parts = counted(), MatchCounts.together(parts)
    np.testing.assert_array_equal(whole.by_couple, sum_of_parts.by_couple)
    np.testing.assert_array_equal(whole.impostors, sum_of_parts.impostors)
    assert sum_of_parts.genuine_count == 150


def test_many_people_share_bundles_of_one_size() -> None:
    sizes = np.bincount(make_bundles(1000))
    assert len(sizes) == 64
    assert sizes.max() - sizes.min() <= 1
    assert sorted(make_bundles(5)) == [0, 1, 2, 3, 4]


def test_cumulative_matches() -> None:
    assert cumulative_matches(np.array([1, 1, 3, 9]), most=4) == (0.5, 0.5, 0.75, 0.75)


@pytest.mark.parametrize(
    ("change", "match"),
    [
        ({"probe_people": ["stranger"] * 150}, "not in the gallery, first 'stranger'"),
        ({"gallery_people": ["000"] * 30, "probe_people": ["000"] * 150}, "twice"),
        ({"gallery": GALLERY[:1], "gallery_people": ["000"], "probe_people": ["000"] * 150}, "one person"),
        ({"gallery": np.full((30, 24), np.nan)}, "finite"),
        ({"probes": PROBES[:7]}, "a person for each of 7 probes"),
    ],
)
def test_bad_input_is_refused(change: dict[str, object], match: str) -> None:
    given = {"probes": PROBES, "gallery": GALLERY, "probe_people": WHO, "gallery_people": PEOPLE} | change
    with pytest.raises(ValueError, match=match):
        search(given.pop("probes"), **given)  # type: ignore[arg-type]
