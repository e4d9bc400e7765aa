"""Multi-PIE's settings over yaw: the lists of `enface.data.studio_protocols`, with ground truth.

The data is a manifest with the columns session, camera, illumination and expression (landmarks, or pictures
that are aligned already), or a folder of aligned square pictures with the names of Multi-PIE, such as
`001_01_01_051_07.jpg`. Cameras more than 10 degrees above or below the head are left out: the tables are by
yaw alone. The baselines see one frontal picture of each train person and session, under light 07.
"""

from dataclasses import fields
from pathlib import Path

from enface.data.manifest import read_faces
from enface.data.multipie import read_multipie
from enface.data.records import Manifest
from enface.data.studio_lists import StudioLists, make_lists
from enface.data.studio_protocols import studio_protocol
from enface.evaluation.protocols.protocol import Probe, Protocol
from enface.evaluation.protocols.rendered import MAX_PITCH


def build(name: str, path: Path) -> Protocol:
    """A setting on the pictures below a path.

    Args:
        name: in `STUDIO_PROTOCOLS`.
        path: manifest, folder with a `manifest.csv`, or folder of aligned pictures.

    Raises:
        ManifestError: nothing that can be read, cameras of the setting that the whole set lacks, nobody to
            enrol, or no probe.
    """
    notes: tuple[str, ...] = ()
    if path.is_dir() and not (path / "manifest.csv").is_file():
        found = read_multipie(path)
        manifest = found.manifest
        notes = tuple(f"{problem}: {count:,}" for problem, count in found.problems().items())
    else:
        manifest = read_faces(path)
    lists = make_lists(studio_protocol(name), manifest)
    truths = {row.profile.path: row.truth for row in lists.test}
    records = [
        record
        for record in lists.probes
        if record.path in truths and abs(record.pitch or 0.0) <= MAX_PITCH and record.yaw is not None
    ]
    return Protocol(
        name=f"multipie_{name}",
        manifest=Manifest(manifest.root, lists.manifest().records),
        data=str(path),
        across_looks=False,
        gallery=lists.gallery,
        probes=tuple(Probe(record, truths[record.path], round(record.yaw or 0.0)) for record in records),
        train_frontals=tuple({row.truth.path: row.truth for row in lists.train}.values()),
        notes=(*notes, *_differences(lists)),
    )


def _differences(lists: StudioLists) -> tuple[str, ...]:
    """Counts that are not the published ones, and what the lists had to leave out."""
    published, here = lists.protocol.published, lists.counts
    counts = (
        (field.name, getattr(here, field.name), getattr(published, field.name)) for field in fields(published)
    )
    left_out: dict[str, int] = {}
    for finding in lists.findings:
        left_out[finding.problem] = left_out.get(finding.problem, 0) + 1
    return (
        *(
            f"{name}: {found:,} pictures, the published list has {wanted:,}"
            for name, found, wanted in counts
            if wanted not in (None, found)
        ),
        *(f"{problem}: {count:,} pictures left out" for problem, count in left_out.items()),
    )
