"""Walks a folder of pictures."""

import os
from collections.abc import Collection, Iterator
from pathlib import Path, PurePosixPath

from enface.data.manifest import PICTURES
from enface.errors import ManifestError


def pictures_below(folder: Path, *, skip: Collection[str] = ()) -> Iterator[PurePosixPath]:
    """Paths of all pictures, relative to the folder and sorted within each subfolder.

    Hidden files and folders are left out; links are followed once, to files only.

    Args:
        folder: searched with all its subfolders.
        skip: names of subfolders that are not entered.

    Raises:
        ManifestError: there is no such folder.
    """
    if not folder.is_dir():
        raise ManifestError(f"{folder} is not a folder; give the folder of the pictures")
    for place, folders, files in os.walk(folder):
        folders[:] = sorted(name for name in folders if not name.startswith(".") and name not in skip)
        relative = PurePosixPath(Path(place).relative_to(folder).as_posix())
        for name in sorted(files):
            if not name.startswith(".") and PurePosixPath(name).suffix.lower() in PICTURES:
                yield relative / name
