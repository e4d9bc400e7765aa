"""What a batch of pictures leaves in its output folder, over all runs into it."""

import hashlib
import json
import time
from collections.abc import Iterable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Generic, cast

from tqdm import tqdm

from enface.errors import ConfigError, EnfaceError, ImageError
from enface.inference.inputs import Picture, list_pictures
from enface.inference.table import R, read_table, write_table
from enface.resources.atomic import remove_leftovers
from enface.resources.lock import locked

_REPORT_SECONDS = 2.0
"""The report is rewritten at most this often while a run goes on."""

_REPORT_SHARE = 0.1
"""Of the time, that writing a report may take which has grown large."""


@dataclass(frozen=True)
class BatchResult(Generic[R]):
    """What a run did."""

    rows: tuple[R, ...]
    """Of the pictures given, those skipped included."""
    skipped: int
    """Pictures that an earlier run had finished."""
    report: Path

    @property
    def failed(self) -> int:
        """Rows that tell of a failure."""
        return sum(row.status == "failed" for row in self.rows)


class Ledger(Generic[R]):
    """The report as it grows: what earlier runs left in the folder, replaced picture by picture.

    Args:
        path: of the report.
        kind: of its rows.
        verb: of the command.

    Raises:
        ConfigError: the file is a foreign one.
    """

    def __init__(self, path: Path, *, kind: type[R], verb: str) -> None:
        self.path = path
        self.skipped = 0
        self._kind = kind
        self._rows = read_table(path, kind=kind, verb=verb)
        self._written = time.monotonic()
        self._pause = _REPORT_SECONDS

    def rows(self, picture: Picture) -> list[R]:
        """What is known of a picture."""
        return self._rows.get(str(picture.path), [])

    def pictures(self, inputs: Iterable[str | Path]) -> list[Picture]:
        """All pictures of the inputs, with the names that earlier runs gave them.

        Raises:
            ConfigError: no inputs, or a folder of inputs that is the output folder.
        """
        names = {path: rows[0].name for path, rows in self._rows.items() if rows[0].name}
        pictures = list_pictures(inputs, output=self.path.parent, taken=names)
        if not pictures:
            raise ConfigError("no inputs; give at least one picture or folder")
        return pictures

    def unfinished(
        self, pictures: list[Picture], *, settings: str, overwrite: bool, progress: bool
    ) -> Iterator[Picture]:
        """Pictures to work on; those that an earlier run finished are counted in `skipped`.

        Args:
            pictures: all.
            settings: fingerprint of this run.
            overwrite: leave none out.
            progress: show a bar on standard error.
        """
        for picture in tqdm(pictures, unit="picture", disable=not progress):
            if not overwrite and self.finished(picture, settings):
                self.skipped += 1
            else:
                yield picture

    def finished(self, picture: Picture, settings: str) -> bool:
        """Whether an earlier run made all outputs of a picture, from the same file with the same settings.

        The file's date is compared for equality, not with the outputs' dates: another photograph that takes
        its place may be older, and one may be dated in the future.
        """
        rows = self.rows(picture)
        made = ("ok", settings, picture.modified())
        if not rows or any((row.status, row.settings, row.modified) != made for row in rows):
            return False
        return all((self.path.parent / file).is_file() for row in rows for file in row.outputs)

    def set(self, picture: Picture, rows: list[R]) -> None:
        """Replaces what is known of a picture."""
        self._rows[str(picture.path)] = rows

    def save(self, *, now: bool = False) -> None:
        """Writes the report, unless it was written a moment ago.

        Raises:
            ImageError: it cannot be written.
        """
        started = time.monotonic()
        if not now and started - self._written < self._pause:
            return
        try:
            self._write()
        except OSError as error:
            raise ImageError(f"{self.path}: cannot be written ({error.strerror or error})") from error
        self._written = time.monotonic()
        self._pause = max(_REPORT_SECONDS, (self._written - started) / _REPORT_SHARE)

    def result(self, pictures: Iterable[Picture]) -> BatchResult[R]:
        """What is known of pictures."""
        rows = (row for picture in pictures for row in self.rows(picture))
        return BatchResult(rows=tuple(rows), skipped=self.skipped, report=self.path)

    def _write(self) -> None:
        write_table(self.path, (row for rows in self._rows.values() for row in rows), kind=self._kind)


def make_folder(output: Path) -> None:
    """Creates an output folder, or removes from it what a killed run left half written.

    Raises:
        ConfigError: it cannot be a folder.
    """
    try:
        output.mkdir(parents=True, exist_ok=True)
        for folder in (output, *(path for path in output.rglob("*") if path.is_dir())):
            remove_leftovers(folder)
    except OSError as error:
        raise _unusable(output, error) from error


@contextmanager
def only_run(report: Path) -> Iterator[None]:
    """Keeps other runs away that would write the same report, and name their outputs as this one does.

    Raises:
        ConfigError: there is such a run, or nothing can be written beside the report.
    """
    with ExitStack() as stack:
        try:
            stack.enter_context(locked(report.with_name(f".{report.name}.lock")))
        except BlockingIOError as error:
            raise ConfigError(
                f"another run writes into {report.parent}; choose another --output or wait for its end"
            ) from error
        except OSError as error:
            raise _unusable(report.parent, error) from error
        yield


def _unusable(output: Path, error: OSError) -> ConfigError:
    reason = error.strerror or error
    return ConfigError(f"the output {output} cannot be used as a folder ({reason}); choose another")


def make_parent(path: Path) -> None:
    """Creates the folder of an output.

    Raises:
        ImageError: it cannot be created.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise ImageError(f"{path.parent}: cannot be created ({error.strerror or error})") from error


def failure_row(picture: Picture, error: Exception, *, kind: type[R], settings: str, face: int = 0) -> R:
    """What a report says of an error with a picture, or with one of its faces.

    Args:
        picture: with the error.
        error: whatever was raised; its text loses the path, which has a column of its own.
        kind: of the report's rows.
        settings: fingerprint of this run.
        face: number; 0 is the whole picture.
    """
    text = str(error).removeprefix(f"{picture.path}: ")
    make = cast(Any, kind)
    row: R = make(
        input=str(picture.path),
        face=face,
        status="failed",
        error=text if isinstance(error, EnfaceError) else f"unexpected {type(error).__name__}: {text}",
        name=picture.name,
        settings=settings,
    )
    return row


def fingerprint(*parts: str, **options: bool) -> str:
    """Text that differs where any of the parts and options does."""
    return hashlib.sha256(json.dumps([parts, options], sort_keys=True).encode()).hexdigest()[:16]
