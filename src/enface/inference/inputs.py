"""From the paths a user gives to the pictures to read and the names of what is made of them."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from enface.errors import ImageError
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


def list_pictures(
    inputs: Iterable[str | Path], *, output: Path, taken: Mapping[str, str] | None = None
) -> list[Picture]:
    """Files as they are, folders searched through for pictures; each file once.

    A picture of a folder is named by its path within the folder, a single file by its name. Where two
    pictures would share a name, the later one's gets its suffix and, if need be, a number.

    Args:
        inputs: files and folders. A file is taken whatever its suffix; missing ones are kept, so that
            reading them says so.
        output: outputs of earlier runs below this folder are no inputs.
        taken: names that earlier runs gave, by absolute path of the picture; they are kept.

    Returns:
        Pictures in the order of the inputs, within a folder sorted by path; an entry with a `problem` for a
        folder without pictures.
    """
    names = dict(taken or {})
    owners = {name.casefold(): path for path, name in names.items()}
    pictures: dict[Path, Picture] = {}
    for given in inputs:
        path = Path(given).absolute()
        if not path.is_dir():
            found = {path: Path(path.name)}
        else:
            found = {file: file.relative_to(path) for file in _pictures_of(path, output.absolute())}
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
    # An output folder inside the input is skipped; an output folder that is the input itself cannot be.
    inside = output if output != folder else None
    return sorted(
        file
        for file in folder.rglob("*")
        if file.suffix.lower() in SUFFIXES
        and not any(part.startswith(".") for part in file.relative_to(folder).parts)
        and not (inside is not None and file.is_relative_to(inside))
        and file.is_file()
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
