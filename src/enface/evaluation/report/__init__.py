"""What an evaluation leaves: typed results, tables, curves, and a self-contained page."""

from enface.evaluation.report.folder import load_any, write_folder
from enface.evaluation.report.page import build_report
from enface.evaluation.report.sections import Picture, Section, Table

__all__ = ["Picture", "Section", "Table", "build_report", "load_any", "write_folder"]
