"""What an evaluation leaves in its folder: typed results, tables as CSV, curves as SVG."""

from collections.abc import Callable, Iterable
from pathlib import Path

from enface.errors import ConfigError
from enface.evaluation.pair_evaluation import PairEvaluation
from enface.evaluation.report.cases_table import cases_table
from enface.evaluation.report.chapters import AnyResults, Chart, results_charts, results_tables
from enface.evaluation.report.figures import standalone
from enface.evaluation.report.headline import AnyEvaluation, headline_rows, headline_table
from enface.evaluation.report.tables import NumberTable, write_csv
from enface.evaluation.results import load_results, save_results
from enface.evaluation.runner import Evaluation
from enface.evaluation.search_results import load_search, save_search
from enface.evaluation.verification_results import load_verification, save_verification
from enface.resources.atomic import atomic_write

RESULTS, VERIFICATION, SEARCH = "results.json", "verification.json", "search.json"
OF_SEVERAL = "evaluation-all*/*"
"""From a run's folder: the evaluations of one command with several judges or protocols."""


def write_folder(folder: Path, evaluation: AnyEvaluation) -> Path:
    """Writes results, `tables/*.csv` and `plots/*.svg`; files of another evaluation there are replaced.

    Args:
        folder: exists.
        evaluation: any.

    Returns:
        The file of results.

    Raises:
        OSError: the folder cannot be written.
    """
    if isinstance(evaluation, Evaluation):
        file = folder / RESULTS
        save_results(evaluation.results, file)
    elif isinstance(evaluation, PairEvaluation):
        file = folder / VERIFICATION
        save_verification(evaluation.results, file)
    else:
        file = folder / SEARCH
        save_search(evaluation.results, file)
    # A folder holds one evaluation: results of another kind would be read in its place.
    for name in {RESULTS, VERIFICATION, SEARCH} - {file.name}:
        (folder / name).unlink(missing_ok=True)
    headline = headline_table(headline_rows(evaluation))
    tables = (headline, *results_tables(evaluation.results), cases_table(evaluation))
    write_tables(folder, tables=tables, charts=results_charts(evaluation.results))
    return file


def write_tables(folder: Path, *, tables: Iterable[NumberTable], charts: Iterable[Chart]) -> None:
    """Writes `tables/*.csv` and `plots/*.svg`, and removes those of earlier results: a reader would take them
    for part of these."""
    files = {folder / "tables" / f"{table.name}.csv": table for table in tables}
    curves = {folder / "plots" / f"{chart.name}.svg": chart for chart in charts}
    for name in ("tables", "plots"):
        (folder / name).mkdir(parents=True, exist_ok=True)
    for file in (*folder.glob("tables/*.csv"), *folder.glob("plots/*.svg")):
        if file not in files and file not in curves:
            file.unlink()
    for file, table in files.items():
        write_csv(table, file)
    for file, chart in curves.items():
        with atomic_write(file) as temporary:
            temporary.write_text(standalone(chart.svg), encoding="utf-8")


def results_file(folder: Path) -> Path:
    """The file of results in a folder; one that is not there where the folder holds none."""
    files = [folder / name for name in (RESULTS, VERIFICATION, SEARCH)]
    return next((file for file in files if file.is_file()), files[0])


def load_any(folder: Path) -> AnyResults:
    """Results in a folder, of whichever kind.

    Raises:
        ConfigError: there are none, or they are not valid.
    """
    readers: dict[str, Callable[[Path], AnyResults]] = {
        RESULTS: load_results,
        VERIFICATION: load_verification,
        SEARCH: load_search,
    }
    for name, read in readers.items():
        if (folder / name).is_file():
            return read(folder / name)
    raise ConfigError(f"{folder} holds none of {', '.join(readers)}; give a folder of enface evaluate")
