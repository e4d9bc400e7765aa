"""enface: a face seen from any angle, turned into a frontal, neutral, evenly lit face of the same person."""

from typing import TYPE_CHECKING, Any

__version__ = "0.1.0"

if TYPE_CHECKING:
    from enface.inference.frontalizer import FrontalFace as FrontalFace
    from enface.inference.frontalizer import Frontalizer as Frontalizer

_LAZY = {
    "Frontalizer": "enface.inference.frontalizer",
    "FrontalFace": "enface.inference.frontalizer",
}
__all__ = ["Frontalizer", "FrontalFace", "__version__"]


def __getattr__(name: str) -> Any:
    """Public names load on first use, so that `import enface` and `enface --help` stay fast (PEP 562)."""
    if name in _LAZY:
        from importlib import import_module

        return getattr(import_module(_LAZY[name]), name)
    raise AttributeError(f"module 'enface' has no attribute {name!r}; public names: {', '.join(__all__)}")
