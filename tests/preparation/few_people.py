"""A few rendered people as a source with landmarks, small enough to be prepared in a moment."""

import shutil
from pathlib import Path

from enface.data.embedded import embedded_manifest
from enface.data.manifest import write_manifest
from enface.data.records import Manifest
from enface.preparation.worker import GIVEN, Crops

TRAIN, TEST = ("001", "002"), ("151", "152")
QUICK = Crops(detector=GIVEN, size=64)
"""Landmarks come from the manifest, so no detector has to be fetched."""


def copy_people(folder: Path, people: tuple[str, ...]) -> Path:
    """Pictures and manifest of some people of the embedded set, all session-01 ones."""
    whole = embedded_manifest()
    records = tuple(r for r in whole.select(subjects=people).records if r.session == "01")
    for record in records:
        target = folder / record.path
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(whole.file(record), target)
    write_manifest(Manifest(folder, records), folder / "manifest.csv")
    return folder


def snapshot(folder: Path) -> dict[str, tuple[bytes, int]]:
    """Content and time of change of every file."""
    return {
        str(path.relative_to(folder)): (path.read_bytes(), path.stat().st_mtime_ns)
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def contents(folder: Path) -> dict[str, bytes]:
    """What a prepared set holds, without the ledger, whose order is that of the work."""
    return {name: data for name, (data, _) in snapshot(folder).items() if name != "progress.jsonl"}
