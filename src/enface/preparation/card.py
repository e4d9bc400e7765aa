"""The data card: how a prepared set was made, and what is in it, in numbers."""

import json
import platform
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import asdict
from importlib.metadata import version
from pathlib import Path
from typing import Any

from enface import __version__
from enface.data.records import FaceRecord
from enface.data.source_set import Finding
from enface.data.studio_lists import StudioLists
from enface.preparation.duplicates import NEAR, Duplicate
from enface.preparation.outcome import Outcome
from enface.preparation.overlap import SharedPerson
from enface.preparation.plan import Roles
from enface.preparation.worker import Crops
from enface.resources.atomic import atomic_write

CARD = "data-card.json"
_SIDE = 20.0
"""Degrees from which on an estimated yaw surely has a sign."""


def write_card(
    folder: Path,
    *,
    source: str,
    crops: Crops,
    roles: Roles,
    rows: Sequence[tuple[FaceRecord, Outcome]],
    outcomes: Sequence[Outcome],
    findings: Sequence[Finding],
    lists: StudioLists | None,
    duplicates: Sequence[Duplicate],
    overlap: Sequence[SharedPerson],
) -> dict[str, Any]:
    """Writes `data-card.json` and returns its content.

    Args:
        folder: of the prepared set.
        source: kind of set.
        crops: how crops were made.
        roles: what decided splits and roles.
        rows: of the manifest, each with what became of its picture.
        outcomes: of all pictures.
        findings: of the source.
        lists: of the protocol, where there is one.
        duplicates: pairs of pictures.
        overlap: people who are in other sets too.
    """
    records = [record for record, _ in rows]
    card: dict[str, Any] = {
        "source": source,
        "crops": asdict(crops),
        "roles": asdict(roles),
        "counts": {
            "pictures": len(outcomes),
            "people": len({record.subject for record in records}),
            **_counted(outcome.status for outcome in outcomes),
            "several faces": sum(o.faces > 1 for o in outcomes),
            "by split and role": _counted(f"{record.split} {record.role}" for record in records),
            "by estimated absolute yaw": _by_yaw(outcomes),
        },
        "source findings": _counted(finding.problem for finding in findings),
        "protocol": None if lists is None else _protocol(lists, records),
        "yaw by label and by landmarks": _signs(rows),
        "duplicates": {
            "exact": sum(pair.kind == "exact" for pair in duplicates),
            "near": sum(pair.kind == "near" for pair in duplicates),
            "across people": sum(pair.across_people for pair in duplicates),
            "across splits": sum(pair.across_splits for pair in duplicates),
            "near means": f"at most {NEAR} of 256 bits differ",
        },
        "people of other sets": {
            "shared": len(overlap),
            "across splits": sum(person.split != person.other_split for person in overlap),
        },
        "versions": {
            "enface": __version__,
            "python": platform.python_version(),
            **{name: version(name) for name in ("numpy", "pillow", "onnxruntime", "scipy")},
        },
    }
    with atomic_write(folder / CARD) as temporary:
        temporary.write_text(json.dumps(card, indent=2, default=str) + "\n", encoding="utf-8")
    return card


def _counted(names: Iterable[str]) -> dict[str, int]:
    return dict(sorted(Counter(names).items()))


def _by_yaw(outcomes: Sequence[Outcome]) -> dict[str, int]:
    """Prepared faces in bins of 15 degrees, the last one open."""
    bins = Counter(min(5, int(abs(o.yaw) // 15)) for o in outcomes if o.status == "ok" and o.yaw is not None)
    return {f"{15 * k}-{15 * k + 15}": bins[k] for k in range(6)}


def _protocol(lists: StudioLists, records: Sequence[FaceRecord]) -> dict[str, Any]:
    here = Counter((record.split, record.role) for record in records)
    return {
        "name": lists.protocol.name,
        "published": asdict(lists.protocol.published),
        "in the source": asdict(lists.counts),
        "prepared": {
            "train": here["train", "gallery"] + here["train", "probe"],
            "gallery": here["test", "gallery"],
            "probes": here["test", "probe"],
        },
    }


def _signs(rows: Sequence[tuple[FaceRecord, Outcome]]) -> dict[str, int]:
    """Whether the faces look to the side that their labels say; rows with labels of their own alone."""
    turned = [
        record.yaw * outcome.yaw > 0
        for record, outcome in rows
        if record.camera and record.yaw and outcome.yaw is not None
        if abs(outcome.yaw) >= _SIDE and abs(record.yaw) >= _SIDE
    ]
    return {"same side": sum(turned), "other side": len(turned) - sum(turned)}
