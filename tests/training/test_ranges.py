"""Numbers outside of their range are refused before anything is loaded."""

import dataclasses
from collections.abc import Iterator
from typing import Any, get_args, get_type_hints

import pytest

from enface.config import presets
from enface.config.overrides import apply
from enface.config.schema import Experiment
from enface.errors import ConfigError
from enface.training.checks import check_experiment
from enface.training.ranges import RANGES, Range


@pytest.mark.parametrize(
    ("preset", "change", "allowed"),
    [
        ("smoke", "schedule.images=0", "1 or more"),
        ("smoke", "schedule.warmup_steps=-1", "0 or more"),
        ("smoke", "schedule.boost_critic_steps=-2", "0 or more"),
        ("smoke", "schedule.rate_decay=-0.5", "more than 0"),
        ("smoke", "schedule.rate_decay=0.0", "more than 0"),
        ("smoke", "encoding.noise=-5", "0 or more"),
        ("smoke", "generator_optimizer.learning_rate=-1.0", "0 or more"),
        ("smoke", "critic_optimizer.beta1=1.5", "0 to less than 1"),
        ("smoke", "data.brightness=300", "0 to 255"),
        ("smoke", "data.workers=-1", "0 or more"),
        ("smoke", "performance.threads=0", "1 or more"),
        ("a_1_1", "objective.adversarial.label_smoothing=2.0", "0 to less than 1"),
        ("b_1_2", "generator.bridges=[4, 0]", "1 or more"),
    ],
)
def test_field_value_and_range_are_named(preset: str, change: str, allowed: str) -> None:
    name, _, value = change.partition("=")
    with pytest.raises(ConfigError) as caught:
        check_experiment(apply(presets.get(preset).experiment, [f"--{change}"]))
    assert str(caught.value) == f"{name} is {value}; allowed: {allowed}"


def test_ends_of_ranges() -> None:
    assert 0 in Range(0) and -1 not in Range(0)
    assert 0 not in Range(0, low_too=False)
    assert 1 in Range(0, 1) and 1.5 not in Range(0, 1)
    assert 1 not in Range(0, 1, high_too=False)


@pytest.mark.parametrize("name", presets.names())
def test_every_preset_is_within(name: str) -> None:
    check_experiment(presets.get(name).experiment)


def numbers(kind: Any, name: str = "") -> Iterator[str]:
    """Dotted names of the numeric fields of a type, those of all members of unions."""
    if dataclasses.is_dataclass(kind):
        for field, hint in get_type_hints(kind).items():
            yield from numbers(hint, f"{name}.{field}" if name else field)
    elif kind in (int, float):
        yield name
    else:
        for part in get_args(kind):
            yield from numbers(part, name)


def test_every_number_of_the_schema_has_a_range() -> None:
    assert set(numbers(Experiment)) - {"seed"} == RANGES.keys()
