"""The recognizer that guided a model never judges it."""

from collections.abc import Callable

import pytest

from enface.errors import JudgeError
from enface.evaluation.judge import load_judge, refuse_guide
from enface.models.guide import GuideRecord
from enface.recognizers.frozen import FrozenRecognizer

GUIDE = GuideRecord("guide", "embedding", "a" * 64)
Make = Callable[..., FrozenRecognizer]


def test_another_recognizer_may_judge(recognizer: Make) -> None:
    refuse_guide(recognizer("judge", "b" * 64), guide=GUIDE)


def test_same_name_is_refused_whatever_its_weights(recognizer: Make) -> None:
    with pytest.raises(JudgeError, match="same name as guide"):
        refuse_guide(recognizer("guide", "b" * 64), guide=GUIDE)


def test_same_weights_are_refused_whatever_their_name(recognizer: Make) -> None:
    with pytest.raises(JudgeError, match="same weights as guide"):
        refuse_guide(recognizer("judge", "a" * 64), guide=GUIDE)
    with pytest.raises(JudgeError, match="card with the same weights"):
        refuse_guide(recognizer("judge", "b" * 64, card_sha256="a" * 64), guide=GUIDE)


def test_a_named_guide_is_refused_before_its_weights_are_looked_for() -> None:
    with pytest.raises(JudgeError, match="--judge"):
        load_judge("never_fetched", guide=GuideRecord("never_fetched", "x", "a" * 64))


def test_the_shipped_judge_loads_and_its_twin_is_refused() -> None:
    judge = load_judge("rendered_b", guide=GUIDE)
    assert judge.card.name == "rendered_b"
    with pytest.raises(JudgeError, match="same weights"):
        load_judge("rendered_b", guide=GuideRecord("renamed", "embedding", judge.weights_sha256))
