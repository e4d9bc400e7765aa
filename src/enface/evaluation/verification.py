"""A model judged by pairs of photographs: same person or not?"""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import torch

from enface.errors import ConfigError
from enface.evaluation.bootstrapping import Bootstrap
from enface.evaluation.judging import judging
from enface.evaluation.pair_arms import judge_pairs
from enface.evaluation.pair_evaluation import PairEvaluation
from enface.evaluation.photographs import cut_faces
from enface.evaluation.protocols import PairsProtocol, TemplatesProtocol
from enface.evaluation.signals import PAIR_SIGNALS, Signal, SignalInput
from enface.evaluation.subject import Subject, as_subject, centre_crops
from enface.evaluation.verification_results import Counts, VerificationResults, VerificationSetup
from enface.faces.detectors.protocol import Detector

if TYPE_CHECKING:
    from enface.models.folder import LoadedModel
    from enface.models.turner import FaceTurner
    from enface.recognizers.frozen import FrozenRecognizer


def evaluate_pairs(
    model: "LoadedModel | FaceTurner | Subject",
    *,
    protocol: PairsProtocol,
    judge: "FrozenRecognizer",
    detector: Detector,
    name: str,
    detector_name: str,
    signals: Sequence[Signal] = PAIR_SIGNALS,
    bootstrap: Bootstrap | None = None,
    cache: Path | None = None,
    device: str | torch.device = "cpu",
    batch_size: int = 64,
    progress: bool = False,
) -> PairEvaluation:
    """Judges a model by the pairs of a protocol; each arm is used on both sides of a pair.

    Args:
        model: on `device`.
        protocol: pairs of photographs.
        judge: on `device`; not the model's guide.
        detector: finds the faces.
        name: of the model, for the record; its folder.
        detector_name: for the record.
        signals: quality signals; each makes a gated arm.
        bootstrap: how intervals are made.
        cache: folder of remembered embeddings; None remembers nothing.
        device: where to compute.
        batch_size: faces computed at once.
        progress: whether to show progress bars.

    Raises:
        JudgeError: the judge guided the model, or gives embeddings that are not finite.
        ConfigError: faces were found in too few photographs for any pair of either kind, or people of the
            pairs also trained the model.
    """
    subject = as_subject(model)
    at_work = judging(subject, judge, cache=cache, device=device, batch_size=batch_size, progress=progress)
    shown = {
        photo: person
        for pair in protocol.pairs
        for photo, person in zip((pair.first, pair.second), pair.people, strict=True)
    }
    overlap = subject.refuse_overlap(
        root=protocol.root,
        pictures=[(person, photo) for photo, person in shown.items()],
        named=protocol.named,
    )
    bootstrap = bootstrap or Bootstrap()
    with at_work.stage("read"):
        crops, failures = cut_faces(
            protocol.photos,
            root=protocol.root,
            detector=detector,
            face=protocol.face,
            size=subject.crop_size,
            whole=subject.whole_frame,
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
    given = np.stack(list(crops.values()))
    faces = centre_crops(given, subject=subject)
    frontals = at_work.frontalise(given)
    seen = at_work.see(faces, frontals, label="photographs")
    with at_work.stage("measure"):
        judged = judge_pairs(
            seen,
            pairs=pairs,
            place={photo: i for i, photo in enumerate(crops)},
            bootstrap=bootstrap,
            signals=signals,
            signal_input=SignalInput(
                images=faces,
                frontals=frontals,
                points=(None,) * len(faces),
                yaws=np.full(len(faces), np.nan),
                raw=seen.raw,
                frontalised=seen.frontalised,
                norms=np.linalg.norm(at_work.embed(faces, label="photographs raw"), axis=1),
                judge=judge.card.name,
            ),
        )
    results = VerificationResults(
        setup=setup_of(
            protocol,
            subject=subject,
            judge=judge,
            name=name,
            detector_name=detector_name,
            face=protocol.face,
            bootstrap=bootstrap,
            overlap=overlap,
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
        arms=judged.arms,
        environment=at_work.environment(),
        gates=judged.gates,
        cost=at_work.cost(),
    )
    cut = dict(zip(crops, faces, strict=True))
    turned = dict(zip(crops, frontals, strict=True))
    return PairEvaluation(results, tuple(pairs), judged, cut, turned)


def setup_of(
    protocol: PairsProtocol | TemplatesProtocol,
    *,
    subject: Subject,
    judge: "FrozenRecognizer",
    name: str,
    detector_name: str,
    face: str,
    bootstrap: Bootstrap,
    overlap: str,
) -> VerificationSetup:
    """What was evaluated, by whom, on what, for the record."""
    return VerificationSetup(
        model=name,
        guide=subject.guide.recognizer,
        guide_sha256=subject.guide.weights_sha256,
        judge=judge.card.name,
        judge_sha256=judge.weights_sha256,
        protocol=protocol.name,
        data=str(protocol.root),
        data_sha256=protocol.fingerprint(),
        detector=detector_name,
        face=face,
        level=bootstrap.level,
        resamples=bootstrap.resamples,
        seed=bootstrap.seed,
        overlap=overlap,
    )
