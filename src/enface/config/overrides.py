"""Command-line overrides of experiment fields by dotted name: `--objective.feature.weight 4`.

tyro draws the command line from dataclasses, but its flags follow the type of the default, so a union member
could not be exchanged together with its fields in one line. Here `--objective.adversarial.kind wgan_gp` puts
in the other member with its defaults, then the remaining flags set its fields; the codec checks every value.
"""

import dataclasses
import json
from typing import Any, get_args, get_type_hints

from enface.config.codec import from_json, to_json
from enface.config.flat import flatten
from enface.config.schema import Experiment
from enface.config.suggest import did_you_mean
from enface.errors import ConfigError


def apply(experiment: Experiment, arguments: list[str]) -> Experiment:
    """Returns the experiment with `--dotted.name value` (or `--dotted.name=value`) pairs applied.

    Values are JSON where they parse as JSON (`4`, `0.5`, `true`, `null`, `[28, 56, 112]`), otherwise text;
    `56,112,224` is read as a list. Dashes in names equal underscores.

    Raises:
        ConfigError: unknown name (with the nearest one), missing value, or a value that does not fit.
    """
    tree = to_json(experiment)
    pairs = _pairs(arguments)
    # Kinds first, so that the order on the command line does not matter.
    for name, text in sorted(pairs, key=lambda pair: not pair[0].endswith(".kind")):
        if name.endswith(".kind"):
            _exchange_member(tree, name, text)
        else:
            _set_leaf(tree, name, text)
    return from_json(Experiment, tree)


def _pairs(arguments: list[str]) -> list[tuple[str, str]]:
    pairs = []
    rest = list(arguments)
    while rest:
        flag = rest.pop(0)
        if not flag.startswith("--"):
            raise ConfigError(f"unexpected argument {flag!r}; overrides look like --schedule.batch_size 8")
        name, equals, text = flag[2:].partition("=")
        if not equals:
            if not rest:
                raise ConfigError(f"--{name} needs a value, for example --{name} 1")
            text = rest.pop(0)
        pairs.append((name.replace("-", "_"), text))
    return pairs


def _set_leaf(tree: dict[str, Any], name: str, text: str) -> None:
    leaves = flatten(tree)
    if name not in leaves:
        inside = [leaf for leaf in leaves if leaf.startswith(name + ".")]
        if inside:
            raise ConfigError(
                f"--{name} is a group; set one of its fields: {', '.join('--' + i for i in inside)}"
            )
        raise ConfigError(
            f"--{name}: no such field{did_you_mean(name, leaves)}; "
            "`enface presets show NAME` lists all fields"
        )
    *parents, last = name.split(".")
    node = tree
    for parent in parents:
        node = node[parent]
    if text.lower() in {"null", "none"}:
        before, node[last] = node[last], None
        try:
            from_json(Experiment, tree)
        except ConfigError:
            # Not an optional field; "none" may still be a word that it knows.
            node[last] = before
        else:
            return
    node[last] = _value(text, like=node[last])


def _exchange_member(tree: dict[str, Any], name: str, kind: str) -> None:
    *parents, _ = name.split(".")
    hint: Any = Experiment
    node, holder = tree, tree
    for parent in parents:
        hints = get_type_hints(_member(hint, node))
        if parent not in hints:
            raise ConfigError(f"--{name}: no such field{did_you_mean(name, flatten(tree))}")
        hint, holder, node = hints[parent], node, node[parent]
    members: dict[str, Any] = {
        get_args(get_type_hints(m)["kind"])[0]: m for m in get_args(hint) if dataclasses.is_dataclass(m)
    }
    if kind not in members and members:
        raise ConfigError(f"--{name}: got {kind!r}, expected one of {', '.join(map(repr, members))}")
    if not members:
        _set_leaf(tree, name, kind)
    elif node.get("kind") != kind:
        holder[parents[-1]] = to_json(members[kind]())


def _member(hint: Any, node: dict[str, Any]) -> Any:
    """The dataclass that the JSON node stands for, among the members of a union."""
    for candidate in get_args(hint):
        if dataclasses.is_dataclass(candidate) and node.get("kind") in get_args(
            get_type_hints(candidate)["kind"]
        ):
            return candidate
    return hint


def _value(text: str, *, like: Any) -> Any:
    if isinstance(like, str):
        return text
    if isinstance(like, list) and not text.lstrip().startswith("["):
        text = f"[{text}]"
    try:
        return json.loads({"True": "true", "False": "false"}.get(text, text))
    except json.JSONDecodeError:
        return text
