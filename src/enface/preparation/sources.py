"""Sets that `enface prepare` knows, and how each wants to be read."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from enface.config.suggest import did_you_mean
from enface.data.identity_folders import CASIA, LFW, read_identity_folders
from enface.data.manifest import folder_records, read_manifest
from enface.data.multipie import read_multipie
from enface.data.source_set import SourceSet, usable_set
from enface.errors import ConfigError
from enface.faces.detectors.protocol import WhichFace


@dataclass(frozen=True)
class Source:
    """One kind of set."""

    name: str
    summary: str
    read: Callable[[Path], SourceSet]
    """From the folder to its pictures."""
    face: WhichFace
    """Which face of a picture is meant."""
    studio: bool = False
    """Pictures of one person and session differ in camera and light alone, so many look alike."""
    landmarks: bool = False
    """Whether the set brings landmarks, so that nothing has to be detected."""


def _rendered(folder: Path) -> SourceSet:
    path = folder / "manifest.csv" if folder.is_dir() else folder
    return SourceSet(read_manifest(path), ())


SOURCES: dict[str, Source] = {
    source.name: source
    for source in (
        Source("multipie", "CMU Multi-PIE, raw or flat layout", read_multipie, face="largest", studio=True),
        Source(
            "casia",
            "CASIA-WebFace, one numbered folder per person",
            lambda folder: read_identity_folders(folder, CASIA),
            face="central",
        ),
        Source(
            "lfw",
            "LFW, one folder per person, by name",
            lambda folder: read_identity_folders(folder, LFW),
            face="central",
        ),
        Source(
            "folder",
            "any pictures, one folder per person",
            lambda folder: usable_set(folder, folder_records(folder), ()),
            face="largest",
        ),
        Source(
            "rendered",
            "a set of `enface render`, or any manifest with landmarks",
            _rendered,
            face="largest",
            studio=True,
            landmarks=True,
        ),
    )
}


def get_source(name: str) -> Source:
    """The source of that name; ConfigError listing the known ones and the nearest otherwise."""
    if name not in SOURCES:
        raise ConfigError(
            f"unknown source {name!r}{did_you_mean(name, SOURCES)}; known: {', '.join(SOURCES)}"
        )
    return SOURCES[name]
