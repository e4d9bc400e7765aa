"""Identification rates by arm and absolute yaw."""

import numpy as np

from enface.evaluation.arms import ARMS, Features, JudgedFaces
from enface.evaluation.bootstrapping import Bootstrap
from enface.evaluation.pooling import pool
from enface.evaluation.protocols import Protocol
from enface.evaluation.results import Recognition
from enface.metrics.identification import cosine_scores, ranks, within_rank


def recognition_by_angle(
    protocol: Protocol, *, probes: JudgedFaces, gallery: Features, bootstrap: Bootstrap
) -> tuple[Recognition, ...]:
    """Rank-1 of every arm at every absolute yaw, with intervals over people.

    Args:
        protocol: says who is who.
        probes: embeddings of `protocol.probes`, in order.
        gallery: embeddings of `protocol.gallery`, in order; those of one person are averaged.
        bootstrap: how intervals are made.
    """
    people = np.array([probe.record.subject for probe in protocol.probes])
    angles = np.array([abs(probe.yaw) for probe in protocol.probes])
    owners, gallery = pool(gallery, templates=[record.subject for record in protocol.gallery])
    hits = {}
    for name, arm in ARMS.items():
        scores = cosine_scores(arm(probes), gallery=gallery)
        places = ranks(scores, probe_people=people.tolist(), gallery_people=owners)
        hits[name] = within_rank(places).astype(np.float64)
    rows = []
    for name in ARMS:
        for angle in sorted(set(angles.tolist())):
            here = angles == angle
            rows.append(
                Recognition(
                    arm=name,
                    angle=angle,
                    probes=int(here.sum()),
                    rank1=bootstrap.mean(hits[name][here], people[here]),
                    gain=bootstrap.difference(hits["raw"][here], hits[name][here], people[here]),
                )
            )
    return tuple(rows)
