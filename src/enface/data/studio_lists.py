"""Lists of training and test pictures from a studio set: Multi-PIE, or rendered pictures with its labels.

A protocol is a value (`enface.data.studio_protocols`); this file applies it to whatever records there are.
"""

import csv
from collections.abc import Iterable
from dataclasses import dataclass, replace
from pathlib import Path

from enface.data.records import FaceRecord, Manifest, Role, Split
from enface.data.source_set import Finding
from enface.errors import ManifestError
from enface.faces.multipie import CAMERAS, FRONTAL_CAMERA, FRONTAL_LIGHT, LIGHTS, NEUTRAL
from enface.resources.atomic import atomic_write


@dataclass(frozen=True)
class Shots:
    """Cameras, lights and recordings, by Multi-PIE's labels."""

    cameras: tuple[str, ...]
    lights: tuple[str, ...] = LIGHTS
    expressions: tuple[str, ...] = (NEUTRAL,)

    def contains(self, record: FaceRecord) -> bool:
        """Whether a picture was taken like this."""
        return (
            record.camera in self.cameras
            and record.illumination in self.lights
            and record.expression in self.expressions
        )

    @property
    def per_person(self) -> int:
        """Pictures of one person in one session."""
        return len(self.cameras) * len(self.lights) * len(self.expressions)


FRONTAL = Shots((FRONTAL_CAMERA,), (FRONTAL_LIGHT,))
"""The neutral picture from the front under light 07."""


@dataclass(frozen=True)
class People:
    """People by number, both ends included; who is absent from the set is absent from the list."""

    first: int
    last: int

    def __contains__(self, subject: str) -> bool:
        return subject.isdecimal() and self.first <= int(subject) <= self.last


@dataclass(frozen=True)
class Counts:
    """Pictures in lists; None where the source gives no number."""

    train: int
    test: int | None = None
    gallery: int | None = None
    probes: int | None = None


@dataclass(frozen=True)
class StudioProtocol:
    """Who and what is trained on, enrolled and shown."""

    name: str
    summary: str
    source: str
    """Where the values come from, and which of them are inferred."""
    sessions: tuple[str, ...]
    shots: Shots
    """Of the train and the test list."""
    train: People
    test: People
    train_frontals: Shots
    """Train pictures that count as normal faces, the ground truths among them; the others are inputs."""
    gallery: Shots
    """Of test people; each is enrolled once, in the first session that has them."""
    probes: Shots
    """Of test people, in any of the sessions; what is enrolled is no probe."""
    published: Counts
    """As the source says."""


@dataclass(frozen=True, eq=False)
class ListRow:
    """One line of the log's lists."""

    profile: FaceRecord
    truth: FaceRecord
    """The same person, session and recording, camera 051, light 07; of that picture, the picture itself."""


@dataclass(frozen=True, eq=False)
class StudioLists:
    """A protocol applied to a set. All lists are in camera-major order, as the log's."""

    protocol: StudioProtocol
    root: Path
    train: tuple[ListRow, ...]
    test: tuple[ListRow, ...]
    gallery: tuple[FaceRecord, ...]
    probes: tuple[FaceRecord, ...]
    findings: tuple[Finding, ...]
    """"no ground truth": pictures that are in no list for lack of their frontal one; "not enrolled": test
    people without gallery picture, whose probes are left out."""

    @property
    def counts(self) -> Counts:
        """What there is, to be held against `protocol.published`."""
        return Counts(len(self.train), len(self.test), len(self.gallery), len(self.probes))

    def manifest(self) -> Manifest:
        """The lists as one manifest, each picture once.

        Train pictures are gallery where the protocol counts them as normal faces, else probes. Those that are
        ground truths come first, because pairing takes the first gallery. Of the test list only what is
        enrolled or shown is kept.
        """
        frontal = self.protocol.train_frontals
        return Manifest(
            self.root,
            (
                *(
                    _as(row.profile, "train", "gallery" if frontal.contains(row.profile) else "probe")
                    for row in sorted(self.train, key=lambda row: row.profile is not row.truth)
                ),
                *(_as(record, "test", "gallery") for record in self.gallery),
                *(_as(record, "test", "probe") for record in self.probes),
            ),
        )


def make_lists(protocol: StudioProtocol, manifest: Manifest) -> StudioLists:
    """Applies a protocol to a Multi-PIE tree or to a rendered set.

    Args:
        protocol: what to take.
        manifest: records with the labels of Multi-PIE; their splits and roles are not looked at.

    Raises:
        ManifestError: cameras of the protocol that the whole set lacks, or nobody to train on or to enrol.
    """
    records = [r for r in manifest.records if r.session in protocol.sessions and protocol.shots.contains(r)]
    cameras = {record.camera for record in records}
    lacking = ", ".join(camera for camera in protocol.shots.cameras if camera not in cameras)
    if lacking:
        raise ManifestError(
            f"{protocol.name}: {manifest.root} has no picture of camera {lacking}, which it "
            f"asks for (sessions {', '.join(protocol.sessions)}, recordings "
            f"{', '.join(protocol.shots.expressions)}); complete the set or choose another protocol"
        )
    records.sort(key=_camera_major)
    truths = {
        (record.subject, record.session, record.expression): record
        for record in records
        if (record.camera, record.illumination) == (FRONTAL_CAMERA, FRONTAL_LIGHT)
    }
    findings: list[Finding] = []

    def rows(people: People) -> tuple[ListRow, ...]:
        found = []
        for record in records:
            if record.subject in people:
                truth = truths.get((record.subject, record.session, record.expression))
                if truth is None:
                    findings.append(
                        Finding(record.path, "no ground truth", "camera 051, light 07 is missing")
                    )
                else:
                    found.append(ListRow(record, truth))
        return tuple(found)

    gallery = _gallery(protocol, records)
    enrolled = {record.subject: record for record in gallery}
    probes = []
    for record in records:
        if record.subject in protocol.test and protocol.probes.contains(record):
            if record.subject not in enrolled:
                findings.append(Finding(record.path, "not enrolled", "no gallery picture of this person"))
            elif record is not enrolled[record.subject]:
                probes.append(record)
    lists = StudioLists(
        protocol=protocol,
        root=manifest.root,
        train=rows(protocol.train),
        test=rows(protocol.test),
        gallery=gallery,
        probes=tuple(probes),
        findings=tuple(findings),
    )
    for what, people, there in (
        ("train on", protocol.train, lists.train),
        ("enrol", protocol.test, lists.gallery),
    ):
        if not there:
            raise ManifestError(
                f"{protocol.name}: {manifest.root} has nobody to {what}; the protocol takes people "
                f"{people.first} to {people.last}"
            )
    return lists


def write_list(rows: Iterable[ListRow], path: str | Path) -> None:
    """Writes a list as the log has it: `profile,truth` on each line, no header, paths from the root."""
    with atomic_write(path) as temporary, temporary.open("w", newline="", encoding="utf-8") as stream:
        writer = csv.writer(stream, lineterminator="\n")
        writer.writerows((row.profile.path, row.truth.path) for row in rows)


def _gallery(protocol: StudioProtocol, records: list[FaceRecord]) -> tuple[FaceRecord, ...]:
    first: dict[str, FaceRecord] = {}
    for record in sorted(records, key=lambda r: (r.subject, r.session)):
        if record.subject in protocol.test and protocol.gallery.contains(record):
            first.setdefault(record.subject, record)
    return tuple(first.values())


_ORDER = {camera: place for place, camera in enumerate(CAMERAS)}


def _camera_major(record: FaceRecord) -> tuple[int, str, str, str, str]:
    return (
        _ORDER[record.camera],
        record.subject,
        record.session,
        record.expression,
        record.illumination,
    )


def _as(record: FaceRecord, split: Split, role: Role) -> FaceRecord:
    return replace(record, split=split, role=role)
