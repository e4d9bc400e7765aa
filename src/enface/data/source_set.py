"""What a reader of somebody else's folder layout found: pictures as records, and what it could not place."""

from collections import Counter
from dataclasses import dataclass

from enface.data.records import Manifest


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
