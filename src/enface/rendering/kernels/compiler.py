"""Compilation of the inner loops by numba, which comes with the `render` extra."""

import functools
import importlib
from collections.abc import Callable
from typing import Any, TypeVar, cast

from enface.rendering.errors import RenderingError

F = TypeVar("F", bound=Callable[..., Any])

# No fast-math: contracted or reordered sums would make the bytes of a picture depend on the processor.
_OPTIONS = {"error_model": "numpy", "_nrt": False}


def compiled(function: F) -> F:
    """Compiles a function on its first call and keeps the machine code in numba's cache folder.

    Where no cache folder is writable the code is compiled anew in every process. Without numba the
    function can be imported, and raises when called.
    """
    numba = _numba()
    if numba is None:
        return cast(F, _refusing(function))
    try:
        return cast(F, numba.njit(cache=True, **_OPTIONS)(function))
    except RuntimeError:  # "no locator available": neither the source folder nor the user's cache is writable
        return cast(F, numba.njit(**_OPTIONS)(function))


def inlined(function: F) -> F:
    """As `compiled`, but copied into its callers: for functions of many arrays, which a call would count.

    Counting references to the arrays of a named tuple costs more than the arithmetic of one sample.
    """
    numba = _numba()
    if numba is None:
        return cast(F, _refusing(function))
    return cast(F, numba.njit(inline="always", **_OPTIONS)(function))


def require_compiler() -> None:
    """Says what to install.

    Raises:
        RenderingError: numba is not installed.
    """
    if _numba() is None:
        raise RenderingError("rendering needs the compiler numba: pip install 'enface[render]'")


@functools.cache
def _numba() -> Any:
    try:
        return importlib.import_module("numba")
    except ImportError:
        return None


def _refusing(function: F) -> Callable[..., Any]:
    @functools.wraps(function)
    def refuse(*_: Any, **__: Any) -> Any:
        require_compiler()

    return refuse
