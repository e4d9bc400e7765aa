"""Image sizes that the networks can build: seven times a power of two."""

from enface.errors import ConfigError

BASE = 7
"""Side of the map that the feature is widened to and that critics shrink to."""


def doublings(size: int, *, what: str = "size") -> int:
    """How often 7 px must double to become `size` pixels.

    Raises:
        ConfigError: when `size` is not 7, 14, 28, 56, 112, 224 and so on.
    """
    count = (size // BASE).bit_length() - 1
    if size < BASE or BASE << count != size:
        raise ConfigError(f"{what} {size} is not 7 times a power of two; use for example 28, 56, 112 or 224")
    return count
