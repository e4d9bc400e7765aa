"""An experiment as dotted names and values, for overrides and for differences."""

from typing import Any

from enface.config.codec import from_json, to_json
from enface.config.schema import Experiment


def flatten(value: Any, prefix: str = "") -> dict[str, Any]:
    """Maps dotted field names to JSON leaves; tuples stay one leaf."""
    if not isinstance(value, dict):
        return {prefix: value}
    leaves: dict[str, Any] = {}
    for key, item in value.items():
        leaves |= flatten(item, f"{prefix}.{key}" if prefix else key)
    return leaves


def experiment_fields(experiment: Experiment) -> dict[str, Any]:
    """Dotted name -> value of every field of an experiment."""
    return flatten(to_json(experiment))


def differing_fields(first: Experiment, second: Experiment) -> dict[str, tuple[Any, Any]]:
    """Dotted name -> (value in first, value in second); None stands for a field that one side lacks.

    Fields of the same group stand together, also where the two sides hold different members of a union.
    """
    left, right = experiment_fields(first), experiment_fields(second)
    groups: dict[str, list[str]] = {}
    for name in dict.fromkeys([*left, *right]):
        groups.setdefault(name.rpartition(".")[0], []).append(name)
    names = [name for group in groups.values() for name in group]
    return {name: (left.get(name), right.get(name)) for name in names if left.get(name) != right.get(name)}


def rebuild(tree: dict[str, Any]) -> Experiment:
    """The experiment of a nested JSON tree, checked strictly."""
    return from_json(Experiment, tree)
