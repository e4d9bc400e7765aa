"""Any Python callable is a recognizer, from code and by name."""

from pathlib import Path

import numpy as np
import pytest
import torch
from torch import Tensor, nn

from enface.errors import ConfigError
from enface.recognizers.callable import import_recognizer, names_callable, recognizer_of
from enface.recognizers.outside import InputCard

CARD = InputCard(
    input_size=(14, 14), colour="RGB", mean=(127.5,) * 3, scale=(1 / 127.5,) * 3, points=None, name="mine"
)


def images() -> Tensor:
    return torch.rand(4, 3, 14, 14, generator=torch.Generator().manual_seed(0)) * 2 - 1


def colours(batch: Tensor) -> np.ndarray:
    """Mean colour of each picture, as an array."""
    return batch.mean(dim=(2, 3)).numpy()


def test_a_function_that_returns_arrays() -> None:
    judge = recognizer_of(colours, card=CARD, version="1")
    torch.testing.assert_close(judge(images()), images().mean(dim=(2, 3)))
    assert (judge.card.name, judge.feature_size, judge.card.may_guide) == ("mine", 3, False)


def test_the_version_stands_for_the_weights() -> None:
    one, same, other = (recognizer_of(colours, card=CARD, version=v).weights_sha256 for v in ("1", "1", "2"))
    assert one == same != other
    with pytest.raises(ConfigError, match="needs a version"):
        recognizer_of(colours, card=CARD)


def test_a_module_brings_its_weights_and_stands_still() -> None:
    network = nn.Sequential(nn.Dropout(0.5), nn.Flatten(), nn.Linear(588, 8))
    judge = recognizer_of(network, card=CARD)
    torch.testing.assert_close(judge(images()), judge(images()))  # no dropout
    before = judge.weights_sha256
    with torch.no_grad():
        network[2].bias += 1
    assert recognizer_of(network, card=CARD).weights_sha256 != before


def test_the_layout_is_the_cards() -> None:
    from dataclasses import replace

    shapes: list[tuple[int, ...]] = []

    def look(batch: Tensor) -> Tensor:
        shapes.append(tuple(batch.shape))
        return batch.flatten(1)

    recognizer_of(look, card=replace(CARD, layout="NHWC"), version="1")(images())
    assert shapes[-1] == (4, 14, 14, 3)


@pytest.mark.parametrize(
    ("function", "match"),
    [
        (lambda batch: None, "returned a NoneType"),
        (lambda batch: batch.mean(), r"returned shape \(\) for 1 images"),
        (lambda batch: batch.mean(dim=(0, 2, 3)), r"returned shape \(3,\)"),
        (lambda batch: torch.zeros(7, 9), r"returned shape \(7, 9\) for 1 images"),
        (lambda batch: batch.mean(dim=(1, 2, 3))[:, None], "at least two numbers"),
    ],
)
def test_what_is_no_embedding_is_refused(function: object, match: str) -> None:
    with pytest.raises(ConfigError, match=match):
        recognizer_of(function, card=CARD, version="1")  # type: ignore[arg-type]


def test_a_card_without_a_name() -> None:
    from dataclasses import replace

    with pytest.raises(ConfigError, match="needs a name"):
        recognizer_of(colours, card=replace(CARD, name=""), version="1")


def test_names() -> None:
    assert names_callable("my_code.judges:arcface")
    for name in ("rendered_b", "a/b:c", "C:\\judge", "x.onnx", "module:"):
        assert not names_callable(name)


CODE = """
from enface.recognizers.callable import recognizer_of
from enface.recognizers.outside import InputCard

card = InputCard((14, 14), "RGB", (0.0,) * 3, (1.0,) * 3, None, name="mine")
judge = recognizer_of(lambda images: images.mean(dim=(2, 3)), card=card, version="1")
number = 3

def make():
    return judge

def embed(images):
    return images.mean(dim=(2, 3))
"""


def test_by_name_from_the_working_directory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "judges_of_a_test.py").write_text(CODE)
    monkeypatch.chdir(tmp_path)
    for attribute in ("judge", "make"):
        assert import_recognizer(f"judges_of_a_test:{attribute}").card.name == "mine"
    with pytest.raises(ConfigError, match="is a int; make a recognizer of it with"):
        import_recognizer("judges_of_a_test:number")
    with pytest.raises(ConfigError, match="needs arguments, as the function does that embeds; make a recog"):
        import_recognizer("judges_of_a_test:embed")
    with pytest.raises(ConfigError, match="cannot import recognizer 'judges_of_a_test:other'"):
        import_recognizer("judges_of_a_test:other")
    with pytest.raises(ConfigError, match="cannot import recognizer 'nothing_there:judge'"):
        import_recognizer("nothing_there:judge")
