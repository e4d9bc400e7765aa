"""Photographs in: one in Python, or many files with a report; faces turned to the front, or described."""

from enface.inference.describe import describe_files
from enface.inference.files import frontalize_files
from enface.inference.found_face import FoundFace
from enface.inference.frontalizer import FrontalFace, Frontalizer
from enface.inference.ledger import BatchResult
from enface.inference.observer import FaceObserver, SeenFace

__all__ = [
    "BatchResult",
    "FaceObserver",
    "FoundFace",
    "FrontalFace",
    "Frontalizer",
    "SeenFace",
    "describe_files",
    "frontalize_files",
]
