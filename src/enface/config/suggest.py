"""The nearest allowed name, for messages about a typo."""

import difflib
from collections.abc import Iterable


def did_you_mean(name: str, allowed: Iterable[str]) -> str:
    """Returns `" (did you mean 'x'?)"`, or an empty string when nothing is near."""
    near = difflib.get_close_matches(name, list(allowed), n=1, cutoff=0.5)
    return f" (did you mean {near[0]!r}?)" if near else ""
