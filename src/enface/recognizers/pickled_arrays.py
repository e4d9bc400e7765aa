"""Nested dictionaries of numpy arrays from pickled files, without running pickled code.

Both public forms of the VGGFace2 ResNet-50 weights are pickles: `.pkl` (a dictionary of arrays) and `.npy`
(an object array that holds such a dictionary). A pickle may name any function for the reader to call. The
reader here resolves only the few names that numpy needs to rebuild arrays, and refuses the file at any other.
"""

import io
import pickle
from collections import OrderedDict
from collections.abc import Callable
from pathlib import Path
from typing import Any, cast

import numpy as np
from numpy.lib import format as npy

from enface.errors import ResourceError
from enface.recognizers.weights import read_bytes

_RECONSTRUCT = np.zeros(1).__reduce__()[0]
_SCALAR = np.float32(0).__reduce__()[0]


def _latin1(text: str, encoding: str) -> bytes:
    """Stands in for `_codecs.encode`, which Python 3 pickles of protocol 2 call for bytes."""
    if encoding != "latin1":
        raise pickle.UnpicklingError(f"refused encoding {encoding!r}")
    return text.encode("latin1")


def _admitted() -> dict[tuple[str, str], Any]:
    names: dict[tuple[str, str], Any] = {
        ("numpy", "ndarray"): np.ndarray,
        ("numpy", "dtype"): np.dtype,
        ("collections", "OrderedDict"): OrderedDict,
        ("_codecs", "encode"): _latin1,
    }
    for core in ("numpy.core.multiarray", "numpy._core.multiarray"):
        names[core, "_reconstruct"] = _RECONSTRUCT
        names[core, "scalar"] = _SCALAR
    return names


class _ArrayUnpickler(pickle.Unpickler):
    """Resolves the names of `_admitted` and no others."""

    def find_class(self, module: str, name: str) -> Callable[..., Any]:
        admitted = _admitted()
        if (module, name) not in admitted:
            raise pickle.UnpicklingError(f"refused to load {module}.{name}: only plain arrays are read")
        return cast(Callable[..., Any], admitted[module, name])


def read_arrays(path: Path) -> tuple[dict[str, Any], str]:
    """Dictionary of arrays, or of dictionaries of arrays, and the file's SHA-256.

    Args:
        path: `.npy` with a pickled dictionary, or `.pkl`.

    Raises:
        ResourceError: It cannot be read, asks for anything but arrays, or holds no dictionary.
    """
    content, digest = read_bytes(path)
    stream = io.BytesIO(content)
    try:
        if content.startswith(npy.MAGIC_PREFIX):
            _skip_header(stream)
        value: Any = _ArrayUnpickler(stream, encoding="latin1").load()
    except Exception as error:  # a broken pickle may raise nearly anything
        raise ResourceError(f"{path} cannot be read as arrays: {error}") from error
    if isinstance(value, np.ndarray) and value.dtype == object and value.size == 1:
        value = value.item()
    if not isinstance(value, dict) or not all(isinstance(key, str) for key in value):
        raise ResourceError(f"{path} holds a {type(value).__name__}, expected a dictionary of arrays by name")
    return value, digest


def _skip_header(stream: io.BytesIO) -> None:
    version = npy.read_magic(stream)
    read = npy.read_array_header_1_0 if version == (1, 0) else npy.read_array_header_2_0
    _, _, dtype = read(stream)
    if not dtype.hasobject:
        raise ValueError("it is a plain array, expected a dictionary of arrays")
