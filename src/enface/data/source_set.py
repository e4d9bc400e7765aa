"""What a reader of somebody else's folder layout found: pictures as records, and what it could not place."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from enface.data.records import FaceRecord, Manifest, check_path
from enface.errors import ManifestError


@dataclass(frozen=True)
class Finding:
    """One thing in a source that is not as its layout promises; nothing of it ends the reading."""

    path: str
    """Relative to the source, or the beginning of the names that are missing."""
    problem: str
    """A few words, the same for all findings of a kind: "wrong name", "duplicate", "missing camera" ..."""
    detail: str
    """What was expected, or what stands in its place."""


@dataclass(frozen=True, eq=False)
class SourceSet:
    """Pictures that are not aligned yet, and everything that was left out or is missing."""

    manifest: Manifest
    """Records without landmarks are not aligned, other than in a manifest on disk."""
    findings: tuple[Finding, ...]

    def problems(self) -> dict[str, int]:
        """Number of findings by problem."""
        return dict(Counter(finding.problem for finding in self.findings))


def usable_set(root: Path, records: Iterable[FaceRecord], findings: Iterable[Finding]) -> SourceSet:
    """Pictures of a folder; one whose name no manifest can hold costs nothing but itself.

    Args:
        root: of the paths.
        records: of any files.
        findings: so far; an "unusable name" is added for each picture that is left out.
    """
    kept, unusable = [], []
    for record in records:
        reason = _unusable(record.path)
        if reason:
            unusable.append(Finding(record.path, "unusable name", f"{reason}; rename the file"))
        else:
            kept.append(record)
    return SourceSet(Manifest(root, tuple(kept)), (*findings, *unusable))


def _unusable(path: str) -> str:
    """What is wrong with a name; empty when nothing is."""
    try:
        path.encode("utf-8")
        check_path(path)
    except UnicodeEncodeError:
        return "is not valid Unicode"
    except ManifestError:
        return "has a backslash, or begins as a drive does"
    return ""
