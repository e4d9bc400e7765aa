"""Closed-set identification over yaw, for any manifest with frontal pictures of every person and look.

Gallery: the frontal picture of each test person in one look. Probes: all test probes of the same look, or,
across looks, of the others; `rendered_looks` shows both, so that their difference has an interval. The look
is 01, or the first one for which there are probes. Cameras more than 10 degrees above or below the head are
left out: the tables are by yaw alone.
"""

from enface.data.records import FaceRecord, Manifest
from enface.errors import ManifestError
from enface.evaluation.protocols.protocol import Probe, Protocol
from enface.faces.pose import estimate_yaw

STEP = 15
"""Degrees between the columns of a table."""
MAX_PITCH = 10.0


def build(manifest: Manifest, *, data: str, across_looks: bool) -> Protocol:
    """The protocol of a manifest's test split.

    Raises:
        ManifestError: no test gallery, no probe that fits, no train gallery, or a probe without yaw and
            landmarks. The message says what to add.
    """
    return _build("rendered", manifest, data=data, kinds=(across_looks,))


def build_looks(manifest: Manifest, *, data: str, across_looks: bool) -> Protocol:
    """Probes of the gallery's look and of others, in one protocol.

    Raises:
        ManifestError: as `build`; or looks are asked for, which it shows anyway.
    """
    if across_looks:
        raise ManifestError(
            "protocol rendered_looks shows the same look and others; leave --across-looks out"
        )
    return _build("rendered_looks", manifest, data=data, kinds=(False, True))


def _build(name: str, manifest: Manifest, *, data: str, kinds: tuple[bool, ...]) -> Protocol:
    """`kinds`: whether probes show another look than the gallery; each kind must be there."""
    truths = _by_person_and_look(manifest.select(split="test", role="gallery"))
    train = manifest.select(split="train", role="gallery").records
    if not truths:
        raise ManifestError(
            "protocol rendered: no row has split test and role gallery; mark one frontal picture of each "
            "test person and session"
        )
    if not train:
        raise ManifestError(
            "protocol rendered: no row has split train and role gallery; the baselines need frontal pictures "
            "of other people"
        )
    candidates = [
        record
        for record in manifest.select(split="test", role="probe").records
        if (record.subject, record.session) in truths and abs(record.pitch or 0.0) <= MAX_PITCH
    ]
    look, records = _choose_look(truths, candidates, kinds=kinds)
    return Protocol(
        name=name,
        manifest=manifest,
        data=data,
        across_looks=kinds == (True,),
        gallery=tuple(record for (_, session), record in truths.items() if session == look),
        probes=tuple(
            Probe(record=record, truth=truths[record.subject, record.session], yaw=_rounded_yaw(record))
            for record in records
        ),
        train_frontals=train,
    )


def _by_person_and_look(manifest: Manifest) -> dict[tuple[str, str], FaceRecord]:
    pictures: dict[tuple[str, str], FaceRecord] = {}
    for record in manifest.records:
        other = pictures.setdefault((record.subject, record.session), record)
        if other is not record:
            raise ManifestError(
                f"protocol rendered: {other.path!r} and {record.path!r} are both the gallery picture of "
                f"person {record.subject!r} in session {record.session!r}; keep one"
            )
    return pictures


def _choose_look(
    truths: dict[tuple[str, str], FaceRecord], candidates: list[FaceRecord], *, kinds: tuple[bool, ...]
) -> tuple[str, list[FaceRecord]]:
    """The first look for which there are probes of each kind, and those probes."""
    for look in sorted({session for _, session in truths}):
        probes = [
            record
            for record in candidates
            if (record.subject, look) in truths and (record.session != look) in kinds
        ]
        if {record.session != look for record in probes} == set(kinds):
            return look, probes
    if len(kinds) == 2:
        where = "in its session and another with one in another session; use --protocol rendered"
    else:
        where = "in another session; leave --across-looks out" if kinds[0] else "in its session"
    raise ManifestError(
        f"protocol rendered: no test probe has a gallery picture of the same person {where}"
        + " and a gallery picture of its own session as ground truth"
    )


def _rounded_yaw(record: FaceRecord) -> int:
    yaw = record.yaw
    if yaw is None:
        if record.points is None:
            raise ManifestError(
                f"column yaw ({record.path!r}): a probe needs a yaw, or landmarks to estimate it from"
            )
        yaw = estimate_yaw(record.points)
    return max(-90, min(90, STEP * round(yaw / STEP)))
