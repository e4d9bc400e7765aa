"""How often intervals hold the truth when data are made again and again: nominal 95 %, 93 to 97 wanted.

Everything is seeded. The standard error of a share of 2,000 data sets is half a point, of 300 it is 1.3.
"""

from collections.abc import Callable

import numpy as np
import pytest

from enface.evaluation.groups import FEW_PEOPLE
from enface.metrics.bootstrap import Estimate, contrasts_over_people, means_over_people
from enface.metrics.match_numbers import match_numbers
from enface.metrics.matching import make_bundles
from enface.metrics.pair_bootstrap import corrected, draw_couples, draw_pairs, weighed
from enface.metrics.search import search
from enface.metrics.verification import best_accuracy, equal_error_rate, roc, true_accept_rate

Make = Callable[[np.random.Generator, int, int], np.ndarray]


def continuous(generator: np.random.Generator, people: int, pictures: int) -> np.ndarray:
    """A margin: half of its variance is the person's."""
    return np.repeat(generator.normal(size=people), pictures) + generator.normal(size=people * pictures)


def rate(generator: np.random.Generator, people: int, pictures: int) -> np.ndarray:
    """Hits at a mean rate of 0.8, of which some people have less and most more."""
    chance = generator.beta(4, 1, size=people)
    return (generator.random(people * pictures) < np.repeat(chance, pictures)).astype(float)


def covered(estimates: tuple[Estimate, ...], truth: float) -> float:
    return float(np.mean([e.low <= truth <= e.high for e in estimates]))


def names_of(people: int, pictures: int) -> list[str]:
    return np.repeat([f"{i:03}" for i in range(people)], pictures).tolist()


@pytest.mark.parametrize("people", [20, 50, 112])
@pytest.mark.parametrize(("make", "truth"), [(continuous, 0.0), (rate, 0.8)])
def test_means_over_people(make: Make, truth: float, people: int) -> None:
    generator = np.random.Generator(np.random.Philox(key=people))
    columns = np.stack([make(generator, people, 13) for _ in range(2000)], axis=1)
    share = covered(means_over_people(columns, people=names_of(people, 13)), truth)
    assert 0.93 <= share <= 0.97


def test_intervals_of_few_people_are_too_narrow_which_is_why_groups_are_marked() -> None:
    generator = np.random.Generator(np.random.Philox(key=5))
    columns = np.stack([rate(generator, 5, 2) for _ in range(2000)], axis=1)
    assert covered(means_over_people(columns, people=names_of(5, 2)), 0.8) < 0.88
    columns = np.stack([rate(generator, FEW_PEOPLE, 2) for _ in range(2000)], axis=1)
    assert covered(means_over_people(columns, people=names_of(FEW_PEOPLE, 2)), 0.8) > 0.92


def test_differences_between_groups_of_people() -> None:
    generator = np.random.Generator(np.random.Philox(key=3))
    inside = np.repeat(np.arange(60) < 20, 6)
    columns = np.stack([continuous(generator, 60, 6) + 0.5 * inside for _ in range(2000)], axis=1)
    share = covered(contrasts_over_people(columns, inside=inside, people=names_of(60, 6)), 0.5)
    assert 0.93 <= share <= 0.97


def pairs_of_view1(generator: np.random.Generator) -> tuple[int, np.ndarray]:
    """500 pairs of one person and 500 of two, of 700 people, as in LFW View 1."""
    same = generator.integers(700, size=500)
    different = generator.integers(700, size=(1000, 2))
    different = different[different[:, 0] != different[:, 1]][:500]
    return 700, np.concatenate([np.stack([same, same], axis=1), different])


def scores_of(
    generator: np.random.Generator, people: int, pairs: np.ndarray, *, person: float, noise: float
) -> np.ndarray:
    same = pairs[:, 0] == pairs[:, 1]
    own, other = generator.normal(0, person, size=(2, people))
    between = other[pairs[:, 0]] + other[pairs[:, 1]]
    return np.where(same, 2.6 + own[pairs[:, 0]], between) + generator.normal(0, noise, size=len(pairs))


@pytest.mark.slow
@pytest.mark.parametrize(("person", "noise"), [(0.1, 1.0), (0.5, 0.7)])
def test_verification_of_pairs_that_share_people(person: float, noise: float) -> None:
    generator = np.random.Generator(np.random.Philox(key=11))
    count = 500_000
    genuine = generator.normal(2.6, np.hypot(person, noise), size=count)
    impostor = generator.normal(0, np.sqrt(2 * person**2 + noise**2), size=count)
    curve = roc(np.concatenate([genuine, impostor]), same=np.arange(2 * count) < count)
    truth = {
        "equal_error_rate": equal_error_rate(curve),
        "tar": true_accept_rate(curve, false_accept_rate=0.05),
        "genuine_mean": 2.6,
        "impostor_mean": 0.0,
    }
    found: dict[str, list[Estimate]] = {name: [] for name in (*truth, "accuracy")}
    uncorrected = []
    for number in range(300):
        people, pairs = pairs_of_view1(generator)
        scores = scores_of(generator, people, pairs, person=person, noise=noise)
        for name, estimate in measured(scores, pairs, seed=number).items():
            if name == "wide":
                uncorrected.append(estimate)
            else:
                found[name].append(estimate)
    # The best accuracy is about the same procedure on new people: its mean is the truth.
    truth["accuracy"] = float(np.mean([e.value for e in found["accuracy"]]))
    shares = {name: covered(tuple(found[name]), truth[name]) for name in found}
    # TAR at a fixed FAR moves in steps of one pair, so its intervals are rather too wide.
    assert all(0.92 <= share <= (0.99 if name == "tar" else 0.975) for name, share in shares.items()), shares
    assert covered(tuple(uncorrected), 0.0) > 0.985, "the pigeonhole bootstrap alone is too wide"


def measured(scores: np.ndarray, pairs: np.ndarray, *, seed: int) -> dict[str, Estimate]:
    same = pairs[:, 0] == pairs[:, 1]
    people = [(f"{i}", f"{j}") for i, j in pairs]
    correct = (scores >= best_accuracy(scores, same=same)[1]) == same

    def weighed_by(weights: np.ndarray) -> dict[str, np.ndarray]:
        some = weighed(scores, same=same, correct=correct, weights=weights, false_accept_rates=[0.05])
        names = ("equal_error_rate", "genuine_mean", "impostor_mean", "accuracy")
        return {name: getattr(some, name) for name in names} | {"tar": some.true_accept_rates[:, 0]}

    once = weighed_by(np.ones((1, len(scores))))
    draws = weighed_by(np.concatenate(list(draw_pairs(people, resamples=500, seed=seed))))
    couples = weighed_by(np.concatenate(list(draw_couples(people, resamples=200, seed=seed + 1))))
    number = len(set(pairs.ravel().tolist()))

    def interval(name: str, alone: np.ndarray) -> Estimate:
        return corrected(float(once[name][0]), draws[name], alone, people=number, level=0.95)

    return {name: interval(name, couples[name]) for name in once} | {
        "wide": interval("impostor_mean", np.zeros(2))
    }


@pytest.mark.slow
def test_everybody_against_everybody() -> None:
    """50 people with 6 probes each, as rendered test people: one embedding is a person and a picture."""
    generator = np.random.Generator(np.random.Philox(key=21))
    names = [f"{i:02}" for i in range(50)]
    owner = np.repeat(np.arange(50), 6)
    found = [_one_search(generator, names, owner) for _ in range(500)]
    for measure in ("genuine_mean", "impostor_mean", "d_prime", "equal_error_rate"):
        values = [estimate for row in found if (estimate := row[measure]) is not None]
        share = covered(tuple(values), float(np.mean([e.value for e in values])))
        assert 0.92 <= share <= 0.985, (measure, share)


def _one_search(generator: np.random.Generator, names: list[str], owner: np.ndarray) -> dict[str, Estimate]:
    centre = generator.normal(size=(50, 16)) + 0.4
    spread = generator.uniform(0.6, 1.4, size=50)[owner, None]
    rows = [
        centre + 0.3 * generator.normal(size=(50, 16)),
        centre[owner] + spread * generator.normal(size=(300, 16)),
    ]
    gallery, probes = (r / np.linalg.norm(r, axis=1, keepdims=True) for r in rows)
    counts = search(
        probes,
        gallery=gallery,
        probe_people=[names[i] for i in owner],
        gallery_people=names,
        bundles=make_bundles(50),
    ).counts
    assert counts is not None
    numbers = match_numbers(counts, false_accept_rates=(), people=50, resamples=1000)
    return {
        name: getattr(numbers, name)
        for name in ("genuine_mean", "impostor_mean", "d_prime", "equal_error_rate")
    }
