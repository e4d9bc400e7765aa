"""Files that are either there and whole, or not there at all."""

import contextlib
import os
import re
import secrets
import socket
from collections.abc import Iterator
from pathlib import Path

_PREFIX = ".enface-part"


@contextlib.contextmanager
def atomic_write(path: str | Path) -> Iterator[Path]:
    """Yields a temporary path in the target's folder; the target appears, complete, when the block ends.

    The block creates the file at the temporary path (same suffix as the target). It is flushed to the disk
    and renamed over the target in one step, so readers and killed processes see the old file or the new
    one, never half of it. When the block fails the temporary file is removed and the target is unchanged.

    Args:
        path: The final file; its folder must exist.

    Raises:
        OSError: The folder is missing or not writable, or the disk is full.
    """
    target = Path(path)
    temporary = target.with_name(f"{_PREFIX}-{_host()}-{os.getpid()}-{secrets.token_hex(4)}{target.suffix}")
    try:
        yield temporary
        _flush(temporary)
        temporary.replace(target)
    except BaseException:
        with contextlib.suppress(OSError):
            temporary.unlink()
        raise


def remove_leftovers(folder: str | Path) -> list[Path]:
    """Removes temporary files in a folder whose process on this machine no longer runs (after a kill -9).

    Args:
        folder: Folder to look into, not recursive. A missing folder has no leftovers.

    Returns:
        The removed paths.
    """
    pattern = re.compile(rf"{re.escape(f'{_PREFIX}-{_host()}-')}(\d+)-[0-9a-f]{{8}}(\..*)?")
    removed = []
    for file in Path(folder).glob(f"{_PREFIX}-*"):
        match = pattern.fullmatch(file.name)
        if match and not _running(int(match[1])):
            with contextlib.suppress(OSError):
                file.unlink()
                removed.append(file)
    return removed


def _host() -> str:
    return re.sub(r"\W", "", socket.gethostname())[:32]


def _running(process: int) -> bool:
    if os.name == "nt":  # signal 0 is no mere question there; leftovers stay
        return True
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except OSError:  # it runs, but belongs to somebody else
        return True
    return True


def _flush(file: Path) -> None:
    with file.open("rb+") as stream:
        os.fsync(stream.fileno())
