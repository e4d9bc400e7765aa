"""Which recognizer may judge a model: none that steered it."""

from collections.abc import Iterable
from dataclasses import dataclass

import torch
import torch.nn.functional as F
from torch import nn

from enface.errors import ConfigError, JudgeError, ResourceError
from enface.models.guide import GuideRecord
from enface.recognizers.callable import import_recognizer, names_callable
from enface.recognizers.frozen import FrozenRecognizer
from enface.recognizers.outside import OutsideNetwork
from enface.recognizers.registry import load_recognizer
from enface.recognizers.weights import state_sha256

_PATTERNS = 4
_SAME = 0.999
"""Cosine; other networks are far below, and other numbers of bits or threads far above."""


@dataclass(frozen=True, eq=False)
class KnownGuide:
    """A recognizer that took part in a training, and may not judge what came of it."""

    record: GuideRecord
    network: nn.Module | None = None
    """Itself, where it is loaded."""


def find_guide(name: str) -> KnownGuide:
    """A guide of whom a model tells the name only: with the weights of that name, where they are present."""
    try:
        network = load_recognizer(name)
    except (ConfigError, ResourceError):
        return KnownGuide(GuideRecord(name, "", ""))
    return KnownGuide(GuideRecord(name, network.layer, network.weights_sha256), network)


def load_judge(
    name: str,
    *,
    guide: GuideRecord,
    network: nn.Module | None = None,
    weights: str | None = None,
    device: str | torch.device = "cpu",
) -> FrozenRecognizer:
    """Loads a recognizer that may judge a model.

    Args:
        name: in the recognizer registry, path of a folder written by `enface train-recognizer` or of an ONNX
            file with a card beside it, or MODULE:ATTRIBUTE of the user's own code
            (`enface.recognizers.callable`).
        guide: recorded with the model.
        network: the guide itself, where it is loaded; see `refuse_guide`.
        weights: path of the weights; None takes the fetched or shipped file.
        device: where it computes.

    Raises:
        JudgeError: it guided the model.
        ConfigError: an unknown name.
        ResourceError: its weights are not there.
    """
    if name == guide.recognizer:
        raise _refusal(name, guide, "has the same name")
    if names_callable(name):
        if weights is not None:
            raise ConfigError(f"judge {name} brings its own weights; leave --judge-weights out")
        judge = import_recognizer(name)
    else:
        judge = load_recognizer(name, weights=weights)
    refuse_guide(judge, guide=guide, network=network)
    return judge.to(device)


def refuse_guides(judge: FrozenRecognizer, *, guides: Iterable[KnownGuide]) -> None:
    """`refuse_guide` for everybody who took part in a training.

    Raises:
        JudgeError: the judge is one of them.
    """
    for guide in guides:
        refuse_guide(judge, guide=guide.record, network=guide.network)


def refuse_guide(judge: FrozenRecognizer, *, guide: GuideRecord, network: nn.Module | None = None) -> None:
    """Ends the evaluation when the judge is the recognizer that guided the model.

    A generator learns to please its guide, so the guide's opinion says nothing about the person. The name,
    the weights that are loaded and the weights that the judge's card states must all be others. An ONNX file
    or a callable may be the guide in another form, so it must not give the guide's embeddings either.

    Args:
        judge: to be checked.
        guide: recorded with the model.
        network: the guide itself, where it is loaded: its weights are then found in files of another format
            too.

    Raises:
        JudgeError: one of them is the guide's.
    """
    if judge.card.name == guide.recognizer:
        raise _refusal(judge.card.name, guide, "has the same name")
    known = guide.weights_sha256  # empty where a model was made without a guide, or with an unknown file
    if known and judge.weights_sha256 == known:
        raise _refusal(judge.card.name, guide, "has the same weights")
    if known and judge.card.sha256 == known:
        raise _refusal(judge.card.name, guide, "has a card with the same weights")
    inside = getattr(network, "network", None)
    if (
        isinstance(inside, nn.Module)
        and inside.state_dict()
        and state_sha256(inside) == state_sha256(judge.network)
    ):
        raise _refusal(judge.card.name, guide, "has the same weights in another file")
    if (
        isinstance(network, FrozenRecognizer)
        and isinstance(judge.network, OutsideNetwork)
        and same_answers(judge, network)
    ):
        raise _refusal(judge.card.name, guide, "gives the same embeddings")


def same_answers(judge: FrozenRecognizer, guide: FrozenRecognizer) -> bool:
    """Whether two recognizers give the same embeddings, up to their length, of a few patterns."""
    generator = torch.Generator().manual_seed(0)
    coarse = torch.rand(_PATTERNS, 3, 7, 7, generator=generator) * 2 - 1
    images = F.interpolate(coarse, size=(224, 224), mode="bilinear", align_corners=False)
    layers = (guide.layer, guide.card.embedding_layer)
    with torch.inference_mode():
        answers = judge(images.to(judge.gain.device)).cpu()
        features = guide.features(images.to(guide.gain.device), layers)
    known = [features[layer].float().cpu() for layer in layers]
    return any(
        feature.shape == answers.shape and bool((F.cosine_similarity(feature, answers) > _SAME).all())
        for feature in known
    )


def _refusal(name: str, guide: GuideRecord, reason: str) -> JudgeError:
    return JudgeError(
        f"{name} cannot judge this model: it {reason} as {guide.recognizer}, which guided the training; "
        "choose a recognizer that the training never saw, for example --judge rendered_b"
    )
