"""One line of the registry: a card and how its network is built."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from torch import nn

from enface.recognizers.card import RecognizerCard


@dataclass(frozen=True)
class Entry:
    """A recognizer that can be loaded by name."""

    card: RecognizerCard
    build: Callable[[], nn.Module]
    """The network with arbitrary weights."""
    load: Callable[[Path], tuple[nn.Module, str]]
    """The network with the weights of a file, and the hash of the file that holds them."""
    weights_key: str | None = None
    """Which file of a fetched resource to load."""
