"""The model card of a run says what was trained."""

from dataclasses import replace

import pytest

from enface.config import presets
from enface.config.schema import SingleScaleGenerator, ThreeScaleGenerator
from enface.networks.generators import build_generator
from enface.training.card import model_card


@pytest.mark.parametrize(
    ("generator", "words"),
    [
        (replace(presets.get("b_1_1").experiment.generator, width=0.01), "plain, 224 px"),
        (SingleScaleGenerator(size=56, width=0.01), "single_scale, 56 px"),
        (ThreeScaleGenerator(sizes=(7, 14, 28), width=0.01), "three_scale, 7 / 14 / 28 px"),
    ],
)
def test_sizes_are_those_that_were_built(generator: ThreeScaleGenerator, words: str) -> None:
    experiment = replace(presets.get("smoke").experiment, generator=generator)
    built = build_generator(generator, feature_size=4)
    card = model_card(experiment, preset=None, guide_sha256="ab", step=1, generator=built)
    parameters = sum(parameter.numel() for parameter in built.parameters())
    assert f"| generator | {words}, {parameters:,} parameters" in card
