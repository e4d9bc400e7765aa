"""One model, one protocol, one judge: aligned faces in, results out."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import torch
from jaxtyping import Float, UInt8
from tqdm import tqdm

from enface.data.faceset import align_picture
from enface.data.records import FaceRecord
from enface.errors import ConfigError
from enface.evaluation.arms import GALLERIES, JudgedFaces
from enface.evaluation.bootstrapping import Bootstrap
from enface.evaluation.groups import group_rows, untold
from enface.evaluation.judging import Judging, judging
from enface.evaluation.picture_numbers import NO_PICTURE_NUMBERS, Judged, picture_numbers
from enface.evaluation.protocols import Protocol
from enface.evaluation.quality import make_baselines, nearness, quality_by_yaw, trend_over_yaw
from enface.evaluation.recognition import ProbeScores, identify
from enface.evaluation.results import Quality, Results, Setup
from enface.evaluation.signals import SIGNALS, Signal, SignalInput
from enface.evaluation.subject import Subject, as_subject, centre_crops
from enface.images import read_image

if TYPE_CHECKING:
    from enface.models.folder import LoadedModel
    from enface.models.turner import FaceTurner
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
    nearness: Float[np.ndarray, "probes 3"] | None = None
    """L1, SSIM and PSNR of each output to its truth."""


@dataclass(frozen=True, eq=False)
class Evaluation:
    """Numbers and pictures of one evaluation."""

    results: Results
    protocol: Protocol
    faces: EvaluatedFaces
    probes: dict[str, ProbeScores]
    """Scores of every probe, by arm."""


def evaluate(
    model: "LoadedModel | FaceTurner | Subject",
    *,
    protocol: Protocol,
    judge: "FrozenRecognizer",
    name: str,
    preset: str | None = None,
    gallery: str = "raw",
    signals: Sequence[Signal] = SIGNALS,
    pictures: bool = True,
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
        gallery: how the gallery is enrolled in arms that do not say it: "raw", or "frontalised" (the frontal
            pictures of the gallery pass through the model as well).
        signals: quality signals; each makes a gated arm.
        pictures: whether frontalness, light, identity and distances to true frontals are measured.
        bootstrap: how intervals are made.
        cache: folder of remembered embeddings; None remembers nothing.
        device: where to compute.
        batch_size: faces computed at once.
        progress: whether to show progress bars.

    Raises:
        JudgeError: the judge guided the model, or gives embeddings that are not finite.
        ConfigError: an unknown gallery arm, or test people who also trained the model.
        ImageError, FaceError: a picture cannot be read or aligned.
    """
    if gallery not in GALLERIES:
        raise ConfigError(f"unknown gallery arm {gallery!r}; allowed: {', '.join(GALLERIES)}")
    subject = as_subject(model)
    at_work = judging(subject, judge, cache=cache, device=device, batch_size=batch_size, progress=progress)
    overlap = subject.refuse_overlap(root=protocol.manifest.root, pictures=_tested(protocol))
    bootstrap = bootstrap or Bootstrap()
    truth_of_probe = [probe.truth for probe in protocol.probes if probe.truth is not None]
    truth_records = list({id(record): record for record in truth_of_probe}.values())
    place = {id(record): i for i, record in enumerate(truth_records)}

    read = _Reader(protocol, at_work)
    given = read.inputs("probes", [probe.record for probe in protocol.probes])
    enrolled = read.inputs("gallery", list(protocol.gallery))
    inputs = centre_crops(given, subject=subject)
    outputs = at_work.frontalise(given)
    size = outputs.shape[1]
    seen = at_work.see(inputs, outputs, label="probes")
    gallery_crops = centre_crops(enrolled, subject=subject)
    gallery_faces = at_work.see(gallery_crops, at_work.frontalise(enrolled), label="gallery")
    with at_work.stage("measure"):
        found = identify(
            protocol,
            probes=seen,
            gallery=gallery_faces,
            gallery_view=gallery,
            bootstrap=bootstrap,
            signals=signals,
            signal_input=_signal_input(protocol, at_work, inputs, outputs, seen),
        )
    truths = read.crops("truths", truth_records, size)
    truth_of = [place[id(record)] for record in truth_of_probe]
    quality: tuple[Quality, ...] = ()
    near: Float[np.ndarray, "probes 3"] | None = None
    if truth_of:
        train = read.crops("train frontals", list(protocol.train_frontals), size)
        with at_work.stage("measure"):
            near = nearness(outputs, truths=truths, truth_of=truth_of, progress=progress)
            quality = quality_by_yaw(
                near,
                truths=truths,
                truth_of=truth_of,
                yaws=[probe.yaw for probe in protocol.probes],
                people=[probe.record.subject for probe in protocol.probes],
                baselines=make_baselines(train, truths),
                bootstrap=bootstrap,
            )
    with at_work.stage("measure"):
        groups = group_rows(
            protocol, scores=found.probes, thresholds=found.thresholds, nearness=near, bootstrap=bootstrap
        )
    looked = NO_PICTURE_NUMBERS
    if pictures:
        with at_work.stage("pictures"):
            looked = picture_numbers(
                protocol,
                inputs=inputs,
                outputs=outputs,
                gallery=gallery_crops,
                judged=Judged(judge.card.name, seen, gallery_faces),
                bootstrap=bootstrap,
            )
    results = Results(
        setup=Setup(
            model=name,
            preset=preset,
            guide=subject.guide.recognizer,
            guide_sha256=subject.guide.weights_sha256,
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
            overlap=overlap,
        ),
        environment=at_work.environment(),
        recognition=found.recognition,
        quality=quality,
        trend=trend_over_yaw(quality),
        cmc=found.cmc,
        matching=found.matching,
        gates=found.gates,
        pictures=looked.pictures,
        distances=looked.distances,
        groups=groups,
        missing=(*untold(protocol), *looked.missing),
        cost=at_work.cost(),
    )
    faces = EvaluatedFaces(inputs, outputs, truths, truth_of, near)
    return Evaluation(results, protocol, faces, found.probes)


def _tested(protocol: Protocol) -> list[tuple[str, str]]:
    """Person and path of every picture of those who are looked for, enrolled ones too."""
    probed = [probe.record for probe in protocol.probes]
    people = {record.subject for record in probed}
    enrolled = [record for record in protocol.gallery if record.subject in people]
    return [(record.subject, record.path) for record in (*probed, *enrolled)]


def _signal_input(
    protocol: Protocol, at_work: Judging, inputs: Faces, outputs: Faces, seen: JudgedFaces
) -> SignalInput:
    # From memory: the judge has just embedded them.
    features = at_work.embed(inputs, label="probes raw")
    return SignalInput(
        images=inputs,
        frontals=outputs,
        points=tuple(probe.record.points for probe in protocol.probes),
        yaws=np.array([float(probe.yaw) for probe in protocol.probes]),
        raw=seen.raw,
        frontalised=seen.frontalised,
        norms=np.linalg.norm(features, axis=1),
        judge=at_work.judge.card.name,
    )


class _Reader:
    """Reads and aligns pictures of a protocol."""

    def __init__(self, protocol: Protocol, at_work: Judging) -> None:
        self._manifest = protocol.manifest
        self._at_work = at_work

    def inputs(self, label: str, records: list[FaceRecord]) -> Faces:
        """What the model is given: centre crops, or the whole frames around them."""
        subject = self._at_work.model
        return self._read(label, records, subject.crop_size, whole=subject.whole_frame)

    def crops(self, label: str, records: list[FaceRecord], size: int) -> Faces:
        """Centre crops of `size` pixels; there may be none."""
        return self._read(label, records, size, whole=False)

    def _read(self, label: str, records: list[FaceRecord], size: int, *, whole: bool) -> Faces:
        bar = tqdm(records, desc=f"read {label}", unit="face", disable=not self._at_work.progress)
        faces = [self._face(record, size, whole=whole) for record in bar]
        return np.stack(faces) if faces else np.empty((0, size, size, 3), dtype=np.uint8)

    def _face(self, record: FaceRecord, size: int, *, whole: bool) -> UInt8[np.ndarray, "side side 3"]:
        file = self._manifest.file(record)
        with self._at_work.stage("read"):
            image = read_image(file)
        with self._at_work.stage("align"):
            return align_picture(image, file=file, points=record.points, size=size, whole=whole)
