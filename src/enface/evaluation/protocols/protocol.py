"""A protocol is data: what is enrolled, what is shown, and what a perfect model would have made of it."""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass

from enface.data.records import FaceRecord, Manifest
from enface.errors import ManifestError


@dataclass(frozen=True, eq=False)
class Probe:
    """One picture to be frontalised and recognised."""

    record: FaceRecord
    truth: FaceRecord | None
    """The frontal, neutral, evenly lit picture of the same person in the same look, where there is one."""
    yaw: int
    """Signed degrees of the column: the nearest multiple of 15, or the lower edge of a bin."""


@dataclass(frozen=True, eq=False)
class Protocol:
    """Gallery, probes and frontal pictures of other people; all people but the last were never trained on.

    Raises:
        ManifestError: no gallery, no probe, one person only, a probe of somebody who is not in the gallery, a
            picture that is gallery and probe, or ground truth for some probes only.
    """

    name: str
    manifest: Manifest
    """Its root is where every path starts."""
    data: str
    """What the pictures are, in words or as the path of a manifest."""
    across_looks: bool
    """Whether gallery and probe show different looks of a person."""
    gallery: tuple[FaceRecord, ...]
    """Pictures of one person are averaged; people without a probe are distractors."""
    probes: tuple[Probe, ...]
    train_frontals: tuple[FaceRecord, ...]
    """Frontal pictures of train people, from which the baselines are made; none without ground truth."""
    notes: tuple[str, ...] = ()
    """How it differs from the published lists that it follows, as phrases."""

    def __post_init__(self) -> None:
        enrolled = {record.subject for record in self.gallery}
        if not self.gallery or not self.probes:
            what = "gallery is empty" if not self.gallery else "set of probes is empty"
            raise ManifestError(f"protocol {self.name}: the {what}; list pictures of both roles")
        if len(enrolled) < 2:
            raise ManifestError(
                f"protocol {self.name}: the gallery holds one person only, {min(enrolled)!r}, who is always "
                "found; enrol at least two people"
            )
        strangers = sorted({p.record.subject for p in self.probes} - enrolled)
        if strangers:
            raise ManifestError(
                f"protocol {self.name}: {len(strangers)} people have probes but no gallery picture, for "
                f"example {strangers[0]!r}; enrol them or leave their probes out"
            )
        both = {record.path for record in self.gallery} & {probe.record.path for probe in self.probes}
        if both:
            raise ManifestError(
                f"protocol {self.name}: {min(both)!r} is in the gallery and a probe; keep it in one of them"
            )
        if len({probe.truth is None for probe in self.probes}) == 2:
            raise ManifestError(
                f"protocol {self.name}: some probes have ground truth and some have none; give it to all"
            )

    @property
    def people(self) -> int:
        """Number of people in the gallery."""
        return len({record.subject for record in self.gallery})

    def fingerprint(self) -> str:
        """SHA-256 over who is shown, at what yaw, with what truth, and over landmarks and bytes of every
        picture: equal exactly when results may be compared.

        Raises:
            OSError: a picture is missing.
        """
        digest = hashlib.sha256(f"{self.name} {self.across_looks}".encode())
        contents: dict[str, str] = {}
        for role, record in self._shown():
            if record.path not in contents:  # one truth serves many probes
                contents[record.path] = hashlib.sha256(self.manifest.file(record).read_bytes()).hexdigest()
            points = "" if record.points is None else record.points.astype("<f8").tobytes().hex()
            words = (role, record.subject, record.session, record.path, contents[record.path], points)
            digest.update(f"\n{' '.join(words)}".encode())
        return digest.hexdigest()

    def _shown(self) -> Iterator[tuple[str, FaceRecord]]:
        """Role and record of every picture; a probe's truth follows it."""
        yield from (("gallery", record) for record in self.gallery)
        for probe in self.probes:
            yield f"probe {probe.yaw}", probe.record
            if probe.truth is not None:
                yield "truth", probe.truth
        yield from (("train", record) for record in self.train_frontals)
