"""Sets with one folder per person: CASIA-WebFace by number, LFW by name.

CASIA-WebFace    0000045/001.jpg
LFW              Aaron_Peirsol/Aaron_Peirsol_0001.jpg
"""

import re
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from enface.data.records import FaceRecord, Split
from enface.data.source_set import Finding, SourceSet, usable_set
from enface.data.tree import pictures_below
from enface.errors import ManifestError


@dataclass(frozen=True)
class Naming:
    """How folders and files of a set are called."""

    set_name: str
    path: re.Pattern[str]
    """Of the last folder and the file without suffix, `FOLDER/FILE`; its group `person` is the person."""
    example: str
    split: Split
    """Where everybody goes unless told otherwise."""


CASIA = Naming("CASIA-WebFace", re.compile(r"(?P<person>\d{7})/\d+"), "0000045/001.jpg", "train")
LFW = Naming(
    "LFW",
    re.compile(r"(?P<person>[^/]+)/(?P=person)_\d{4}"),
    "Aaron_Peirsol/Aaron_Peirsol_0001.jpg",
    "test",
)


def read_identity_folders(folder: str | Path, naming: Naming) -> SourceSet:
    """Lists the pictures below a folder, at any depth; none is opened.

    Findings: "wrong name", "unusable name" (`usable_set`), and "duplicate" where two files of a person differ
    in the suffix alone (the first one by path is taken).

    Args:
        folder: any folder above the people's.
        naming: of the set.

    Raises:
        ManifestError: no such folder, or no picture with a name of the set in it.
    """
    folder = Path(folder)
    taken: dict[str, PurePosixPath] = {}
    findings: list[Finding] = []
    records: list[FaceRecord] = []
    for path in pictures_below(folder):
        name = f"{path.parent.name}/{path.stem}"
        match = naming.path.fullmatch(name)
        if match is None:
            findings.append(Finding(str(path), "wrong name", f"expected as in {naming.example}"))
            continue
        first = taken.setdefault(name, path)
        if first is not path:
            findings.append(Finding(str(path), "duplicate", f"{first} is taken"))
            continue
        records.append(FaceRecord(path=str(path), subject=match["person"], split=naming.split))
    if not records:
        seen = f", for example {findings[0].path}" if findings else ""
        raise ManifestError(
            f"no picture of {naming.set_name} in {folder}: expected paths as {naming.example}; "
            f"{len(findings)} other pictures{seen}"
        )
    return usable_set(folder, records, findings)
