"""From a configuration dataclass to constructor arguments, so that networks never see configuration."""

import dataclasses
from typing import Any


def primitives(config: Any) -> dict[str, Any]:
    """The fields of a `kind`-tagged dataclass as keyword arguments, without the tag."""
    return {f.name: getattr(config, f.name) for f in dataclasses.fields(config) if f.name != "kind"}
