"""Two models on the same pairs, whose embeddings are planted."""

from pathlib import Path

import numpy as np
import pytest

from enface.errors import ConfigError
from enface.evaluation.arms import JudgedFaces
from enface.evaluation.bootstrapping import Bootstrap
from enface.evaluation.comparison import compare
from enface.evaluation.comparison.page import write_comparison
from enface.evaluation.comparison.words import summary
from enface.evaluation.pair_arms import judge_pairs
from enface.evaluation.pair_evaluation import PairEvaluation
from enface.evaluation.protocols import FacePair
from enface.evaluation.report import write_folder
from enface.evaluation.results import Environment
from enface.evaluation.verification_results import Counts, VerificationResults, VerificationSetup

FEW = Bootstrap(resamples=100)
PEOPLE = 20
PAIRS = tuple(
    FacePair(f"{i}a", f"{j % PEOPLE}b", (f"p{i}", f"p{j % PEOPLE}"))
    for i in range(PEOPLE)
    for j in range(i, i + 8)
)
PLACE = {f"{i}{side}": 2 * i + k for i in range(PEOPLE) for k, side in enumerate("ab")}


def embeddings(noise: float, *, seed: int) -> np.ndarray:
    """Two pictures of everybody: the person's own axis and noise."""
    generator = np.random.Generator(np.random.Philox(key=seed))
    people = np.repeat(np.eye(PEOPLE, 64), 2, axis=0)
    return people + noise * generator.normal(size=people.shape)


def folder(path: Path, *, frontal_noise: float, detector: str = "aligned") -> Path:
    """An evaluation whose raw pictures are the same in every folder."""
    faces = JudgedFaces(raw=embeddings(0.1, seed=0), frontalised=embeddings(frontal_noise, seed=1))
    judged = judge_pairs(faces, pairs=PAIRS, place=PLACE, bootstrap=FEW)
    results = VerificationResults(
        setup=VerificationSetup(
            *(f"runs/{path.name}", "guide", "a" * 64, "judge", "b" * 64, "pairs", "here", "c" * 64),
            *(detector, "largest", 0.95, 100, 0),
        ),
        environment=Environment(None, None, {}, "cpu", 2, 1, 1.0),
        counts=Counts(2 * PEOPLE, len(PAIRS), 0, PEOPLE, len(PAIRS) - PEOPLE, PEOPLE),
        failures=(),
        arms=judged.arms,
    )
    path.mkdir()
    write_folder(path, PairEvaluation(results, PAIRS, judged))
    return path


def test_a_worse_frontal_face_is_found_and_the_raw_pictures_are_equal(tmp_path: Path) -> None:
    good, bad = (folder(tmp_path / n, frontal_noise=x) for n, x in (("good", 0.05), ("bad", 3.0)))
    results = compare(good, bad, bootstrap=FEW)
    found = results.comparisons[0]
    assert found.setup.kind == "pairs"
    assert found.measures == ("accuracy", "EER", "TAR@0.01")  # 140 impostors resolve no lower rate
    accuracy = found.row("frontalised", None, "accuracy")
    assert accuracy.winner == "first"
    assert accuracy.first.value == 1.0
    assert accuracy.difference.value == pytest.approx(accuracy.second.value - 1)
    assert accuracy.p_value == pytest.approx(2 / 101)
    error = found.row("frontalised", None, "EER")
    assert (error.difference.value > 0, error.winner) == (True, "first")
    assert found.row("raw", None, "EER").difference.value == 0
    assert found.row("raw", None, "EER").p_value == 1.0
    counts = {row.arm: row for row in found.outcomes}
    assert counts["raw"].only_first == counts["raw"].only_second == 0
    assert counts["frontalised"].only_first == round(-accuracy.difference.value * len(PAIRS))
    worst = found.moved[-1]
    assert worst.gain == pytest.approx(
        worst.second - worst.first if len(set(worst.people)) == 1 else worst.first - worst.second
    )
    page = write_comparison(tmp_path / "out", results).read_text()
    assert 'aria-label="Difference in accuracy of B less A' in page
    assert "The frontal face alone, accuracy: B is below A (by " in summary(results)


def test_another_detector_is_refused(tmp_path: Path) -> None:
    one = folder(tmp_path / "one", frontal_noise=0.1)
    other = folder(tmp_path / "other", frontal_noise=0.1, detector="yunet")
    with pytest.raises(ConfigError, match="the face detector differs: 'aligned' and 'yunet'"):
        compare(one, other)
