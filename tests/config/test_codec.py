"""Strict JSON: everything survives the round trip, and every mistake is named by its path."""

import json
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from enface.config import codec, presets
from enface.config.schema import Experiment, Lsgan, Objective, RegionCritics, SingleScaleGenerator, WganGp
from enface.errors import ConfigError


@pytest.mark.parametrize("name", presets.names())
def test_every_preset_survives_json(name: str) -> None:
    experiment = presets.get(name).experiment
    assert codec.parse_experiment(codec.dump_experiment(experiment)) == experiment


@pytest.mark.parametrize(
    "experiment",
    [
        Experiment(generator=SingleScaleGenerator(), critics=RegionCritics(kernel=3)),
        Experiment(objective=Objective(adversarial=WganGp(scope="summed"))),
        Experiment(objective=Objective(adversarial=Lsgan())),
    ],
)
def test_union_members_survive_json(experiment: Experiment) -> None:
    assert codec.parse_experiment(codec.dump_experiment(experiment)) == experiment


def tree() -> dict:
    return codec.to_json(Experiment())


def set_at(data: dict, path: str, value: object) -> dict:
    *parents, last = path.split(".")
    node = data
    for parent in parents:
        node = node[parent]
    node[last] = value
    return data


@pytest.mark.parametrize(
    ("path", "value", "message"),
    [
        ("schedule.batch_sizes", 3, r"schedule\.batch_sizes: unknown field.*did you mean 'batch_size'"),
        ("schedule.batch_size", "5", r"schedule\.batch_size: got '5', expected a value of type int"),
        ("schedule.batch_size", True, r"schedule\.batch_size: got True"),
        ("schedule.batch_size", 2.5, r"schedule\.batch_size: got 2\.5"),
        ("generator.sizes", [56, 112], r"generator\.sizes: got \[56, 112\], expected a list of 3 values"),
        ("generator.sizes", [56, "a", 224], r"generator\.sizes\[1\]: got 'a'"),
        (
            "generator.kind",
            "transformer",
            r"generator\.kind: got 'transformer', expected one of 'three_scale', 'single_scale'",
        ),
        ("objective.feature.metric", "cos", r"objective\.feature\.metric: got 'cos', expected one of"),
        ("objective.adversarial.clip", float("nan"), r"objective\.adversarial\.clip: got nan"),
        ("critics", None, r"critics\.kind: got None"),
        ("guide.layer", 3, r"guide\.layer: got 3, expected a value of type str"),
    ],
)
def test_a_mistake_is_named_by_its_path(path: str, value: object, message: str) -> None:
    with pytest.raises(ConfigError, match=message):
        codec.from_json(Experiment, set_at(tree(), path, value))


def test_a_missing_field_is_an_error_not_a_default() -> None:
    data = tree()
    del data["objective"]["l2"]
    with pytest.raises(ConfigError, match=r"objective: missing field\(s\) l2"):
        codec.from_json(Experiment, data)


def test_an_integer_is_accepted_where_a_number_is_wanted() -> None:
    decoded = codec.from_json(Experiment, set_at(tree(), "objective.feature.weight", 4))
    assert decoded.objective.feature.weight == 4.0
    assert isinstance(decoded.objective.feature.weight, float)


@pytest.mark.parametrize("version", [0, 99, "1", None, True])
def test_an_unknown_schema_version_is_refused(version: object) -> None:
    text = json.dumps({"schema_version": version, "experiment": tree()})
    with pytest.raises(ConfigError, match="schema_version"):
        codec.parse_experiment(text)


@pytest.mark.parametrize("text", ["", "[]", "{", '{"experiment": {}}'])
def test_what_is_no_experiment_is_refused(text: str) -> None:
    with pytest.raises(ConfigError, match=r"config\.json"):
        codec.parse_experiment(text)


@pytest.mark.parametrize("content", [None, b"\xff\xfe\x00binary"])
def test_a_file_that_cannot_be_read_is_named(tmp_path: Path, content: bytes | None) -> None:
    path = tmp_path / "weights.bin"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(ConfigError, match=r"weights\.bin"):
        codec.read_experiment(path)


def test_infinity_cannot_be_written() -> None:
    with pytest.raises(ConfigError, match="inf"):
        codec.to_json(replace(Experiment(), objective=Objective(l2=float("inf"))))


def test_integer_keys_and_open_tuples_survive() -> None:
    @dataclass(frozen=True)
    class Table:
        rows: dict[int, tuple[float, ...]]

    table = Table(rows={-90: (0.5, 1.0), 15: ()})
    assert codec.from_json(Table, json.loads(json.dumps(codec.to_json(table)))) == table
