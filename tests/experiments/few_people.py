"""A set on which an evaluation takes a moment, and an experiment that trains in one."""

from pathlib import Path

from enface.data.embedded import embedded_manifest
from enface.data.manifest import write_manifest
from enface.data.records import Manifest

TINY = (
    "generator.sizes=[7,14,28]",
    "generator.width=0.1",
    "critics.width=0.1",
    "guide.weights=random",
    "data.aligned_size=31",
    "data.crop_size=28",
)
"""`--set` values that make `smoke` smaller still."""


def few_people(folder: Path) -> Path:
    """Three train and three test people of the embedded set, one look."""
    whole = embedded_manifest()
    test = sorted({record.subject for record in whole.select(split="test").records})[:3]
    people = whole.select(subjects=[*test, "001", "002", "003"])
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "images").symlink_to(whole.root / "images")
    records = tuple(record for record in people.records if record.session == "01")
    write_manifest(Manifest(folder, records), folder / "manifest.csv")
    return folder
