"""Files of a comparison: results, tables, curves and one page."""

from dataclasses import dataclass
from pathlib import Path

from enface.errors import ConfigError
from enface.evaluation.comparison.charts import comparison_charts
from enface.evaluation.comparison.findings import Comparison, ComparisonResults, Side, save_comparison
from enface.evaluation.comparison.tables import comparison_tables
from enface.evaluation.comparison.words import verdicts
from enface.evaluation.report.chapters import Chart, guide_words, where_made
from enface.evaluation.report.folder import write_tables
from enface.evaluation.report.page import render
from enface.evaluation.report.tables import NumberTable
from enface.resources.atomic import atomic_write

PAGE, RESULTS = "comparison.html", "comparison.json"


@dataclass(frozen=True)
class Chapter:
    """Everything that the page tells about one comparison."""

    suffix: str
    """Of its anchors; empty for the first."""
    title: str
    comparison: Comparison
    verdicts: tuple[str, ...]
    charts: tuple[Chart, ...]
    tables: tuple[NumberTable, ...]
    facts: dict[str, str]
    sides: dict[str, dict[str, str]]


def write_comparison(folder: Path, results: ComparisonResults, *, command: str | None = None) -> Path:
    """Writes `comparison.json`, `tables/*.csv`, `plots/*.svg` and the page.

    Args:
        folder: made if absent. Of several comparisons, each has tables and plots in a folder of its own.
        results: of `compare`.
        command: that made them, for the record.

    Returns:
        The page.

    Raises:
        ConfigError: the folder cannot be written.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        save_comparison(results, folder / RESULTS)
        for number, comparison in enumerate(results.comparisons, start=1):
            place = folder
            if len(results.comparisons) > 1:
                setup = comparison.setup
                place = (
                    folder
                    / f"{number:02}-{setup.protocol.replace(', ', '-').replace(' ', '_')}-{setup.judge}"
                )
            write_tables(place, tables=comparison_tables(comparison), charts=comparison_charts(comparison))
        html = render(
            "compare.html.j2",
            chapters=[
                _chapter(comparison, suffix="" if i == 0 else f"-{i + 1}")
                for i, comparison in enumerate(results.comparisons)
            ],
            unmatched=results.unmatched,
            command=command,
        )
        with atomic_write(folder / PAGE) as temporary:
            temporary.write_text(html, encoding="utf-8")
    except OSError as error:
        raise ConfigError(
            f"cannot write to {folder}: {error.strerror or error}; choose another --output"
        ) from error
    return folder / PAGE


def _chapter(comparison: Comparison, *, suffix: str) -> Chapter:
    setup = comparison.setup
    what = "pairs" if setup.kind == "pairs" else "probes"
    return Chapter(
        suffix=suffix,
        title=f"{setup.protocol}, judged by {setup.judge}",
        comparison=comparison,
        verdicts=verdicts(comparison),
        charts=comparison_charts(comparison, suffix=suffix),
        tables=tuple(table for table in comparison_tables(comparison) if table.shown and table.rows),
        facts={
            "Protocol": setup.protocol,
            "Judge": f"{setup.judge} ({setup.judge_sha256[:12]}), never part of either training",
            "Data": f"{setup.data}: {setup.people:,} people, {setup.cases:,} {what} "
            f"({setup.data_sha256[:12]})",
            "Intervals": f"{100 * setup.level:g} %, {setup.resamples} bootstrap samples over people, seed "
            f"{setup.seed}",
        },
        sides={"A": _facts(comparison.first), "B": _facts(comparison.second)},
    )


def _facts(side: Side) -> dict[str, str]:
    return {
        "Model": side.model,
        "Evaluation": f"{side.folder} ({side.results_sha256[:12]})",
        "Guide": guide_words(side.guide, side.guide_sha256),
        **({"Training data": side.overlap} if side.overlap else {}),
        **where_made(side.environment),
    }
