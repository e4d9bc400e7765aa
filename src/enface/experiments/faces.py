"""The same test faces through every run's model."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from jaxtyping import UInt8

from enface.data.faceset import aligned_crops
from enface.evaluation.embeddings import EmbeddingCache
from enface.evaluation.frontals import frontalise
from enface.evaluation.protocols.protocol import Probe, Protocol
from enface.experiments.record import Run
from enface.models.folder import load_model

COLUMNS = 9
Faces = UInt8[np.ndarray, "n size size 3"]


@dataclass(frozen=True, eq=False)
class FaceRows:
    """Pictures of a comparison, one column a probe."""

    probes: tuple[Probe, ...]
    inputs: Faces
    outputs: tuple[Faces, ...]
    """By run."""
    truths: Faces


def draw_faces(runs: Sequence[Run], protocol: Protocol, *, device: str = "cpu") -> FaceRows:
    """Probes through every model; inputs and truths at the size of the first run's crops.

    Raises:
        CheckpointError, ResourceError: a model or its guide cannot be loaded.
    """
    probes = choose_probes(protocol)
    records = [probe.record for probe in probes]
    outputs = []
    for run in runs:
        model = load_model(run.folder, device=device)
        crops = aligned_crops(protocol.manifest, records, run.experiment.data.crop_size)
        outputs.append(frontalise(model, crops, cache=EmbeddingCache(None), device=device))
    size = runs[0].experiment.data.crop_size
    return FaceRows(
        probes=probes,
        inputs=aligned_crops(protocol.manifest, records, size),
        outputs=tuple(outputs),
        truths=aligned_crops(protocol.manifest, [p.truth for p in probes if p.truth is not None], size),
    )


def choose_probes(protocol: Protocol) -> tuple[Probe, ...]:
    """At most `COLUMNS` probes, evenly spread over yaws and people, never chosen by result."""
    yaws = sorted({probe.yaw for probe in protocol.probes})
    yaws = [yaws[i] for i in _spread(len(yaws), COLUMNS)]
    people = sorted({probe.record.subject for probe in protocol.probes})
    chosen = []
    for place, yaw in enumerate(yaws):
        at_yaw = [probe for probe in protocol.probes if probe.yaw == yaw]
        wanted = people[(place * len(people)) // len(yaws)]
        chosen.append(next((probe for probe in at_yaw if probe.record.subject >= wanted), at_yaw[0]))
    return tuple(chosen)


def _spread(count: int, most: int) -> list[int]:
    return [int(i) for i in np.linspace(0, count - 1, min(count, most)).round()]
