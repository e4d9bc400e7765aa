"""Every card, loaded with random weights, keeps the promises of the interface."""

import hashlib
from pathlib import Path

import numpy as np
import pytest
import torch

from enface.errors import ConfigError, ResourceError
from enface.recognizers.card import read_card, synthetic_input, write_card
from enface.recognizers.registry import CARDS, card_of, load_recognizer, names
from enface.resources import present, shipped

NEEDS_FILE = {"reid0095"}
"""Even the topology of these is in the fetched file."""


def _absent(name: str) -> bool:
    resource = CARDS[name].resource
    return resource is not None and not present(resource)


def _names(*, all_files: bool) -> list[object]:
    chosen = []
    for name in names():
        fetched = all_files or name in NEEDS_FILE
        marks = [pytest.mark.resources] if fetched and CARDS[name].resource else []
        chosen.append(pytest.param(name, marks=marks))
    return chosen


@pytest.mark.parametrize("name", _names(all_files=False))
def test_random_recognizer_is_frozen_and_differentiable_in_the_image(name: str) -> None:
    if name in NEEDS_FILE and _absent(name):
        pytest.skip(f"run `enface fetch {name}`: its topology is in the fetched file")
    recognizer = load_recognizer(name, weights="random")
    recognizer.train()
    assert not any(module.training for module in recognizer.modules())
    assert not any(parameter.requires_grad for parameter in recognizer.parameters())

    images = torch.rand(2, 3, 112, 112).mul(2).sub(1).requires_grad_()
    features = recognizer(images)
    assert features.shape == (2, recognizer.feature_size) == (2, CARDS[name].embedding_size)
    features.square().mean().backward()
    assert images.grad is not None
    assert images.grad.isfinite().all()
    assert (images.grad.abs().amax(dim=(2, 3)) > 0).all()
    assert not torch.allclose(features[0], features[1])


@pytest.mark.parametrize("name", _names(all_files=False))
def test_layers_have_the_sizes_on_the_card(name: str) -> None:
    if name in NEEDS_FILE and _absent(name):
        pytest.skip(f"run `enface fetch {name}`: its topology is in the fetched file")
    recognizer = load_recognizer(name, weights="random")
    card = recognizer.card
    found = recognizer.features(torch.zeros(2, 3, 112, 112), (*card.layers, *card.maps))
    for layer, size in card.layers.items():
        assert found[layer].shape == (2, size)
    for layer, channels in card.maps.items():
        assert found[layer].shape[:2] == (2, channels)
        assert found[layer].ndim == 4


@pytest.mark.parametrize("name", _names(all_files=True))
def test_golden_embedding(name: str) -> None:
    """Stored values to 1e-4; those of reid0095 come from OpenVINO itself."""
    card = CARDS[name]
    if not card.golden:
        pytest.skip(f"{name} has no golden values: {card.golden_source}")
    if _absent(name):
        pytest.skip(f"run `enface fetch {card.resource}`")
    recognizer = load_recognizer(name)
    mean, scale = (torch.tensor(values).view(1, 3, 1, 1) for values in (card.mean, card.scale))
    embedding = recognizer.network((synthetic_input(card) - mean) * scale, ("embedding",))["embedding"]
    np.testing.assert_allclose(embedding[0, : len(card.golden)].numpy(), card.golden, atol=1e-4, rtol=0)


@pytest.mark.parametrize("name", ["rendered_a", "rendered_b"])
def test_shipped_recognizers_are_small_and_are_what_their_cards_say(name: str) -> None:
    card = CARDS[name]
    assert card.shipped is not None
    content = shipped(card.shipped).read_bytes()
    assert len(content) <= 6_000_000
    assert hashlib.sha256(content).hexdigest() == card.sha256
    assert load_recognizer(name).weights_sha256 == card.sha256


def test_judges_may_not_guide() -> None:
    assert {name for name in names() if CARDS[name].may_guide} == {
        "reid0095",
        "vgg_face",
        "vggface2_resnet50",
        "rendered_a",
    }


def test_random_weights_are_the_same_in_every_call_and_leave_the_global_seed_alone() -> None:
    torch.manual_seed(3)
    first = load_recognizer("rendered_a", weights="random")
    after = torch.rand(1)
    torch.manual_seed(3)
    assert torch.equal(after, torch.rand(1))
    again = load_recognizer("rendered_a", weights="random")
    assert first.weights_sha256 == again.weights_sha256
    assert first.weights_sha256 != load_recognizer("rendered_b", weights="random").weights_sha256


def test_a_vector_layer_other_than_the_embedding() -> None:
    recognizer = load_recognizer("rendered_a", weights="random", layer="pool")
    assert recognizer.layer == "pool"
    assert recognizer(torch.zeros(1, 3, 56, 56)).shape == (1, recognizer.feature_size) == (1, 384)


def test_typo_in_a_name_or_layer_is_answered_with_what_exists() -> None:
    with pytest.raises(ConfigError, match=r"rendered_aa.*did you mean 'rendered_a'.*reid0095"):
        load_recognizer("rendered_aa")
    with pytest.raises(ConfigError, match=r"no vector layer 'conv5_3'; layers: pool5"):
        load_recognizer("vggface2_resnet50", weights="random", layer="conv5_3")
    with pytest.raises(ConfigError, match="no layer 'nose'"):
        load_recognizer("rendered_a", weights="random").features(torch.zeros(1, 3, 96, 96), ("nose",))


def test_an_onnx_file_is_answered_with_who_may_guide() -> None:
    with pytest.raises(ConfigError, match=r"arc\.onnx cannot guide.*judges only.*guides: reid0095"):
        card_of("arc.onnx")


def test_weights_that_nobody_may_distribute_are_asked_for() -> None:
    with pytest.raises(ResourceError, match=r"no weights of vggface2_resnet50 to fetch.*VGGFace2-pytorch"):
        load_recognizer("vggface2_resnet50")


def test_weights_of_another_network_are_refused() -> None:
    other = CARDS["rendered_b"].shipped
    assert other is not None
    with pytest.raises(ResourceError, match=r"model.safetensors does not hold weights of ResidualRecognizer"):
        load_recognizer("rendered_a", weights=str(shipped(other)))


def test_missing_and_broken_weights_are_refused(tmp_path: Path) -> None:
    with pytest.raises(ResourceError, match="cannot read the weights"):
        load_recognizer("rendered_a", weights=str(tmp_path / "none.safetensors"))
    broken = tmp_path / "broken.safetensors"
    broken.write_bytes(b"nothing of the kind")
    with pytest.raises(ResourceError, match="not a safetensors file"):
        load_recognizer("rendered_a", weights=str(broken))
    with pytest.raises(ResourceError, match="not a torch file of plain tensors"):
        load_recognizer("mobilefacenet", weights=str(broken))


def test_card_survives_its_json_and_a_broken_one_is_refused(tmp_path: Path) -> None:
    for card in CARDS.values():
        write_card(card, tmp_path / "config.json")
        assert read_card(tmp_path / "config.json") == card
    (tmp_path / "config.json").write_text('{"name": "x"}')
    with pytest.raises(ResourceError, match=r"config.json is not a recognizer card: .*missing"):
        read_card(tmp_path / "config.json")
    with pytest.raises(ResourceError, match="cannot read the recognizer card"):
        read_card(tmp_path / "none.json")
