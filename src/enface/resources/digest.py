"""SHA-256 of the arrays in an npz file: the same however the file was compressed."""

import hashlib
import zipfile
import zlib
from collections.abc import Iterable
from pathlib import Path

_PIECE = 1 << 20


def digest_of_npz(path: Path, names: Iterable[str]) -> str:
    """Hexadecimal SHA-256 over the names of arrays and their npy files, type and shape included.

    Args:
        path: Of the npz file.
        names: Arrays, in this order.

    Raises:
        OSError: The file cannot be read, is no npz file, or lacks an array.
    """
    digest = hashlib.sha256()
    try:
        with zipfile.ZipFile(path) as archive:
            for name in names:
                digest.update(f"{name}\n".encode())
                with archive.open(f"{name}.npy") as stream:
                    while piece := stream.read(_PIECE):
                        digest.update(piece)
    except (KeyError, EOFError, zipfile.BadZipFile, zlib.error) as error:
        raise OSError(f"no npz file with the arrays that were expected ({error})") from error
    return digest.hexdigest()
