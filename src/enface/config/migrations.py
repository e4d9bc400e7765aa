"""Explicit steps from each older schema version to the next; a saved run stays readable."""

import copy
from collections.abc import Callable
from typing import Any

from enface.config.schema import SCHEMA_VERSION
from enface.errors import ConfigError

_ADDED_IN_2: dict[tuple[str, ...], dict[str, Any]] = {
    (): {"encoding": {"mirror_sum": False, "noise": 0}},
    ("objective",): {"critic_average": "half", "drift": 0.0, "branches": {"profile": 1.0, "front": 0.0}},
    ("objective", "feature"): {"after_warmup": 1.0},
    ("objective", "pixel"): {
        "range": 1,
        "target": "ground_truth",
        "similarity_weighted": False,
        "mask": None,
        "after_warmup": 1.0,
    },
    ("schedule",): {
        "generator_steps": 1,
        "simultaneous": False,
        "rate_decay": 1.0,
        "rate_decay_steps": 100,
        "start_from": None,
    },
    ("data",): {"ground_truth": "gallery", "brightness": 0},
}
_ADDED_IN_2_BY_KIND: dict[str, dict[str, dict[str, Any]]] = {
    "generator": {
        "three_scale": {"activation": "relu", "dropout": 0.0, "join_activation": True, "bias": False},
        "single_scale": {"activation": "relu", "dropout": 0.0},
    },
    "critics": {"sizes": {"only_largest": False, "bias": False}, "regions": {"raw_input": False}},
}


def _to_2(experiment: Any) -> Any:
    """Version 1 knew generation C alone: what its runs did has these names now."""
    for path, fields in _ADDED_IN_2.items():
        part = experiment
        for name in path:
            part = part[name]
        part |= fields
    for name, kinds in _ADDED_IN_2_BY_KIND.items():
        experiment[name] |= kinds[experiment[name]["kind"]]
    return experiment


STEPS: dict[int, Callable[[Any], Any]] = {1: _to_2}
"""Version n -> function that turns an experiment of version n into one of version n + 1."""


def migrate(experiment: Any, version: Any, source: str) -> Any:
    """Brings the JSON of an experiment to the present schema version; the argument stays as it was.

    Raises:
        ConfigError: an unknown version, or an experiment that was not one of its version.
    """
    if not isinstance(version, int) or isinstance(version, bool) or version < 1 or version > SCHEMA_VERSION:
        raise ConfigError(
            f"{source} has schema_version {version!r}; this enface reads 1 to {SCHEMA_VERSION}. "
            "A higher number needs a newer enface."
        )
    experiment = copy.deepcopy(experiment)
    for step in range(version, SCHEMA_VERSION):
        try:
            experiment = STEPS[step](experiment)
        except (KeyError, TypeError) as error:
            raise ConfigError(
                f"{source} is not an experiment of schema version {version}: {error!r} is missing or wrong"
            ) from error
    return experiment
