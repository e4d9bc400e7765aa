"""Trained models in use: one photograph in Python, or many files with a report."""

from enface.inference.files import BatchResult, frontalize_files
from enface.inference.frontalizer import FoundFace, FrontalFace, Frontalizer

__all__ = ["BatchResult", "FoundFace", "FrontalFace", "Frontalizer", "frontalize_files"]
