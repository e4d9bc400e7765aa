"""Models as files that run without enface: one graph, and a card that says how to feed it."""

from enface.export.export import ExportedModel, export_model

__all__ = ["ExportedModel", "export_model"]
