"""Explicit steps from each older schema version to the next; a saved run stays readable."""

from collections.abc import Callable
from typing import Any

from enface.config.schema import SCHEMA_VERSION
from enface.errors import ConfigError

STEPS: dict[int, Callable[[Any], Any]] = {}
"""Version n -> function that turns an experiment of version n into one of version n + 1."""


def migrate(experiment: Any, version: Any, source: str) -> Any:
    """Brings the JSON of an experiment to the present schema version."""
    if not isinstance(version, int) or isinstance(version, bool) or version < 1 or version > SCHEMA_VERSION:
        raise ConfigError(
            f"{source} has schema_version {version!r}; this enface reads 1 to {SCHEMA_VERSION}. "
            "A higher number needs a newer enface."
        )
    for step in range(version, SCHEMA_VERSION):
        experiment = STEPS[step](experiment)
    return experiment
