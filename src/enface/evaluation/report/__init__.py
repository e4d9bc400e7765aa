"""A self-contained page about one evaluation."""

from enface.evaluation.report.page import build_report
from enface.evaluation.report.sections import Picture, Section, Table

__all__ = ["Picture", "Section", "Table", "build_report"]
