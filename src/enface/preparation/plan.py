"""Which pictures of a source are prepared, under which names, and what they count as."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path, PurePosixPath

from enface.data.records import FaceRecord, Manifest, Split
from enface.data.source_set import Finding
from enface.data.studio_lists import StudioLists, make_lists
from enface.data.studio_protocols import studio_protocol
from enface.errors import ConfigError
from enface.preparation.outcome import Outcome
from enface.preparation.sources import Source
from enface.preparation.worker import Job

CROPS = "crops"
"""Folder of the aligned faces."""


@dataclass(frozen=True)
class Roles:
    """What the pictures count as, beyond what the source itself says."""

    protocol: str | None = None
    """Name of a studio protocol, which decides splits, roles and what is prepared at all."""
    split: Split | None = None
    """Everybody's split."""
    frontal_yaw: float | None = None
    """Pictures whose estimated yaw is at most this many degrees become gallery, all others probes."""


@dataclass(frozen=True, eq=False)
class Plan:
    """What is to be prepared."""

    root: Path
    """Folder of the source."""
    records: tuple[FaceRecord, ...]
    """Of the source, with splits and roles as they shall be."""
    crops: Mapping[str, str]
    """Path of the crop by path of the picture."""
    findings: tuple[Finding, ...]
    lists: StudioLists | None
    """Of the protocol, where there is one."""

    def job(self, record: FaceRecord) -> Job:
        """The work on one picture."""
        return Job(record.path, self.crops[record.path], record.points)


def make_plan(source: Source, folder: Path, roles: Roles) -> Plan:
    """Reads the source and applies the protocol.

    Raises:
        ManifestError: the source cannot be read as what it is said to be, or not fill the protocol.
        ConfigError: an unknown protocol, or choices that exclude one another.
    """
    if roles.protocol is not None and (roles.split is not None or roles.frontal_yaw is not None):
        raise ConfigError(
            "--protocol decides splits and roles; leave out --split and --frontal-yaw, or the protocol"
        )
    if roles.frontal_yaw is not None and not 0 < roles.frontal_yaw <= 90:
        raise ConfigError(f"--frontal-yaw {roles.frontal_yaw:g} is outside 0..90 degrees; 10 is usual")
    protocol = None if roles.protocol is None else studio_protocol(roles.protocol)
    found = source.read(folder)
    manifest, findings, lists = found.manifest, found.findings, None
    if protocol is not None:
        lists = make_lists(protocol, manifest)
        manifest, findings = lists.manifest(), (*findings, *lists.findings)
    elif roles.split is not None:
        records = (replace(record, split=roles.split) for record in manifest.records)
        manifest = Manifest(manifest.root, tuple(records))
    return Plan(
        root=manifest.root,
        records=manifest.records,
        crops=_crop_names(manifest.records),
        findings=findings,
        lists=lists,
    )


def prepared_record(record: FaceRecord, outcome: Outcome, roles: Roles) -> FaceRecord:
    """The row of a crop: its place and landmarks; the yaw is estimated where the source knows none."""
    yaw = outcome.yaw if record.yaw is None else record.yaw
    role = record.role
    if roles.frontal_yaw is not None and outcome.yaw is not None:
        role = "gallery" if abs(outcome.yaw) <= roles.frontal_yaw else "probe"
    return replace(record, path=outcome.crop, points=outcome.points, yaw=yaw, role=role)


def _crop_names(records: tuple[FaceRecord, ...]) -> dict[str, str]:
    """`crops/` and the picture's own path as JPEG; where two would share a name, with the suffix in it."""
    names: dict[str, str] = {}
    taken: set[str] = set()
    for record in records:
        path = PurePosixPath(record.path)
        name = path.with_suffix(".jpg")
        if str(name).casefold() in taken:
            name = path.with_name(f"{path.stem}_{path.suffix.lstrip('.')}.jpg")
        number = 2
        while str(name).casefold() in taken:
            name = path.with_name(f"{path.stem}_{path.suffix.lstrip('.')}{number}.jpg")
            number += 1
        taken.add(str(name).casefold())
        names[record.path] = f"{CROPS}/{name}"
    return names
