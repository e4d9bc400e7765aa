"""An ONNX file with a card is a recognizer like any other."""

import hashlib
import json
from pathlib import Path

import pytest
import torch
import torch.nn.functional as F

from enface.errors import ConfigError, ResourceError
from enface.recognizers.registry import load_recognizer
from tiny_onnx import CARD, INT64, write_onnx


def images(count: int = 3) -> torch.Tensor:
    return torch.rand(count, 3, 28, 28, generator=torch.Generator().manual_seed(0)) * 2 - 1


def expected(batch: torch.Tensor) -> torch.Tensor:
    """What the graph computes of scaled pictures."""
    return F.avg_pool2d(batch * 127.5 / 128, 7).flatten(1)


def test_equals_the_same_network_in_torch(tmp_path: Path) -> None:
    path = write_onnx(tmp_path / "pool.onnx")
    judge = load_recognizer(str(path))
    torch.testing.assert_close(judge(images()), expected(images()))
    assert (judge.card.name, judge.feature_size, judge.card.may_guide) == ("pool", 48, False)
    assert judge.weights_sha256 == hashlib.sha256(path.read_bytes()).hexdigest()


def test_a_file_for_one_picture_at_a_time(tmp_path: Path) -> None:
    judge = load_recognizer(str(write_onnx(tmp_path / "one.onnx", batch=1)))
    torch.testing.assert_close(judge(images()), expected(images()))


def test_a_file_for_several_pictures_at_a_time_is_refused(tmp_path: Path) -> None:
    with pytest.raises(
        ConfigError, match=r"shape \[4, 3, 28, 28\], always 4 together; export it with an open"
    ):
        load_recognizer(str(write_onnx(tmp_path / "four.onnx", batch=4)))


def test_open_sides_take_the_cards_size_where_the_network_can(tmp_path: Path) -> None:
    path = write_onnx(tmp_path / "open.onnx", open_sides=True)
    torch.testing.assert_close(load_recognizer(str(path))(images()), expected(images()))
    path.with_suffix(".json").write_text(json.dumps({**CARD, "input_size": [5, 5]}))
    with pytest.raises(
        ConfigError, match=r"open\.onnx cannot compute pictures of shape \[1, 3, 5, 5\].*input_size \[5, 5\]"
    ):
        load_recognizer(str(path))


def test_order_scaling_and_alignment_are_the_cards(tmp_path: Path) -> None:
    card = {**CARD, "colour": "BGR", "mean": [0, 0, 0], "scale": [1, 2, 3], "name": "other"}
    judge = load_recognizer(str(write_onnx(tmp_path / "bgr.onnx", card=card)))
    levels = (images().flip(1) + 1) * 127.5 * torch.tensor([1.0, 2.0, 3.0]).view(1, 3, 1, 1)
    torch.testing.assert_close(judge(images()), F.avg_pool2d(levels, 7).flatten(1))
    assert judge.card.name == "other"
    points = [[9, 12], [19, 12], [14, 17], [10, 22], [18, 22]]
    placed = load_recognizer(str(write_onnx(tmp_path / "points.onnx", card={**CARD, "points": points})))
    assert not torch.allclose(placed(images()), expected(images()), atol=0.01)


def test_the_embedding_among_several_outputs(tmp_path: Path) -> None:
    path = write_onnx(tmp_path / "two.onnx", outputs=("first", "second"))
    with pytest.raises(ConfigError, match="has outputs first, second; name the embedding as `output`"):
        load_recognizer(str(path))
    path.with_suffix(".json").write_text(json.dumps({**CARD, "output": "second"}))
    torch.testing.assert_close(load_recognizer(str(path))(images()), expected(images()))
    path.with_suffix(".json").write_text(json.dumps({**CARD, "output": "third"}))
    with pytest.raises(ConfigError, match="no output 'third'; outputs: first, second"):
        load_recognizer(str(path))


@pytest.mark.parametrize(
    ("change", "match"),
    [
        ({"input_size": [14, 14]}, r"shape \['n', 3, 28, 28\], its card says \[3, 14, 14\]"),
        ({"layout": "NHWC"}, r"its card says \[28, 28, 3\] \(NHWC\)"),
        ({"name": "a/b"}, "letters, digits"),
        ({"colour": "GRAY"}, "colour"),
        ({"size": 28}, "unknown field"),
        ({"points": [[1, 2]]}, "points"),
        ({"input_size": [0, 0]}, "1 or more"),
        ({"sha256": "a" * 64}, "its card says aaaa"),
    ],
)
def test_a_card_that_does_not_fit(tmp_path: Path, change: dict[str, object], match: str) -> None:
    path = write_onnx(tmp_path / "net.onnx", card={**CARD, **change})
    with pytest.raises((ConfigError, ResourceError), match=match):
        load_recognizer(str(path))


def test_missing_and_broken_files(tmp_path: Path) -> None:
    with pytest.raises(ResourceError, match=r"cannot read the weights .*none\.onnx"):
        load_recognizer(str(tmp_path / "none.onnx"))
    with pytest.raises(ResourceError, match="write the recognizer's card there"):
        load_recognizer(str(write_onnx(tmp_path / "bare.onnx", card={})))
    broken = write_onnx(tmp_path / "broken.onnx")
    broken.write_bytes(b"no network")
    with pytest.raises(ResourceError, match="cannot be used by onnxruntime"):
        load_recognizer(str(broken))
    (tmp_path / "broken.json").write_text("{")
    with pytest.raises(ResourceError, match="is not the card of a recognizer"):
        load_recognizer(str(broken))
    whole = write_onnx(tmp_path / "whole.onnx")
    with pytest.raises(ConfigError, match="holds its own weights"):
        load_recognizer(str(whole), weights="random")


def test_other_numbers_than_floating_point_are_refused(tmp_path: Path) -> None:
    with pytest.raises((ConfigError, ResourceError), match=r"int64|cannot be used"):
        load_recognizer(str(write_onnx(tmp_path / "int.onnx", kind=INT64)))
