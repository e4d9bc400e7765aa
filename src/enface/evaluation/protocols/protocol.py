"""A protocol is data: what is enrolled, what is shown, and what a perfect model would have made of it."""

import hashlib
from dataclasses import dataclass

from enface.data.records import FaceRecord, Manifest


@dataclass(frozen=True, eq=False)
class Probe:
    """One picture to be frontalised and recognised."""

    record: FaceRecord
    truth: FaceRecord
    """The frontal, neutral, evenly lit picture of the same person in the same look."""
    yaw: int
    """Signed degrees, to the nearest multiple of 15."""


@dataclass(frozen=True, eq=False)
class Protocol:
    """Gallery, probes and frontal pictures of other people; all people but the last were never trained on."""

    name: str
    manifest: Manifest
    """Its root is where every path starts."""
    data: str
    """What the pictures are, in words or as the path of a manifest."""
    across_looks: bool
    """Whether gallery and probe show different looks of a person."""
    gallery: tuple[FaceRecord, ...]
    """One picture for each person."""
    probes: tuple[Probe, ...]
    train_frontals: tuple[FaceRecord, ...]
    """Frontal pictures of train people, from which the baselines are made."""

    @property
    def people(self) -> int:
        """Number of people in the gallery."""
        return len({record.subject for record in self.gallery})

    def fingerprint(self) -> str:
        """SHA-256 over names and bytes of every picture: equal exactly when results may be compared.

        Raises:
            OSError: a picture is missing.
        """
        digest = hashlib.sha256(f"{self.name} {self.across_looks}".encode())
        roles = {
            "gallery": self.gallery,
            "probe": tuple(probe.record for probe in self.probes),
            "train": self.train_frontals,
        }
        for role, records in roles.items():
            for record in records:
                digest.update(f"\n{role} {record.subject} {record.session} {record.path} ".encode())
                digest.update(hashlib.sha256(self.manifest.file(record).read_bytes()).digest())
        return digest.hexdigest()
