"""The growing record of a preparation: one line per picture, so that a run that was killed goes on."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import IO, Any

from enface.errors import ConfigError
from enface.preparation.outcome import Outcome

LEDGER = "progress.jsonl"
VERSION = 1


class Ledger:
    """Outcomes of all runs into one folder.

    Args:
        folder: of the prepared set.
        source: name of the kind of set; another one than the folder was begun with is refused.

    Raises:
        ConfigError: the folder holds other files, or the ledger of another kind or version.
    """

    def __init__(self, folder: Path, *, source: str) -> None:
        self.path = folder / LEDGER
        self._source = source
        self._known: dict[str, Outcome] = {}
        if self._begun():
            self._read()
        elif any(path != self.path for path in folder.iterdir()):
            raise ConfigError(f"{folder} holds other files and no {LEDGER}; choose an empty folder for --to")

    def get(self, path: str) -> Outcome | None:
        """The last outcome of a picture."""
        return self._known.get(path)

    @contextmanager
    def appending(self) -> Iterator["Ledger"]:
        """Opens the file for `add`."""
        begun = self._begun()
        with self.path.open("a", encoding="utf-8") as self._stream:
            if not begun:
                self._write(self._stream, {"ledger": VERSION, "source": self._source})
            elif not self._ends_with_a_line():
                self._stream.write("\n")  # half a line is left by a kill; it is skipped when read
            yield self

    def add(self, outcome: Outcome) -> None:
        """Appends and flushes one outcome."""
        self._known[outcome.path] = outcome
        self._write(self._stream, asdict(outcome))

    def _write(self, stream: IO[str], value: dict[str, Any]) -> None:
        stream.write(json.dumps(value) + "\n")
        stream.flush()

    def _begun(self) -> bool:
        """Whether anything is in the file; on a full disk it can be made but not written."""
        return self.path.exists() and self.path.stat().st_size > 0

    def _ends_with_a_line(self) -> bool:
        with self.path.open("rb") as stream:
            stream.seek(-1, 2)
            return stream.read(1) == b"\n"

    def _read(self) -> None:
        head = _head(self.path)
        if head.get("ledger") != VERSION or head.get("source") != self._source:
            raise ConfigError(
                f"{self.path.parent} was begun as {head.get('source')!r} (version {head.get('ledger')!r}), "
                f"not as {self._source!r}; choose another folder for --to"
            )
        self._known = {outcome.path: outcome for outcome in read_outcomes(self.path.parent)}


def read_outcomes(folder: Path) -> list[Outcome]:
    """Outcomes in the order of the ledger, the last of each picture; none when there is no ledger."""
    path = folder / LEDGER
    if not path.is_file() or _head(path).get("ledger") != VERSION:
        return []
    known: dict[str, Outcome] = {}
    with path.open(encoding="utf-8") as stream:
        next(stream)
        for line in stream:
            try:
                values = json.loads(line)
                outcome = Outcome(**values | {"landmarks": tuple(values["landmarks"])})
            except (ValueError, TypeError, KeyError):
                continue  # half a line after a kill: that picture is done again
            known[outcome.path] = outcome
    return list(known.values())


def _head(path: Path) -> dict[str, Any]:
    with path.open(encoding="utf-8") as stream:
        try:
            head = json.loads(stream.readline() or "{}")
        except ValueError:
            return {}
    return head if isinstance(head, dict) else {}
