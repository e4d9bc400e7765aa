"""How much training each run of a sweep gets."""

import re
from dataclasses import dataclass

from enface.errors import ConfigError

_FORM = re.compile(r"(\d+(?:\.\d+)?) ?(images?|minutes?)")


@dataclass(frozen=True)
class Budget:
    """Either a number of input images or minutes of training."""

    images: int | None = None
    minutes: float | None = None

    def __str__(self) -> str:
        return f"{self.images:,} images" if self.images is not None else f"{self.minutes:g} minutes"


def parse_budget(text: str) -> Budget:
    """Reads `20000images` or `10minutes`.

    Raises:
        ConfigError: another form, or nothing to train with.
    """
    match = _FORM.fullmatch(text.strip().replace(",", "").replace("_", ""))
    if match is None or float(match[1]) <= 0:
        raise ConfigError(f"budget {text!r} is not understood; give for example 20000images or 10minutes")
    if match[2].startswith("minute"):
        return Budget(minutes=float(match[1]))
    if not float(match[1]).is_integer():
        raise ConfigError(f"budget {text!r}: images are whole; give for example 20000images")
    return Budget(images=int(float(match[1])))
