"""Which recognizer may judge a model: none that steered it."""

from typing import TYPE_CHECKING

import torch
from torch import nn

from enface.errors import JudgeError
from enface.models.guide import GuideRecord
from enface.recognizers.registry import load_recognizer
from enface.recognizers.weights import state_sha256

if TYPE_CHECKING:
    from enface.recognizers.frozen import FrozenRecognizer


def load_judge(
    name: str, *, guide: GuideRecord, weights: str | None = None, device: str | torch.device = "cpu"
) -> "FrozenRecognizer":
    """Loads a recognizer that may judge a model.

    Args:
        name: in the recognizer registry, or path of a folder written by `enface train-recognizer`.
        guide: recorded with the model.
        weights: path of the weights; None takes the fetched or shipped file.
        device: where it computes.

    Raises:
        JudgeError: it guided the model.
        ConfigError: an unknown name.
        ResourceError: its weights are not there.
    """
    if name == guide.recognizer:
        raise _refusal(name, guide, "has the same name")
    judge = load_recognizer(name, weights=weights)
    refuse_guide(judge, guide=guide)
    return judge.to(device)


def refuse_guide(judge: "FrozenRecognizer", *, guide: GuideRecord, network: nn.Module | None = None) -> None:
    """Ends the evaluation when the judge is the recognizer that guided the model.

    A generator learns to please its guide, so the guide's opinion says nothing about the person. The name,
    the weights that are loaded and the weights that the judge's card states must all be others.

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
    if judge.weights_sha256 == guide.weights_sha256:
        raise _refusal(judge.card.name, guide, "has the same weights")
    if judge.card.sha256 == guide.weights_sha256:
        raise _refusal(judge.card.name, guide, "has a card with the same weights")
    inside = getattr(network, "network", None)
    if (
        isinstance(inside, nn.Module)
        and inside.state_dict()
        and state_sha256(inside) == state_sha256(judge.network)
    ):
        raise _refusal(judge.card.name, guide, "has the same weights in another file")


def _refusal(name: str, guide: GuideRecord, reason: str) -> JudgeError:
    return JudgeError(
        f"{name} cannot judge this model: it {reason} as {guide.recognizer}, which guided the training; "
        "choose a recognizer that the training never saw, for example --judge rendered_b"
    )
