"""One model, one judge and any protocol."""

from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import torch

from enface.errors import ConfigError
from enface.evaluation.bootstrapping import Bootstrap
from enface.evaluation.pair_evaluation import PairEvaluation
from enface.evaluation.protocols import AnyProtocol, PairsProtocol, Protocol
from enface.evaluation.runner import Evaluation, evaluate
from enface.evaluation.template_runner import evaluate_templates
from enface.evaluation.template_search import TemplateSearch
from enface.evaluation.verification import evaluate_pairs
from enface.models.landmark_detector import detector_label, load_detector

if TYPE_CHECKING:
    from enface.evaluation.subject import Subject
    from enface.models.folder import LoadedModel
    from enface.models.turner import FaceTurner
    from enface.recognizers.frozen import FrozenRecognizer

DetectorName = Literal["yunet", "finder", "sidecar", "aligned"]


@dataclass(frozen=True)
class Choices:
    """How to evaluate, beside model, protocol and judge."""

    gallery: str = "raw"
    """Of protocols over yaw: how pictures are enrolled, raw or frontalised."""
    pictures: bool = True
    """Of protocols over yaw: whether numbers of the pictures themselves are measured."""
    detector: DetectorName | None = None
    """Of protocols of photographs: what finds the faces; None is sidecar with landmarks, else yunet."""
    landmarks: Path | None = None
    """For the detector sidecar."""
    bootstrap: Bootstrap = field(default_factory=Bootstrap)
    cache: Path | None = None
    """Folder of remembered embeddings."""
    device: str | torch.device = "cpu"
    batch_size: int = 64
    progress: bool = False


def check_choices(protocol: AnyProtocol, choices: Choices) -> None:
    """Refuses choices that a protocol does not have, before anything is computed.

    Raises:
        ConfigError: says which.
    """
    if isinstance(protocol, Protocol):
        if choices.detector is not None or choices.landmarks is not None:
            raise ConfigError(
                f"--detector and --landmarks are for protocols of photographs; {protocol.name} needs neither"
            )
        return
    if choices.gallery != "raw":
        raise ConfigError(
            f"protocol {protocol.name} has arms for frontalised galleries of its own; leave --gallery out"
        )
    detector = _detector_name(choices)
    if (detector == "sidecar") != (choices.landmarks is not None):
        needs = "needs" if detector == "sidecar" else "takes no"
        raise ConfigError(f"--detector {detector} {needs} --landmarks FILE")


def evaluate_any(
    model: "LoadedModel | FaceTurner | Subject",
    *,
    protocol: AnyProtocol,
    judge: "FrozenRecognizer",
    name: str,
    preset: str | None = None,
    choices: Choices,
) -> Evaluation | PairEvaluation | TemplateSearch:
    """Judges a model by whatever the protocol asks.

    Args:
        model: on the device of the choices.
        protocol: any.
        judge: on the same device; not the model's guide.
        name: of the model, for the record.
        preset: that trained it, where known.
        choices: fit the protocol (`check_choices`).

    Raises:
        EnfaceError: as the evaluation of this kind of protocol.
    """
    shared: dict[str, Any] = {
        "judge": judge,
        "name": name,
        "bootstrap": choices.bootstrap,
        "cache": choices.cache,
        "device": choices.device,
        "batch_size": choices.batch_size,
        "progress": choices.progress,
    }
    if isinstance(protocol, Protocol):
        return evaluate(
            model,
            protocol=protocol,
            preset=preset,
            gallery=choices.gallery,
            pictures=choices.pictures,
            **shared,
        )
    detector_name = _detector_name(choices)
    options: dict[str, Any] = {} if choices.landmarks is None else {"file": choices.landmarks}
    shared["detector"] = load_detector(detector_name, **options)
    shared["detector_name"] = detector_label(detector_name, file=choices.landmarks)
    if isinstance(protocol, PairsProtocol):
        return evaluate_pairs(model, protocol=protocol, **shared)
    return evaluate_templates(model, protocol=protocol, **shared)


def _detector_name(choices: Choices) -> str:
    return choices.detector or ("yunet" if choices.landmarks is None else "sidecar")
