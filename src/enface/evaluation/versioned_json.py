"""Typed results as JSON with a version, written whole and read strictly."""

import json
from pathlib import Path
from typing import Any, TypeVar

from enface.config.codec import from_json, to_json
from enface.errors import ConfigError
from enface.resources.atomic import atomic_write

T = TypeVar("T")


def save_versioned(value: Any, path: str | Path, *, key: str, version: int) -> None:
    """Writes a dataclass as one JSON object that starts with its version, whole or not at all.

    Args:
        value: a frozen dataclass that the codec knows.
        path: the file; its folder must exist.
        key: name of the version's field.
        version: of the dataclass.

    Raises:
        OSError: the folder cannot be written.
    """
    document = {key: version, **to_json(value)}
    with atomic_write(path) as temporary:
        temporary.write_text(json.dumps(document, indent=2) + "\n", encoding="utf-8")


def load_versioned(cls: type[T], path: str | Path, *, key: str, version: int) -> T:
    """Reads what `save_versioned` wrote.

    Raises:
        ConfigError: not readable, not JSON, another version, an unknown, missing or wrongly typed field.
    """
    try:
        document: Any = json.loads(Path(path).read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise ConfigError(f"{path} cannot be read as JSON: {error}") from error
    found = document.pop(key, None) if isinstance(document, dict) else None
    if found != version:
        raise ConfigError(f"{path}: {key} is {found!r}, this enface reads {version}; evaluate again")
    try:
        return from_json(cls, document)
    except ConfigError as error:
        raise ConfigError(f"{path}: {error}") from error
