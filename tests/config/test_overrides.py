"""Dotted overrides: every field can be set, and a typo gets help."""

import json

import pytest

from enface.config import presets
from enface.config.flat import differing_fields, experiment_fields
from enface.config.overrides import apply
from enface.config.schema import Experiment, RegionCritics, SingleScaleGenerator, WganGp
from enface.errors import ConfigError


@pytest.mark.parametrize(
    ("arguments", "field", "value"),
    [
        (["--schedule.batch_size", "8"], "schedule.batch_size", 8),
        (["--schedule.batch-size=8"], "schedule.batch_size", 8),
        (["--objective.feature.weight", "4"], "objective.feature.weight", 4.0),
        (["--data.mirror", "false"], "data.mirror", False),
        (["--data.mirror", "False"], "data.mirror", False),
        (["--data.manifest", "faces/manifest.csv"], "data.manifest", "faces/manifest.csv"),
        (["--generator.sizes", "28,56,112"], "generator.sizes", [28, 56, 112]),
        (["--generator.sizes", "[28, 56, 112]"], "generator.sizes", [28, 56, 112]),
        (["--objective.adversarial.clip", "none"], "objective.adversarial.clip", None),
        (["--generator.norm", "none"], "generator.norm", "none"),
        (["--seed", "7"], "seed", 7),
    ],
)
def test_one_field_changes_and_no_other(arguments: list[str], field: str, value: object) -> None:
    before = Experiment()
    after = apply(before, arguments)
    assert {name: new for name, (_, new) in differing_fields(before, after).items()} == {field: value}


@pytest.mark.parametrize("name", presets.names())
def test_every_field_of_every_preset_can_be_set_to_itself(name: str) -> None:
    experiment = presets.get(name).experiment
    arguments: list[str] = []
    for field, value in experiment_fields(experiment).items():
        arguments += [f"--{field}", value if isinstance(value, str) else json.dumps(value)]
    assert apply(experiment, arguments) == experiment


def test_a_kind_brings_the_other_member_with_its_defaults_in_any_order() -> None:
    arguments = ["--objective.adversarial.penalty", "3", "--objective.adversarial.kind", "wgan_gp"]
    assert apply(Experiment(), arguments).objective.adversarial == WganGp(penalty=3.0)
    assert apply(Experiment(), ["--critics.kind", "regions"]).critics == RegionCritics()
    assert apply(Experiment(), ["--generator.kind", "single_scale"]).generator == SingleScaleGenerator()


def test_a_text_field_can_be_emptied_where_it_may_be_empty() -> None:
    experiment = presets.get("small_rendered").experiment
    assert apply(experiment, ["--guide.layer", "null"]).guide.layer is None
    assert apply(experiment, ["--guide.recognizer", "none"]).guide.recognizer == "none"


def test_naming_the_present_kind_keeps_its_fields() -> None:
    experiment = apply(Experiment(), ["--objective.adversarial.clip", "0.5"])
    assert apply(experiment, ["--objective.adversarial.kind", "wgan"]) == experiment


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--schedule.batchsize", "8"], r"no such field \(did you mean 'schedule.batch_size'\?\)"),
        (["--objective.adversarial.penalty", "3"], "no such field"),
        (["--schedule", "8"], r"--schedule is a group.*--schedule\.images"),
        (["--schedule.batch_size"], "needs a value"),
        (["--schedule.batch_size", "many"], r"schedule\.batch_size: got 'many'"),
        (["8"], "unexpected argument '8'"),
        (["--critics.kind", "region"], "expected one of 'sizes', 'regions'"),
        (["--nothing.kind", "x"], "no such field"),
    ],
)
def test_a_mistake_gets_help(arguments: list[str], message: str) -> None:
    with pytest.raises(ConfigError, match=message):
        apply(Experiment(), arguments)
