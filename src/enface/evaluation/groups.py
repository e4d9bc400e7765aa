"""Who it fails: every rate in groups of people and pictures, where the records say who is in them.

A threshold is the same for all groups, that of all probes together: a group with fewer accepted probes or
more false alarms than the others is treated worse by a system that has one threshold, as systems do.
"""

from collections.abc import Mapping

import numpy as np
from jaxtyping import Float

from enface.data.attributes import ATTRIBUTES, ORDER
from enface.evaluation.bootstrapping import Bootstrap
from enface.evaluation.findings import GroupRow
from enface.evaluation.protocols import Protocol
from enface.evaluation.recognition import GROUP_RATE, ProbeScores

FEW_PEOPLE = 20
"""Groups of fewer people are marked: 95 % intervals of rates hold the truth in 64 to 94 % of simulated
samples of 5 to 10 people, and in 92.6 to 95.6 % of those of 20 (tests/metrics/test_coverage.py)."""
LOOK = "look"
"""Attribute of protocols with several looks: whether the gallery shows the probe's own."""
RANK1, MARGIN, ACCEPTED, ALARM = "rank-1", "margin", f"TAR@{GROUP_RATE:g}", f"false alarms@{GROUP_RATE:g}"
PICTURES = "outputs"
"""Stands for an arm with metrics of frontal faces."""
_PICTURE_METRICS = ("L1", "SSIM", "PSNR")


def groups_of(protocol: Protocol) -> dict[str, np.ndarray]:
    """Name of each probe's group by attribute, empty where it is not known; attributes that nobody knows are
    left out."""
    records = [probe.record for probe in protocol.probes]
    found = {
        name: np.array([group(record) or "" for record in records]) for name, group in ATTRIBUTES.items()
    }
    pictures = (*protocol.gallery, *records)
    if len({record.session for record in pictures}) > 1:
        enrolled = {(record.subject, record.session) for record in protocol.gallery}
        same = [(record.subject, record.session) in enrolled for record in records]
        found[LOOK] = np.where(same, "same", "other")
    return {name: names for name, names in found.items() if (names != "").any()}


def group_rows(
    protocol: Protocol,
    *,
    scores: Mapping[str, ProbeScores],
    thresholds: Mapping[str, float],
    nearness: Float[np.ndarray, "probes 3"] | None,
    bootstrap: Bootstrap,
) -> tuple[GroupRow, ...]:
    """Every metric of every arm in every group.

    Args:
        protocol: says who is on the probes.
        scores: of each arm, "raw" among them.
        thresholds: of each arm at `GROUP_RATE`, where there is one.
        nearness: L1, SSIM and PSNR of each probe's frontal face, where the truth is known.
        bootstrap: how intervals are made.
    """
    names, columns, base = _columns(scores, thresholds, nearness)
    people = np.array([probe.record.subject for probe in protocol.probes])
    rows: list[GroupRow] = []
    for attribute, group_of in groups_of(protocol).items():
        known = group_of != ""
        for group in sorted(set(group_of[known].tolist()), key=lambda name: (ORDER.get(name, 99), name)):
            here = group_of == group
            owners = people[here]
            count = len(set(owners.tolist()))
            means = bootstrap.means(columns[here], owners)
            gains = bootstrap.means(columns[here] - base[here], owners)
            alone = bool((here == known).all())
            gaps = () if alone else bootstrap.contrasts(columns[known], here[known], people[known])
            rows += [
                GroupRow(
                    attribute=attribute,
                    group=group,
                    metric=metric,
                    arm=arm,
                    people=count,
                    probes=int(here.sum()),
                    small=count < FEW_PEOPLE,
                    mean=means[i],
                    gap=None if alone else gaps[i],
                    gain=None if arm in ("raw", PICTURES) else gains[i],
                )
                for i, (arm, metric) in enumerate(names)
            ]
    return tuple(rows)


def untold(protocol: Protocol) -> tuple[str, ...]:
    """What the groups cannot say and why, as sentences."""
    found = groups_of(protocol)
    absent = [name for name in (*ATTRIBUTES, LOOK) if name not in found]
    sentences = [
        f"Groups by {name}: every probe is {str(names[0])!r}, so nothing can be compared."
        for name, names in found.items()
        if len(set(names.tolist())) == 1
    ]
    if absent:
        sentences.append(f"Groups by {', '.join(absent)}: the data do not tell them.")
    return tuple(sentences)


def _columns(
    scores: Mapping[str, ProbeScores],
    thresholds: Mapping[str, float],
    nearness: Float[np.ndarray, "probes 3"] | None,
) -> tuple[list[tuple[str, str]], Float[np.ndarray, "probes columns"], Float[np.ndarray, "probes columns"]]:
    """Arm and metric of each column, the columns, and those of the raw arm at the same places."""
    names: list[tuple[str, str]] = []
    columns: list[np.ndarray] = []
    base: list[np.ndarray] = []
    raw = _metrics(scores["raw"], thresholds.get("raw"))
    for arm, some in scores.items():
        for metric, values in _metrics(some, thresholds.get(arm)).items():
            names.append((arm, metric))
            columns.append(values)
            base.append(raw[metric])
    if nearness is not None:
        names += [(PICTURES, metric) for metric in _PICTURE_METRICS]
        columns += list(nearness.T)
        base += list(nearness.T)
    return names, np.stack(columns, axis=1), np.stack(base, axis=1)


def _metrics(some: ProbeScores, threshold: float | None) -> dict[str, Float[np.ndarray, " probes"]]:
    found = {RANK1: some.hits, MARGIN: some.margins}
    if threshold is not None:
        found[ACCEPTED] = (some.genuine >= threshold).astype(np.float64)
        found[ALARM] = (some.hardest >= threshold).astype(np.float64)
    return found
