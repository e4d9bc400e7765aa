"""Presets of both kinds by name: settings, whose fields can be changed, and fixed recipes."""

from enface.config import presets
from enface.config.schema import Preset
from enface.config.suggest import did_you_mean
from enface.errors import ConfigError
from enface.training.rendered_presets import PRESETS as RECIPES

READ = 'docs/architecture.md, "One training against the renderer\'s answers"'
"""Where recipes are explained."""


def all_names() -> list[str]:
    """Everything that `enface train --preset` takes, in reading order."""
    return [*presets.names(), *RECIPES]


def setting(name: str) -> Preset:
    """The setting of that name.

    Raises:
        ConfigError: a recipe, which has no fields, or an unknown name; the message lists those of both kinds.
    """
    if name in RECIPES:
        raise ConfigError(f"{name} is a fixed recipe, not a setting with fields; read {READ}")
    if name not in presets.PRESETS:
        known = all_names()
        raise ConfigError(f"unknown preset {name!r}{did_you_mean(name, known)}; presets: {', '.join(known)}")
    return presets.get(name)
