"""A model judged by pairs of photographs: same person or not?"""

import time
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import torch

from enface.errors import ConfigError
from enface.evaluation.arms import JudgedFaces
from enface.evaluation.bootstrapping import Bootstrap
from enface.evaluation.embeddings import EmbeddingCache, embed_faces
from enface.evaluation.frontals import frontalise
from enface.evaluation.judge import refuse_guide
from enface.evaluation.pair_arms import judge_pairs
from enface.evaluation.photographs import cut_faces
from enface.evaluation.protocols import PairsProtocol
from enface.evaluation.runner import record_environment
from enface.evaluation.verification_results import Counts, VerificationResults, VerificationSetup
from enface.faces.detectors.protocol import Detector

if TYPE_CHECKING:
    from enface.models.folder import LoadedModel
    from enface.recognizers.frozen import FrozenRecognizer


def evaluate_pairs(
    model: "LoadedModel",
    *,
    protocol: PairsProtocol,
    judge: "FrozenRecognizer",
    detector: Detector,
    name: str,
    detector_name: str,
    bootstrap: Bootstrap | None = None,
    cache: Path | None = None,
    device: str | torch.device = "cpu",
    batch_size: int = 64,
    progress: bool = False,
) -> VerificationResults:
    """Judges a model by the pairs of a protocol; each arm is used on both sides of a pair.

    Args:
        model: on `device`.
        protocol: pairs of photographs.
        judge: on `device`; not the model's guide.
        detector: finds the faces.
        name: of the model, for the record; its folder.
        detector_name: for the record.
        bootstrap: how intervals are made.
        cache: folder of remembered embeddings; None remembers nothing.
        device: where to compute.
        batch_size: faces computed at once.
        progress: whether to show progress bars.

    Raises:
        JudgeError: the judge guided the model.
        ConfigError: faces were found in too few photographs for any pair of either kind.
    """
    refuse_guide(judge, guide=model.guide)
    bootstrap = bootstrap or Bootstrap()
    started = time.perf_counter()
    crops, failures = cut_faces(
        protocol.photos,
        root=protocol.root,
        detector=detector,
        face=protocol.face,
        size=model.experiment.data.crop_size,
        progress=progress,
    )
    pairs = [pair for pair in protocol.pairs if pair.first in crops and pair.second in crops]
    same = np.array([pair.same for pair in pairs], dtype=np.bool_)
    if same.all() or not same.any():
        raise ConfigError(
            f"faces were found in {len(crops)} of {len(protocol.photos)} photographs, which leaves "
            f"{same.sum()} same and {(~same).sum()} different pairs; the first failure is "
            f"{failures[0].photo}: {failures[0].reason}"
        )
    faces = np.stack(list(crops.values()))
    memory = EmbeddingCache(cache)
    frontals = frontalise(model, faces, cache=memory, device=device, batch_size=batch_size, progress=progress)
    raw, turned = (
        embed_faces(
            judge,
            images,
            cache=memory,
            device=device,
            batch_size=batch_size,
            label=f"judge {kind}",
            progress=progress,
        )
        for kind, images in (("raw", faces), ("frontal", frontals))
    )
    place = {photo: i for i, photo in enumerate(crops)}
    return VerificationResults(
        setup=VerificationSetup(
            model=name,
            guide=model.guide.recognizer,
            guide_sha256=model.guide.weights_sha256,
            judge=judge.card.name,
            judge_sha256=judge.weights_sha256,
            protocol=protocol.name,
            data=str(protocol.root),
            data_sha256=protocol.fingerprint(),
            detector=detector_name,
            face=protocol.face,
            level=bootstrap.level,
            resamples=bootstrap.resamples,
            seed=bootstrap.seed,
        ),
        counts=Counts(
            photos=len(protocol.photos),
            pairs=len(protocol.pairs),
            lost_pairs=len(protocol.pairs) - len(pairs),
            genuine=int(same.sum()),
            impostors=int((~same).sum()),
            people=len({person for pair in pairs for person in pair.people}),
        ),
        failures=failures,
        arms=judge_pairs(JudgedFaces(raw, turned), pairs=pairs, place=place, bootstrap=bootstrap),
        environment=record_environment(torch.device(device), seconds=time.perf_counter() - started),
    )
