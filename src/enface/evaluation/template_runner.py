"""A model judged by templates: several pictures of a person as one, verified or searched for in a gallery."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import torch
from tqdm import tqdm

from enface.errors import ConfigError
from enface.evaluation.arms import JudgedFaces
from enface.evaluation.bootstrapping import Bootstrap
from enface.evaluation.judging import Judging, judging
from enface.evaluation.pair_arms import judge_pairs
from enface.evaluation.pair_evaluation import PairEvaluation
from enface.evaluation.pooling import pool
from enface.evaluation.protocols import FacePair, Sighting, Template, TemplatesProtocol
from enface.evaluation.sightings import cut_sightings
from enface.evaluation.subject import Subject, as_subject, centre_crops
from enface.evaluation.template_search import TemplateSearch, search_templates
from enface.evaluation.verification import setup_of
from enface.evaluation.verification_results import Counts, Failure, VerificationResults, VerificationSetup
from enface.faces.detectors.protocol import Detector

if TYPE_CHECKING:
    from enface.models.folder import LoadedModel
    from enface.models.turner import FaceTurner
    from enface.recognizers.frozen import FrozenRecognizer

CHUNK = 2000
"""Faces that are held at once: 300 MB of 224 px crops. Only embeddings stay."""


def evaluate_templates(
    model: "LoadedModel | FaceTurner | Subject",
    *,
    protocol: TemplatesProtocol,
    judge: "FrozenRecognizer",
    detector: Detector,
    name: str,
    detector_name: str,
    bootstrap: Bootstrap | None = None,
    cache: Path | None = None,
    device: str | torch.device = "cpu",
    batch_size: int = 64,
    progress: bool = False,
) -> PairEvaluation | TemplateSearch:
    """Judges a model by the templates of a protocol.

    Args:
        model: on `device`.
        protocol: templates, and which of them are compared.
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
        JudgeError: the judge guided the model, or gives embeddings that are not finite.
        ConfigError: faces were found for too few templates, or people of the templates also trained the
            model.
    """
    subject = as_subject(model)
    work = judging(subject, judge, cache=cache, device=device, batch_size=batch_size)
    overlap = subject.refuse_overlap(
        root=protocol.root,
        pictures=[
            (template.person, sighting.photo)
            for template in (*protocol.gallery, *protocol.probes)
            for sighting in template.sightings
        ],
    )
    bootstrap = bootstrap or Bootstrap()
    seen, failures = _see(protocol, work=work, detector=detector, progress=progress)
    setup = setup_of(
        protocol,
        subject=subject,
        judge=judge,
        name=name,
        detector_name=detector_name,
        face="largest",
        bootstrap=bootstrap,
        overlap=overlap,
    )
    gallery, probes = (_usable_templates(side, seen) for side in (protocol.gallery, protocol.probes))
    faces = (_pooled(gallery, seen), _pooled(probes, seen))
    if protocol.comparisons is None:
        return search_templates(
            protocol, gallery, probes, faces, setup=setup, failures=failures, bootstrap=bootstrap, work=work
        )
    return _verify(
        protocol, gallery, probes, faces, setup=setup, failures=failures, bootstrap=bootstrap, work=work
    )


@dataclass(frozen=True, eq=False)
class _Seen:
    """Embeddings of sightings without media."""

    faces: JudgedFaces
    place: dict[Sighting, int]


def _see(
    protocol: TemplatesProtocol, *, work: Judging, detector: Detector, progress: bool
) -> tuple[_Seen, tuple[Failure, ...]]:
    """Embeds every face, some at a time."""
    subject = work.model
    parts: list[JudgedFaces] = []
    place: dict[Sighting, int] = {}
    failures: list[Failure] = []
    with tqdm(total=len(protocol.sightings), desc="templates", unit="face", disable=not progress) as bar:
        for chunk in _chunks(protocol.sightings):
            with work.stage("read"):
                crops, lost = cut_sightings(
                    chunk,
                    root=protocol.root,
                    detector=detector,
                    size=subject.crop_size,
                    whole=subject.whole_frame,
                )
            failures += lost
            bar.update(len(chunk))
            if crops:
                inputs = np.stack(list(crops.values()))
                faces = centre_crops(inputs, subject=subject)
                parts.append(work.see(faces, work.frontalise(inputs), label="templates"))
                place |= {sighting: len(place) + i for i, sighting in enumerate(crops)}
    if not parts:
        raise ConfigError(
            f"no face was found in any of {len(protocol.photos)} photographs; the first failure is "
            f"{failures[0].photo}: {failures[0].reason}"
        )
    return _Seen(_joined(parts), place), tuple(failures)


def _chunks(sightings: Sequence[Sighting]) -> Iterator[Sequence[Sighting]]:
    for start in range(0, len(sightings), CHUNK):
        yield sightings[start : start + CHUNK]


def _joined(parts: Sequence[JudgedFaces]) -> JudgedFaces:
    mirrored = [part.mirrored for part in parts if part.mirrored is not None]
    return JudgedFaces(
        raw=np.concatenate([part.raw for part in parts]),
        frontalised=np.concatenate([part.frontalised for part in parts]),
        mirrored=np.concatenate(mirrored) if mirrored else None,
    )


def _bare(sighting: Sighting) -> Sighting:
    return sighting._replace(medium=None)


def _usable_templates(templates: Sequence[Template], seen: _Seen) -> list[Template]:
    """Those with a face."""
    return [t for t in templates if any(_bare(sighting) in seen.place for sighting in t.sightings)]


def _pooled(templates: Sequence[Template], seen: _Seen) -> JudgedFaces:
    """One row for each template: media first, then their mean."""
    rows, names, media = [], [], []
    for template in templates:
        for number, sighting in enumerate(template.sightings):
            if (row := seen.place.get(_bare(sighting))) is not None:
                rows.append(row)
                names.append(template.name)
                media.append(f"medium {sighting.medium}" if sighting.medium else f"picture {number}")

    def pooled(features: np.ndarray) -> np.ndarray:
        return pool(features[rows], templates=names, media=media)[1]

    faces = seen.faces
    return JudgedFaces(
        raw=pooled(faces.raw),
        frontalised=pooled(faces.frontalised),
        mirrored=None if faces.mirrored is None else pooled(faces.mirrored),
    )


def _verify(
    protocol: TemplatesProtocol,
    gallery: Sequence[Template],
    probes: Sequence[Template],
    faces: tuple[JudgedFaces, JudgedFaces],
    *,
    setup: VerificationSetup,
    failures: tuple[Failure, ...],
    bootstrap: Bootstrap,
    work: Judging,
) -> PairEvaluation:
    asked = protocol.comparisons or ()
    sides = ({t.name: t.person for t in gallery}, {t.name: t.person for t in probes})
    pairs = tuple(
        FacePair(f"enrolled {one}", f"probe {other}", (sides[0][one], sides[1][other]))
        for one, other in asked
        if one in sides[0] and other in sides[1]
    )
    same = np.array([pair.same for pair in pairs], dtype=np.bool_)
    if same.all() or not same.any():
        raise ConfigError(
            f"faces were found for {len(gallery)} of {len(protocol.gallery)} enrolled templates and "
            f"{len(probes)} of {len(protocol.probes)} probes, which leaves {same.sum()} same and "
            f"{(~same).sum()} different comparisons; {len(failures)} photographs have no usable face"
        )
    names = [*(f"enrolled {t.name}" for t in gallery), *(f"probe {t.name}" for t in probes)]
    with work.stage("measure"):
        judged = judge_pairs(
            _joined(faces), pairs=pairs, place={name: i for i, name in enumerate(names)}, bootstrap=bootstrap
        )
    results = VerificationResults(
        setup=setup,
        counts=Counts(
            photos=len(protocol.photos),
            pairs=len(asked),
            lost_pairs=len(asked) - len(pairs),
            genuine=int(same.sum()),
            impostors=int((~same).sum()),
            people=len({person for pair in pairs for person in pair.people}),
        ),
        failures=failures,
        arms=judged.arms,
        environment=work.environment(),
    )
    return PairEvaluation(results, pairs, judged)
