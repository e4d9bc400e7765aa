"""Small recognizers trained by `enface train-recognizer`: two shipped ones, or a folder of the user's."""

from pathlib import Path

from torch import nn

from enface.errors import ResourceError
from enface.recognizers.architectures.small import SMALL_SIZES, build_small
from enface.recognizers.card import RecognizerCard, read_card
from enface.recognizers.entry import Entry
from enface.recognizers.weights import fill, read_safetensors
from enface.resources import shipped

CARD_FILE = "config.json"
WEIGHTS_FILE = "model.safetensors"


def folder_entry(folder: Path) -> Entry:
    """A recognizer folder: `config.json` is its card, `model.safetensors` its weights.

    Raises:
        ResourceError: no card there, or one of an unknown architecture.
    """
    card = read_card(folder / CARD_FILE)
    if card.architecture not in SMALL_SIZES:
        raise ResourceError(
            f"{folder / CARD_FILE}: unknown architecture {card.architecture!r}; "
            f"known: {', '.join(SMALL_SIZES)}"
        )
    return Entry(card=card, build=lambda: _build(card), load=lambda path: _load(card, path))


def shipped_entry(name: str) -> Entry:
    """A recognizer folder that is part of the package."""
    return folder_entry(shipped(f"weights/{name}"))


def _build(card: RecognizerCard) -> nn.Module:
    return build_small(card.architecture, input_size=card.input_size[0])


def _load(card: RecognizerCard, path: Path) -> tuple[nn.Module, str]:
    state, digest = read_safetensors(path)
    network = _build(card)
    fill(network, state, path=path)
    return network, digest
