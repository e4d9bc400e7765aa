"""Two evaluations of the same pictures laid side by side, with paired tests. Start at `compare.compare`."""

from enface.evaluation.comparison.compare import compare
from enface.evaluation.comparison.findings import (
    Comparison,
    ComparisonResults,
    Difference,
    load_comparison,
    save_comparison,
)

__all__ = ["Comparison", "ComparisonResults", "Difference", "compare", "load_comparison", "save_comparison"]
