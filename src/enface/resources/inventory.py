"""What is present, and what each missing piece would enable."""

import hashlib
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from enface.errors import ResourceError
from enface.resources.catalog import CATALOG, Resource, ResourceFile, resource
from enface.resources.digest import digest_of_npz
from enface.resources.folders import home

State = Literal["present", "missing", "broken"]


@dataclass(frozen=True)
class FileStatus:
    """One file as it lies on the disk."""

    file: ResourceFile
    path: Path
    state: State
    problem: str = ""
    """Why it is broken."""


@dataclass(frozen=True)
class ResourceStatus:
    """A resource and its files."""

    resource: Resource
    files: tuple[FileStatus, ...]

    @property
    def state(self) -> State:
        """`broken` if any file is, else `missing` if any file is, else `present`."""
        states = {file.state for file in self.files}
        return "broken" if "broken" in states else "missing" if "missing" in states else "present"


def check_file(file: ResourceFile, path: Path) -> str:
    """Compares a file with its catalog entry.

    Returns:
        What is wrong with it; empty when size and SHA-256 are right.
    """
    try:
        if file.arrays:
            digest = digest_of_npz(path, file.arrays)
            return "" if digest == file.sha256 else f"arrays of SHA-256 {digest} instead of {file.sha256}"
        size = path.stat().st_size
        if size != file.size:
            return f"{size} bytes instead of {file.size}"
        with path.open("rb") as stream:
            digest = hashlib.file_digest(stream, "sha256").hexdigest()
    except OSError as error:
        return f"unreadable: {error.strerror or error}"
    return "" if digest == file.sha256 else f"SHA-256 {digest} instead of {file.sha256}"


def status(name: str) -> ResourceStatus:
    """State of one resource, every file read and compared with its SHA-256.

    Raises:
        ResourceError: No resource has this name.
    """
    entry = resource(name)
    return ResourceStatus(entry, tuple(_file_status(file) for file in entry.files))


def inventory() -> list[ResourceStatus]:
    """State of every resource of the catalog, in its order."""
    return [status(name) for name in CATALOG]


def present(name: str) -> bool:
    """Whether every file of a resource is there and is what it should be.

    Raises:
        ResourceError: No resource has this name.
    """
    return status(name).state == "present"


def locate(name: str) -> dict[str, Path]:
    """Paths of a fetched resource by file key.

    Raises:
        ResourceError: Unknown name, or a file is missing or wrong; the message names the command to run.
    """
    found = status(name)
    for file in found.files:
        if file.state != "present":
            detail = f" ({file.problem})" if file.problem else ""
            raise ResourceError(
                f"{name}: {file.path} is {file.state}{detail}; run `enface fetch {name}`, "
                f"which enables {found.resource.enables}"
            )
    return {file.file.key: file.path for file in found.files}


def _file_status(file: ResourceFile) -> FileStatus:
    path = home() / file.path_in_home
    if not path.exists():
        return FileStatus(file, path, "missing")
    problem = check_file(file, path)
    return FileStatus(file, path, "broken" if problem else "present", problem)
