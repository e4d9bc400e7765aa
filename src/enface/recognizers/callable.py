"""Any Python callable as a recognizer: `recognizer_of(function, card=InputCard(...), version="1")`."""

import hashlib
import inspect
import re
import sys
from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from typing import Any

from torch import Tensor, nn

from enface.errors import ConfigError
from enface.recognizers.frozen import FrozenRecognizer
from enface.recognizers.outside import InputCard, OutsideNetwork, freeze
from enface.recognizers.weights import state_sha256

_NAME = re.compile(r"[A-Za-z_][\w.]*:[A-Za-z_]\w*")


def recognizer_of(
    function: Callable[[Tensor], Any], *, card: InputCard, version: str | None = None
) -> FrozenRecognizer:
    """A judge from a callable.

    Args:
        function: of float32 images in the card's size, order, scaling and layout, "batch 3 height width";
            returns one row for each, as tensor or array. A torch module is put into evaluation mode.
        card: with a name.
        version: text that is changed whenever the callable would answer differently. It stands for the hash
            of the weights: remembered embeddings and comparisons of results go by it. A torch module needs
            none.

    Raises:
        ConfigError: no name, no version, or a callable that returns no embeddings.
    """
    if not card.name:
        raise ConfigError("the card of a callable needs a name; tables and results call the judge by it")
    if version is None and not isinstance(function, nn.Module):
        raise ConfigError(
            f"recognizer {card.name} needs a version, any text that is changed whenever its answers change; "
            "remembered embeddings would otherwise be those of another one"
        )
    words = [f"{card.name} {version}"]
    if isinstance(function, nn.Module):
        words.append(state_sha256(function))
    digest = hashlib.sha256("\n".join(words).encode()).hexdigest()
    return freeze(CallableNetwork(function, card), card, weights_sha256=digest)


class CallableNetwork(OutsideNetwork):
    """The callable itself; a torch module moves to the device with it."""

    def __init__(self, function: Callable[[Tensor], Any], card: InputCard) -> None:
        super().__init__(card.name, layout=card.layout)
        self.function = function

    def compute(self, images: Tensor) -> Any:
        """What the callable returns."""
        return self.function(images)


def names_callable(name: str) -> bool:
    """Whether a name has the form MODULE:ATTRIBUTE."""
    return _NAME.fullmatch(name) is not None


def import_recognizer(name: str) -> FrozenRecognizer:
    """A recognizer from the user's own code, which is imported and so executed.

    Args:
        name: MODULE:ATTRIBUTE, looked for in the working directory too; the attribute is what
            `recognizer_of` returned, or a function without arguments that returns that.

    Raises:
        ConfigError: no such module or attribute, or something else in it.
    """
    module, _, attribute = name.partition(":")
    here = str(Path.cwd())
    sys.path.insert(0, here)
    try:
        found = getattr(import_module(module), attribute)
    except (ImportError, AttributeError) as error:
        raise ConfigError(f"cannot import recognizer {name!r}: {error}; give MODULE:ATTRIBUTE") from error
    finally:
        sys.path.remove(here)
    if callable(found) and not isinstance(found, nn.Module):
        if _needs_arguments(found):
            raise ConfigError(
                f"{name!r} needs arguments, as the function does that embeds; make a recognizer of it with "
                "enface.recognizers.callable.recognizer_of, and name that or a function without arguments "
                "that returns it"
            )
        found = found()
    if not isinstance(found, FrozenRecognizer):
        raise ConfigError(
            f"{name!r} is a {type(found).__name__}; make a recognizer of it with "
            "enface.recognizers.callable.recognizer_of"
        )
    return found


def _needs_arguments(function: Callable[..., Any]) -> bool:
    try:
        inspect.signature(function).bind()
    except TypeError:
        return True
    except ValueError:  # a builtin that does not tell
        return False
    return False
