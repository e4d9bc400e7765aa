"""Which recognizer guided a model: recorded with the model, verified when it is loaded."""

from dataclasses import dataclass

from enface.errors import CheckpointError
from enface.recognizers.frozen import FrozenRecognizer
from enface.recognizers.registry import load_recognizer


@dataclass(frozen=True)
class GuideRecord:
    """The recognizer whose feature a generator decodes; its weights are not part of the model."""

    recognizer: str
    """Name in the recognizer registry."""
    layer: str
    """Feature layer."""
    weights_sha256: str
    """Hash of the weights, as `FrozenRecognizer.weights_sha256` gives it."""


def load_guide(record: GuideRecord, *, weights: str | None) -> FrozenRecognizer:
    """Loads the recorded recognizer.

    Args:
        record: what the model was trained with.
        weights: path of the weights, "random", or None for the fetched or shipped file.

    Raises:
        CheckpointError: when the weights found are not the recorded ones.
        ResourceError: when there are none.
        ConfigError: when the registry does not know the name or the layer.
    """
    recognizer = load_recognizer(record.recognizer, weights=weights, layer=record.layer)
    if recognizer.weights_sha256 != record.weights_sha256:
        raise CheckpointError(
            f"this model decodes features of {record.recognizer} with weights {record.weights_sha256}, but "
            f"{'the installed weights' if weights is None else weights} have {recognizer.weights_sha256}; "
            "point to the weights it was trained with"
        )
    return recognizer
