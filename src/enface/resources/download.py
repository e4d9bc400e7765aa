"""Brings a resource into `enface.resources.home()`, from its official address or from a mirror folder."""

import shutil
from collections.abc import Callable
from pathlib import Path

from enface.errors import ResourceError
from enface.resources.atomic import atomic_write, remove_leftovers
from enface.resources.catalog import ResourceFile, resource
from enface.resources.folders import HOME_VARIABLE, MIRROR_VARIABLE, home, mirror
from enface.resources.inventory import check_file

TIMEOUT = 30.0
"""Seconds without a byte after which a connection is given up."""

Builder = Callable[[Path, Path], None]
"""Makes a file, named second, from a downloaded archive, named first."""


def fetch(
    name: str, *, progress: bool = True, build: Builder | None = None, archive: Path | None = None
) -> list[Path]:
    """Makes every file of a resource present and right.

    A file that is there with the right SHA-256 is left alone. Others are written beside their place,
    verified, and then renamed into it, so that an interrupted or wrong download leaves nothing behind and
    several processes may fetch the same resource at once.

    Args:
        name: Name in the catalog.
        progress: Show a progress bar on standard error while downloading.
        build: Of a resource that is built from an archive, how.
        archive: What to build it from instead of downloading it.

    Returns:
        Paths of the files, in the catalog's order.

    Raises:
        ResourceError: Unknown name, no connection, an answer that is not the expected file, a file missing
            in the mirror, or a folder that cannot be written.
    """
    return [
        _fetch_file(name, file, progress=progress, build=build, archive=archive)
        for file in resource(name).files
    ]


def _fetch_file(
    name: str, file: ResourceFile, *, progress: bool, build: Builder | None, archive: Path | None
) -> Path:
    target = home() / file.path_in_home
    if target.is_file() and not check_file(file, target):
        return target
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        remove_leftovers(target.parent)
        with atomic_write(target) as temporary:
            if file.arrays and (archive or mirror() is None):
                source = _build(name, file, temporary, progress=progress, build=build, archive=archive)
            else:
                source = _obtain(name, file, temporary, progress=progress)
            problem = check_file(file, temporary)
            if problem:
                raise ResourceError(
                    f"{name}: {source} is not the expected file: {problem}; nothing was stored. "
                    f"Try again; if it stays, the file has changed at its source: please report it"
                )
    except OSError as error:
        raise ResourceError(
            f"{name}: cannot write {target}: {error.strerror or error}; free space there or set "
            f"{HOME_VARIABLE} to another folder, then run `enface fetch {name}` again"
        ) from error
    return target


def _build(
    name: str,
    file: ResourceFile,
    temporary: Path,
    *,
    progress: bool,
    build: Builder | None,
    archive: Path | None,
) -> str:
    """Builds the file at the temporary path from an archive and says where that came from."""
    if build is None:
        raise ResourceError(f"{name} is built from an archive; run `enface fetch {name}`")
    if archive is not None:
        build(archive, temporary)
        return str(archive)
    downloaded = temporary.with_suffix(".zip")  # of a name that `remove_leftovers` knows
    try:
        _download(name, file.url, downloaded, progress=progress)
        build(downloaded, temporary)
    finally:
        downloaded.unlink(missing_ok=True)
    return file.url


def _obtain(name: str, file: ResourceFile, temporary: Path, *, progress: bool) -> str:
    """Writes the bytes to the temporary path and says where they came from."""
    folder = mirror()
    if folder is None:
        _download(name, file.url, temporary, progress=progress)
        return file.url
    source = folder / file.mirror_path
    if not source.is_file():
        raise ResourceError(
            f"{name}: the mirror has no file {source}; unset {MIRROR_VARIABLE} to download {file.url}"
        )
    shutil.copyfile(source, temporary)
    return str(source)


def _download(name: str, url: str, temporary: Path, *, progress: bool) -> None:
    import pooch
    from requests.exceptions import HTTPError, RequestException

    try:
        pooch.HTTPDownloader(progressbar=progress, timeout=TIMEOUT)(url, str(temporary), None)
    except RequestException as error:
        if error.response is not None:
            error.response.close()
        if isinstance(error, HTTPError):
            raise ResourceError(f"{name}: the server refused ({error}); try again later") from error
        raise ResourceError(
            f"{name}: the download of {url} failed ({type(error).__name__}: {error}); check the connection "
            f"and run `enface fetch {name}` again, or set {MIRROR_VARIABLE} to a folder that has the file"
        ) from error
