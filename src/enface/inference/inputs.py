"""From the paths a user gives to the pictures to read and the names of what is made of them."""

import os
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from enface.errors import ConfigError, ImageError
from enface.faces.geometry import Pixels
from enface.images import SUFFIXES, read_image


@dataclass(frozen=True)
class Picture:
    """One file to work on."""

    path: Path
    """Absolute."""
    name: str
    """Of its outputs: a path relative to the output folder, without suffix, owned by this picture alone."""
    problem: str = ""
    """Why there is nothing to read, for example an empty folder."""

    def modified(self) -> str:
        """When the file was last changed, nanoseconds since 1970; empty where that cannot be told.

        For a report: asked before the file is read, so that a later run does a file again that changes
        meanwhile.
        """
        try:
            return str(self.path.stat().st_mtime_ns)
        except (OSError, ValueError):
            return ""


def list_pictures(
    inputs: Iterable[str | Path], *, output: Path, taken: Mapping[str, str] | None = None
) -> list[Picture]:
    """Files as they are, folders searched through for pictures; each file once.

    A picture of a folder is named by its path within the folder, a single file by its name. Where two
    pictures would share a name, the later one's gets its suffix and, if need be, a number.

    Args:
        inputs: files and folders. A file is taken whatever its suffix; missing ones are kept, so that
            reading them says so.
        output: outputs of earlier runs below this folder are no inputs where it lies in an input folder.
        taken: names that earlier runs gave, by absolute path of the picture; they are kept.

    Returns:
        Pictures in the order of the inputs, within a folder sorted by path; an entry with a `problem` for a
        folder without pictures.

    Raises:
        ConfigError: an input folder is the output folder.
    """
    names = dict(taken or {})
    owners = {name.casefold(): path for path, name in names.items()}
    pictures: dict[Path, Picture] = {}
    for given in inputs:
        path = Path(given).absolute()
        # Path.is_dir raises for a path that is too long or may not be looked at, which is a failure of that
        # picture alone.
        if not os.path.isdir(path):  # noqa: PTH112
            found = {path: Path(path.name)}
        else:
            found = {file: file.relative_to(path) for file in _pictures_of(path, output)}
            if not found:
                problem = f"no pictures in this folder; looked for {', '.join(SUFFIXES)}"
                pictures[path] = Picture(path, name=path.name, problem=problem)
        for file, relative in found.items():
            if file not in pictures:
                name = names.get(str(file)) or _free_name(relative, owners)
                owners[name.casefold()] = str(file)
                pictures[file] = Picture(file, name)
    return list(pictures.values())


def read_picture(picture: Picture) -> Pixels:
    """The picture as upright RGB.

    Raises:
        ImageError: it cannot be read, or there is nothing to read.
    """
    if picture.problem:
        raise ImageError(f"{picture.path}: {picture.problem}")
    return read_image(picture.path)


def _pictures_of(folder: Path, output: Path) -> list[Path]:
    here, there = folder.resolve(), output.resolve()
    if there == here:
        raise ConfigError(
            f"the output {output} is the folder of the pictures itself, and the next run would take what "
            f"this one writes for pictures; give a folder of its own, for example {output / 'enface'}"
        )
    outputs = there.relative_to(here) if there.is_relative_to(here) else None
    files = [(file, file.relative_to(folder)) for file in folder.rglob("*")]
    return sorted(
        file
        for file, relative in files
        if file.suffix.lower() in SUFFIXES
        and not any(part.startswith(".") for part in relative.parts)
        and not (outputs is not None and relative.is_relative_to(outputs))
        and os.path.isfile(file)  # noqa: PTH113
    )


def _free_name(relative: Path, owners: Mapping[str, str]) -> str:
    plain = relative.with_suffix("").as_posix()
    suffix = relative.suffix.lstrip(".")
    name = plain
    number = 1
    while name.casefold() in owners:
        name = f"{plain}_{suffix}" if number == 1 and suffix else f"{plain}_{suffix}{number}"
        number += 1
    return name
