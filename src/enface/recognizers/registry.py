"""Recognizers by name."""

from pathlib import Path

import torch

from enface.config.suggest import did_you_mean
from enface.errors import ConfigError, ResourceError
from enface.recognizers import mobilefacenet, reid0095, vgg_face, vggface2_resnet50
from enface.recognizers.card import RecognizerCard
from enface.recognizers.entry import Entry
from enface.recognizers.frozen import FrozenRecognizer
from enface.recognizers.onnx_file import ENDING, load_onnx
from enface.recognizers.rendered import CARD_FILE, WEIGHTS_FILE, folder_entry, shipped_entry
from enface.recognizers.weights import state_sha256
from enface.resources import locate, shipped

_ENTRIES: tuple[Entry, ...] = (
    reid0095.ENTRY,
    mobilefacenet.ENTRY,
    vggface2_resnet50.ENTRY,
    vgg_face.ENTRY,
    shipped_entry("rendered_a"),
    shipped_entry("rendered_b"),
)
_BY_NAME = {entry.card.name: entry for entry in _ENTRIES}

CARDS: dict[str, RecognizerCard] = {name: entry.card for name, entry in _BY_NAME.items()}
"""Cards by name."""

RANDOM = "random"
_RANDOM_SEED = 0


def names() -> tuple[str, ...]:
    """Names of the known recognizers."""
    return tuple(CARDS)


def card_of(name: str) -> RecognizerCard:
    """The card of a recognizer, without its weights.

    Args:
        name: of the registry, or path of a folder written by `enface train-recognizer`.

    Raises:
        ConfigError: unknown name, or an ONNX file, which has no layers to guide with.
    """
    return _entry(name)[0].card


def layer_shape(name: str, layer: str) -> tuple[int, int, int]:
    """Channels, height and width of a layer of one image; vectors are maps of one pixel. Needs no weights.

    Raises:
        ConfigError: unknown name or layer.
    """
    entry = _entry(name)[0]
    card = entry.card
    if layer in card.layers:
        return card.layers[layer], 1, 1
    if layer not in card.maps:
        raise ConfigError(
            f"recognizer {name} has no layer {layer!r}; layers: {', '.join((*card.layers, *card.maps))}"
        )
    with torch.device("meta"):
        found = entry.build()(torch.empty(1, 3, *card.input_size), (layer,))[layer]
    return int(found.shape[1]), int(found.shape[2]), int(found.shape[3])


def _entry(name: str) -> tuple[Entry, Path | None]:
    """The entry, and its folder where it is one of the user's."""
    if name in _BY_NAME:
        return _BY_NAME[name], None
    if name.endswith(ENDING):
        allowed = ", ".join(known for known, card in CARDS.items() if card.may_guide)
        raise ConfigError(
            f"{name} cannot guide a training: an ONNX file judges only, since no gradient passes through it; "
            f"guides: {allowed}"
        )
    folder = Path(name)
    if not (folder / CARD_FILE).is_file():
        raise ConfigError(
            f"unknown recognizer {name!r}{did_you_mean(name, CARDS)}; known: {', '.join(CARDS)}, or the path "
            "of a folder written by `enface train-recognizer`, or of an ONNX file with a card beside it"
        )
    return folder_entry(folder), folder


def load_recognizer(name: str, *, weights: str | None = None, layer: str | None = None) -> FrozenRecognizer:
    """A frozen recognizer.

    Args:
        name: of the registry, path of a folder written by `enface train-recognizer`, or of an ONNX file with
            a card beside it.
        weights: file of weights; "random" gives untrained ones, the same in every call; None takes the
            fetched or shipped file.
        layer: vector layer that it returns; None is the card's embedding.

    Raises:
        ConfigError: unknown name or layer.
        ResourceError: the weights are missing, or are those of something else.
    """
    if name.endswith(ENDING):
        if weights is not None or layer is not None:
            raise ConfigError(f"{name} holds its own weights and one layer; give neither weights nor layer")
        return load_onnx(Path(name))
    entry, folder = _entry(name)
    if weights == RANDOM:
        with torch.random.fork_rng(devices=[]):
            torch.manual_seed(_RANDOM_SEED)
            network = entry.build()
        return FrozenRecognizer(entry.card, network, layer=layer, weights_sha256=state_sha256(network))
    path = _default_weights(entry, folder) if weights is None else Path(weights)
    network, digest = entry.load(path)
    if weights is None and entry.card.sha256 and digest != entry.card.sha256:
        raise ResourceError(
            f"{path} has SHA-256 {digest}, the card says {entry.card.sha256}; install it anew"
        )
    return FrozenRecognizer(entry.card, network, layer=layer, weights_sha256=digest)


def _default_weights(entry: Entry, folder: Path | None) -> Path:
    card = entry.card
    if folder is not None:
        return folder / WEIGHTS_FILE
    if card.shipped is not None:
        return shipped(card.shipped)
    if card.resource is not None and entry.weights_key is not None:
        return locate(card.resource)[entry.weights_key]
    others = ", ".join(name for name, other in CARDS.items() if other.may_guide and name != card.name)
    raise ResourceError(
        f"there are no weights of {card.name} to fetch. Get them from {card.source}, and give the path "
        f"(--guide.weights FILE); or take another guide (--guide.recognizer): {others}"
    )
