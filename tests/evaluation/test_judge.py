"""The recognizer that guided a model never judges it."""

import hashlib
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace

import pytest
from torch import Tensor

from enface.errors import ConfigError, JudgeError
from enface.evaluation.embeddings import EmbeddingCache
from enface.evaluation.judge import load_judge, refuse_guide
from enface.evaluation.judging import Judging
from enface.evaluation.subject import NO_GUIDE, WarpSubject
from enface.models.guide import GuideRecord
from enface.recognizers.callable import recognizer_of
from enface.recognizers.frozen import FrozenRecognizer
from enface.recognizers.outside import InputCard
from enface.recognizers.registry import load_recognizer
from tiny_onnx import write_onnx

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


def test_hashes_that_nobody_knows_are_not_the_same(recognizer: Make) -> None:
    refuse_guide(recognizer("judge", "b" * 64, card_sha256=""), guide=NO_GUIDE)
    refuse_guide(recognizer("judge", "b" * 64, card_sha256=""), guide=GuideRecord("other", "", ""))


def test_a_named_guide_is_refused_before_its_weights_are_looked_for() -> None:
    with pytest.raises(JudgeError, match="--judge"):
        load_judge("never_fetched", guide=GuideRecord("never_fetched", "x", "a" * 64))


def test_the_shipped_judge_loads_and_its_twin_is_refused() -> None:
    judge = load_judge("rendered_b", guide=GUIDE)
    assert judge.card.name == "rendered_b"
    with pytest.raises(JudgeError, match="same weights"):
        load_judge("rendered_b", guide=GuideRecord("renamed", "embedding", judge.weights_sha256))


def test_an_onnx_file_and_a_callable_may_judge(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = write_onnx(tmp_path / "pool.onnx")
    assert load_judge(str(path), guide=GUIDE).card.name == "pool"
    (tmp_path / "judges_of_this_test.py").write_text(
        f"from enface.recognizers.registry import load_recognizer\njudge = load_recognizer({str(path)!r})\n"
    )
    monkeypatch.chdir(tmp_path)
    assert load_judge("judges_of_this_test:judge", guide=GUIDE).card.name == "pool"
    with pytest.raises(ConfigError, match="leave --judge-weights out"):
        load_judge("judges_of_this_test:judge", guide=GUIDE, weights="x")


def test_the_guides_file_is_refused_as_onnx_too(tmp_path: Path) -> None:
    path = write_onnx(tmp_path / "pool.onnx")
    digest = hashlib.sha256(path.read_bytes()).hexdigest()
    with pytest.raises(JudgeError, match="same weights as guide"):
        load_judge(str(path), guide=GuideRecord("guide", "embedding", digest))


def test_the_guide_in_another_form_is_refused_by_its_answers(recognizer: Make) -> None:
    guide = recognizer("guide", "a" * 64)
    card = InputCard((7, 7), "RGB", (127.5,) * 3, (1.0,) * 3, None, name="disguised")

    def answers(images: Tensor) -> Tensor:
        return 3 * guide.network(images, ("embedding",))["embedding"]

    judge = recognizer_of(answers, card=card, version="1")
    refuse_guide(judge, guide=GUIDE)  # nothing to compare with
    with pytest.raises(JudgeError, match="disguised cannot judge this model: it gives the same embeddings"):
        refuse_guide(judge, guide=GUIDE, network=guide)
    other = recognizer_of(lambda images: answers(images).flip(1), card=card, version="1")
    refuse_guide(other, guide=GUIDE, network=guide)


def warp(*guides: str) -> WarpSubject:
    return WarpSubject(SimpleNamespace(guides=guides))  # type: ignore[arg-type]


def test_every_guide_of_a_warp_model_is_refused(recognizer: Make) -> None:
    subject = warp("never_fetched", "rendered_a")
    assert subject.guide.recognizer == "never_fetched, rendered_a"
    Judging(subject, recognizer("judge"), EmbeddingCache(None))
    with pytest.raises(JudgeError, match="same name as never_fetched"):
        Judging(subject, recognizer("never_fetched"), EmbeddingCache(None))
    installed = load_recognizer("rendered_a")
    with pytest.raises(JudgeError, match="same name as rendered_a"):
        Judging(subject, installed, EmbeddingCache(None))
    with pytest.raises(JudgeError, match="same weights as rendered_a"):
        Judging(subject, recognizer("renamed", installed.weights_sha256), EmbeddingCache(None))


def test_a_guide_of_a_warp_model_is_refused_in_another_form() -> None:
    guide = load_recognizer("rendered_a")
    with pytest.raises(JudgeError, match="disguised cannot judge this model: it gives the same embeddings"):
        Judging(warp("never_fetched", "rendered_a"), disguised(guide), EmbeddingCache(None))


def test_a_guide_in_another_form_is_refused_as_it_is_loaded(monkeypatch: pytest.MonkeyPatch) -> None:
    guide = load_recognizer("rendered_a")
    monkeypatch.setattr("enface.evaluation.judge.import_recognizer", lambda name: disguised(guide))
    record = GuideRecord("rendered_a", guide.layer, guide.weights_sha256)
    with pytest.raises(JudgeError, match="it gives the same embeddings as rendered_a"):
        load_judge("my_code:judge", guide=record, network=guide)


def disguised(guide: FrozenRecognizer) -> FrozenRecognizer:
    """A callable that asks the guide."""
    card = guide.card
    given = InputCard(card.input_size, card.colour, card.mean, card.scale, card.points, name="disguised")
    return recognizer_of(
        lambda images: guide.network(images, (guide.layer,))[guide.layer], card=given, version="1"
    )
