"""One process at a time: a lock file that a killed process does not leave locked."""

import contextlib
import os
import sys
from collections.abc import Iterator
from pathlib import Path

if sys.platform != "win32":
    import fcntl


@contextlib.contextmanager
def locked(file: Path) -> Iterator[None]:
    """Holds a lock file while the block runs, and removes it at its end.

    The lock is the operating system's and ends with the process, so the file that a killed one leaves
    hinders nobody. Windows and some network file systems have no such locks; nothing is locked there.

    Args:
        file: in a folder that exists; made where it is not there.

    Raises:
        BlockingIOError: somebody else holds it.
        OSError: it cannot be made.
    """
    if sys.platform == "win32":
        yield
        return
    descriptor = _take(file)
    try:
        yield
    finally:
        # While it is still held: see `_take`.
        with contextlib.suppress(OSError):
            file.unlink()
        os.close(descriptor)


def _take(file: Path) -> int:
    while True:
        descriptor = os.open(file, os.O_RDWR | os.O_CREAT, 0o666)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(descriptor)
            raise
        except OSError:  # a file system without locks
            return descriptor
        # Who held it may have removed it after it was opened here; then the next process would make, and
        # lock, another file of the same name.
        with contextlib.suppress(FileNotFoundError):
            if os.path.samestat(os.fstat(descriptor), file.stat()):
                return descriptor
        os.close(descriptor)
