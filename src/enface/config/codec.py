"""Strict JSON for frozen dataclasses: unknown, missing and wrongly typed fields are errors that say where."""

import dataclasses
import json
import math
import types
from collections.abc import Callable
from pathlib import Path
from typing import Any, Literal, TypeVar, Union, cast, get_args, get_origin, get_type_hints

from enface.config.migrations import migrate
from enface.config.schema import SCHEMA_VERSION, Experiment
from enface.config.suggest import did_you_mean
from enface.errors import ConfigError

T = TypeVar("T")


def to_json(value: Any) -> Any:
    """Turns dataclasses, tuples, lists, dicts with string keys and scalars into plain JSON values.

    Raises:
        ConfigError: for a value that JSON cannot hold exactly (NaN, infinity, another class).
    """
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return {f.name: to_json(getattr(value, f.name)) for f in dataclasses.fields(value)}
    if isinstance(value, tuple | list):
        return [to_json(item) for item in value]
    if isinstance(value, dict):
        return {str(key): to_json(item) for key, item in value.items()}
    if isinstance(value, float) and not math.isfinite(value):
        raise ConfigError(f"{value} cannot be written as JSON; use a finite number")
    if value is None or isinstance(value, bool | int | float | str):
        return value
    raise ConfigError(
        f"{type(value).__name__} cannot be written as JSON; use dataclasses, tuples and scalars"
    )


def from_json(cls: type[T], data: Any, path: str = "") -> T:
    """Builds `cls` from JSON values, the inverse of `to_json`.

    Fields that the JSON lacks are errors, not defaults: a saved run must say everything that decided it.

    Args:
        cls: a dataclass type, or any type that a field of one may have.
        data: what `json.load` returned.
        path: dotted name of `data` in the whole, used in messages.
    """
    return cast(T, _decode(cls, data, path))


def _decode(kind: Any, data: Any, path: str) -> Any:
    origin, arguments = get_origin(kind), get_args(kind)
    if dataclasses.is_dataclass(kind) and isinstance(kind, type):
        return _decode_dataclass(kind, data, path)
    if origin in (Union, types.UnionType):
        return _decode_union(arguments, data, path)
    if origin is Literal:
        if data not in arguments or type(data) not in {type(a) for a in arguments}:
            raise _wrong(path, data, "one of " + ", ".join(map(repr, arguments)))
        return data
    if origin is tuple:
        return _decode_tuple(arguments, data, path)
    if origin is dict:
        if not isinstance(data, dict):
            raise _wrong(path, data, "an object")
        return {_key(arguments[0], k): _decode(arguments[1], v, f"{path}.{k}") for k, v in data.items()}
    return _decode_scalar(kind, data, path)


def _decode_dataclass(cls: type, data: Any, path: str) -> Any:
    if not isinstance(data, dict):
        raise _wrong(path, data, f"an object with the fields of {cls.__name__}")
    hints = get_type_hints(cls)
    names = [f.name for f in dataclasses.fields(cls)]
    for key in data:
        if key not in names:
            raise ConfigError(
                f"{_dotted(path, key)}: unknown field of {cls.__name__}{did_you_mean(key, names)}; "
                f"fields: {', '.join(names)}"
            )
    missing = [name for name in names if name not in data]
    if missing:
        raise ConfigError(f"{path or cls.__name__}: missing field(s) {', '.join(missing)}")
    return cls(**{name: _decode(hints[name], data[name], _dotted(path, name)) for name in names})


def _decode_union(members: tuple[Any, ...], data: Any, path: str) -> Any:
    if data is None and type(None) in members:
        return None
    members = tuple(m for m in members if m is not type(None))
    if len(members) == 1:
        return _decode(members[0], data, path)
    tagged = {get_args(get_type_hints(m)["kind"])[0]: m for m in members if dataclasses.is_dataclass(m)}
    if tagged:
        kind = data.get("kind") if isinstance(data, dict) else None
        if kind not in tagged:
            raise _wrong(_dotted(path, "kind"), kind, "one of " + ", ".join(map(repr, tagged)))
        return _decode_dataclass(cast(type, tagged[kind]), data, path)
    for member in members:
        try:
            return _decode(member, data, path)
        except ConfigError:
            continue
    raise _wrong(path, data, " or ".join(getattr(m, "__name__", str(m)) for m in members))


def _decode_tuple(arguments: tuple[Any, ...], data: Any, path: str) -> tuple[Any, ...]:
    if not isinstance(data, list | tuple):
        raise _wrong(path, data, "a list")
    if len(arguments) == 2 and arguments[1] is Ellipsis:
        return tuple(_decode(arguments[0], item, f"{path}[{i}]") for i, item in enumerate(data))
    if len(data) != len(arguments):
        raise _wrong(path, data, f"a list of {len(arguments)} values")
    return tuple(
        _decode(kind, item, f"{path}[{i}]")
        for i, (kind, item) in enumerate(zip(arguments, data, strict=True))
    )


_SCALARS: dict[type, Callable[[Any], bool]] = {
    bool: lambda v: isinstance(v, bool),
    int: lambda v: isinstance(v, int) and not isinstance(v, bool),
    float: lambda v: isinstance(v, int | float) and not isinstance(v, bool) and math.isfinite(v),
    str: lambda v: isinstance(v, str),
}


def _decode_scalar(kind: Any, data: Any, path: str) -> Any:
    if kind is Any:
        return data
    if kind not in _SCALARS:
        raise TypeError(f"{path}: the codec does not know the type {kind!r}")
    if not _SCALARS[kind](data):
        raise _wrong(path, data, f"a value of type {kind.__name__}")
    return kind(data)


def _key(kind: Any, key: str) -> Any:
    return int(key) if kind is int else key


def _dotted(path: str, name: str) -> str:
    return f"{path}.{name}" if path else name


def _wrong(path: str, data: Any, expected: str) -> ConfigError:
    return ConfigError(f"{path or 'value'}: got {data!r}, expected {expected}")


def dump_experiment(experiment: Experiment) -> str:
    """The experiment as indented JSON text with its schema version."""
    return json.dumps({"schema_version": SCHEMA_VERSION, "experiment": to_json(experiment)}, indent=2) + "\n"


def parse_experiment(text: str, source: str = "config.json") -> Experiment:
    """Reads `dump_experiment`'s text; older schema versions go through `migrations`.

    Raises:
        ConfigError: not JSON, an unknown version, or a field that does not fit.
    """
    try:
        document = json.loads(text)
    except json.JSONDecodeError as error:
        raise ConfigError(f"{source} is not JSON: {error}") from error
    if not isinstance(document, dict) or set(document) != {"schema_version", "experiment"}:
        raise ConfigError(f"{source} must be an object with the keys schema_version and experiment")
    return from_json(Experiment, migrate(document["experiment"], document["schema_version"], source))


def read_experiment(path: Path) -> Experiment:
    """Reads a `config.json` written by a run.

    Raises:
        ConfigError: it cannot be read, is no text, or not what `parse_experiment` wants.
    """
    try:
        text = path.read_text(encoding="utf-8")
    except OSError as error:
        raise ConfigError(f"cannot read {path}: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise ConfigError(f"{path} is not JSON: {error}; give the config.json of a run") from error
    return parse_experiment(text, str(path))
