"""The name of a set that is rendered when it is asked for: `render:in-the-wild,people=2000`.

Light to import; the renderer is imported when such a name is read.
"""

from dataclasses import dataclass, fields

from enface.config.suggest import did_you_mean
from enface.errors import ConfigError

PREFIX = "render:"


@dataclass(frozen=True)
class RenderedSource:
    """What a `render:` text says; None is the preset's own value."""

    preset: str
    people: int | None = None
    size: int | None = None
    """Width and height before alignment, pixels."""
    seed: int = 1
    together: int = 5
    """Successive samples that show one person in one look: making a person takes as long as two pictures."""


def is_rendered(source: str | None) -> bool:
    """Whether a data set is named by a `render:` text instead of a path."""
    return source is not None and source.startswith(PREFIX)


def parse_source(text: str) -> RenderedSource:
    """Reads `render:PRESET[,people=N][,size=PIXELS][,seed=N][,together=N]`.

    Raises:
        ConfigError: an unknown preset or option, an option twice, or a value that is no whole number.
    """
    from enface.rendering.dataset.plan import PRESETS

    name, *options = text.removeprefix(PREFIX).split(",")
    if name not in PRESETS:
        raise ConfigError(
            f"{text!r}: unknown preset {name!r}{did_you_mean(name, PRESETS)}; known: {', '.join(PRESETS)}"
        )
    known = [field.name for field in fields(RenderedSource)][1:]
    values: dict[str, int] = {}
    for option in options:
        key, _, value = option.partition("=")
        if key not in known:
            raise ConfigError(
                f"{text!r}: unknown option {key!r}{did_you_mean(key, known)}; known: {', '.join(known)}"
            )
        if key in values:
            raise ConfigError(f"{text!r}: {key} is given twice")
        if not value.isascii() or not value.isdecimal():
            raise ConfigError(f"{text!r}: {key} is {value!r}, but must be a whole number, as in {key}=100")
        values[key] = int(value)
    if values.get("together") == 0:
        raise ConfigError(f"{text!r}: together is 0, allowed: 1 or more")
    return RenderedSource(name, **values)
