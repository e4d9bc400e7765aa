"""Recipes that draw their first weights take no model to go on from."""

from pathlib import Path

from enface.errors import ConfigError


def refuse_start(recipe: str, start: Path | None) -> None:
    """Refuses the folder of a model to go on from, for a recipe that goes on from none.

    Args:
        recipe: its name.
        start: what was given.

    Raises:
        ConfigError: a folder was given.
    """
    if start is not None:
        raise ConfigError(f"{recipe} draws its first weights; leave out --start {start}")
