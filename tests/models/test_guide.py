"""The recorded recognizer comes back from the registry, and no other."""

import pytest

from enface.errors import CheckpointError
from enface.models.guide import GuideRecord, load_guide
from enface.recognizers.registry import load_recognizer


def test_the_recorded_recognizer_is_loaded_again() -> None:
    trained_with = load_recognizer("mobilefacenet", weights="random")
    record = GuideRecord("mobilefacenet", trained_with.layer, trained_with.weights_sha256)
    found = load_guide(record, weights="random")
    assert found.weights_sha256 == trained_with.weights_sha256
    assert found.feature_size == trained_with.feature_size
    assert not any(parameter.requires_grad for parameter in found.parameters())


def test_other_weights_are_refused_with_both_hashes() -> None:
    layer = load_recognizer("mobilefacenet", weights="random").layer
    with pytest.raises(CheckpointError, match=r"mobilefacenet.*c{64}.*random"):
        load_guide(GuideRecord("mobilefacenet", layer, "c" * 64), weights="random")
