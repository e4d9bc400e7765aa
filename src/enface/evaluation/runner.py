"""One model, one protocol, one judge: aligned faces in, results out."""

import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import torch
from jaxtyping import UInt8
from tqdm import tqdm

from enface.data.faceset import aligned_crop
from enface.data.records import FaceRecord
from enface.errors import ConfigError
from enface.evaluation.arms import ARMS, JudgedFaces
from enface.evaluation.bootstrapping import Bootstrap
from enface.evaluation.embeddings import EmbeddingCache, embed_faces
from enface.evaluation.frontals import frontalise
from enface.evaluation.judge import refuse_guide
from enface.evaluation.protocols import Protocol
from enface.evaluation.quality import make_baselines, quality_by_yaw, trend_over_yaw
from enface.evaluation.recognition import recognition_by_angle
from enface.evaluation.results import Environment, Quality, Results, Setup
from enface.training.run_folder import environment

if TYPE_CHECKING:
    from enface.models.folder import LoadedModel
    from enface.recognizers.frozen import FrozenRecognizer

Faces = UInt8[np.ndarray, "n size size 3"]


@dataclass(frozen=True, eq=False)
class EvaluatedFaces:
    """The pictures behind the numbers, in the order of the protocol's probes."""

    inputs: Faces
    """Aligned crops as the model got them."""
    outputs: Faces
    """Its frontal faces."""
    truths: Faces
    """The different ground truths, at the size of the outputs; none where nobody knows them."""
    truth_of: list[int]
    """Index into `truths` for each probe; empty without ground truth."""


@dataclass(frozen=True, eq=False)
class Evaluation:
    """Numbers and pictures of one evaluation."""

    results: Results
    protocol: Protocol
    faces: EvaluatedFaces


def evaluate(
    model: "LoadedModel",
    *,
    protocol: Protocol,
    judge: "FrozenRecognizer",
    name: str,
    preset: str | None = None,
    gallery: str = "raw",
    bootstrap: Bootstrap | None = None,
    cache: Path | None = None,
    device: str | torch.device = "cpu",
    batch_size: int = 64,
    progress: bool = False,
) -> Evaluation:
    """Judges a model on people it never saw.

    Args:
        model: on `device`.
        protocol: gallery and probes.
        judge: on `device`; not the model's guide.
        name: of the model, for the record; its folder.
        preset: that trained it, where known.
        gallery: arm of the gallery pictures, "raw" (a gallery is enrolled as it is) or "frontalised" (the
            frontal pictures of the gallery pass through the model as well).
        bootstrap: how intervals are made.
        cache: folder of remembered embeddings; None remembers nothing.
        device: where to compute.
        batch_size: faces computed at once.
        progress: whether to show progress bars.

    Raises:
        JudgeError: the judge guided the model.
        ConfigError: an unknown gallery arm.
        ImageError, FaceError: a picture cannot be read or aligned.
    """
    refuse_guide(judge, guide=model.guide)
    if gallery not in ARMS:
        raise ConfigError(f"unknown gallery arm {gallery!r}; allowed: {', '.join(ARMS)}")
    bootstrap = bootstrap or Bootstrap()
    started = time.perf_counter()
    memory = EmbeddingCache(cache)
    crop = model.experiment.data.crop_size
    truth_of_probe = [probe.truth for probe in protocol.probes if probe.truth is not None]
    truth_records = list({id(record): record for record in truth_of_probe}.values())
    place = {id(record): i for i, record in enumerate(truth_records)}

    read = _Reader(protocol, progress=progress)
    inputs = read.crops("probes", [probe.record for probe in protocol.probes], crop)
    enrolled = read.crops("gallery", list(protocol.gallery), crop)

    def make(crops: Faces) -> Faces:
        return frontalise(model, crops, cache=memory, device=device, batch_size=batch_size, progress=progress)

    def judged(crops: Faces, frontals: Faces) -> JudgedFaces:
        return JudgedFaces(
            *(
                embed_faces(
                    judge,
                    faces,
                    cache=memory,
                    device=device,
                    batch_size=batch_size,
                    label=f"judge {kind}",
                    progress=progress,
                )
                for kind, faces in (("raw", crops), ("frontal", frontals))
            )
        )

    outputs = make(inputs)
    size = outputs.shape[1]
    # A raw gallery needs no frontal faces; the arm then never looks at them.
    gallery_faces = judged(enrolled, enrolled if gallery == "raw" else make(enrolled))
    recognition = recognition_by_angle(
        protocol, probes=judged(inputs, outputs), gallery=ARMS[gallery](gallery_faces), bootstrap=bootstrap
    )
    truths = read.crops("truths", truth_records, size)
    truth_of = [place[id(record)] for record in truth_of_probe]
    quality: tuple[Quality, ...] = ()
    if truth_of:
        train = read.crops("train frontals", list(protocol.train_frontals), size)
        quality = quality_by_yaw(
            outputs,
            truths=truths,
            truth_of=truth_of,
            yaws=[probe.yaw for probe in protocol.probes],
            people=[probe.record.subject for probe in protocol.probes],
            baselines=make_baselines(train, truths),
            bootstrap=bootstrap,
            progress=progress,
        )
    results = Results(
        setup=Setup(
            model=name,
            preset=preset,
            guide=model.guide.recognizer,
            guide_sha256=model.guide.weights_sha256,
            judge=judge.card.name,
            judge_sha256=judge.weights_sha256,
            protocol=protocol.name,
            across_looks=protocol.across_looks,
            gallery=gallery,
            data=protocol.data,
            data_sha256=protocol.fingerprint(),
            people=protocol.people,
            probes=len(protocol.probes),
            output_size=size,
            level=bootstrap.level,
            resamples=bootstrap.resamples,
            seed=bootstrap.seed,
        ),
        environment=record_environment(torch.device(device), seconds=time.perf_counter() - started),
        recognition=recognition,
        quality=quality,
        trend=trend_over_yaw(quality),
    )
    return Evaluation(results, protocol, EvaluatedFaces(inputs, outputs, truths, truth_of))


class _Reader:
    """Reads and aligns pictures of a protocol."""

    def __init__(self, protocol: Protocol, *, progress: bool) -> None:
        self._manifest = protocol.manifest
        self._progress = progress

    def crops(self, label: str, records: list[FaceRecord], size: int) -> Faces:
        """Centre crops of `size` pixels; there may be none."""
        bar = tqdm(records, desc=f"read {label}", unit="face", disable=not self._progress)
        faces = [aligned_crop(self._manifest, record, size) for record in bar]
        return np.stack(faces) if faces else np.empty((0, size, size, 3), dtype=np.uint8)


def record_environment(device: torch.device, *, seconds: float) -> Environment:
    """Where numbers are made: commit, versions and machine."""
    record = environment(device=device, world=1)
    return Environment(
        commit=record["commit"],
        dirty=record["dirty"],
        versions=record["versions"],
        machine=record["device"],
        processors=record["processors"],
        threads=record["threads"],
        seconds=seconds,
    )
