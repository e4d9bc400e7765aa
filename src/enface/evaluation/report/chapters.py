"""One evaluation as a chapter of the page: sentences, tables, curves, pictures, facts."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from enface.evaluation.pair_evaluation import PairEvaluation
from enface.evaluation.report import charts, words
from enface.evaluation.report.case_pictures import Cases, pair_cases, probe_cases
from enface.evaluation.report.headline import AnyEvaluation, headline_rows, protocol_name
from enface.evaluation.report.identification_tables import identification_tables
from enface.evaluation.report.pictures import GridRow, picture_grid
from enface.evaluation.report.search_tables import search_tables
from enface.evaluation.report.tables import Cell, NumberTable
from enface.evaluation.report.verification_tables import verification_tables
from enface.evaluation.results import Environment, Results
from enface.evaluation.runner import Evaluation
from enface.evaluation.search_results import SearchResults
from enface.evaluation.verification_results import VerificationResults

AnyResults = Results | VerificationResults | SearchResults


@dataclass(frozen=True)
class Chart:
    """A drawn curve."""

    name: str
    """File name without its ending."""
    svg: str
    text: str
    """What it shows, for readers who cannot see it."""


@dataclass(frozen=True, eq=False)
class Chapter:
    """Everything that the page tells about one evaluation."""

    kind: Literal["yaw", "pairs", "search"]
    suffix: str
    """Of its anchors; empty for the first."""
    title: str
    lead: str
    results: AnyResults
    verdicts: tuple[str, ...]
    charts: tuple[Chart, ...]
    tables: tuple[NumberTable, ...]
    headline: tuple[tuple[Cell, ...], ...]
    facts: dict[str, str]
    cases: Cases
    yaws: tuple[int, ...] = ()
    grid: tuple[GridRow, ...] = ()

    def chart(self, name: str) -> Chart | None:
        """The chart of that name, where there is one."""
        return next((chart for chart in self.charts if chart.name == name), None)


def make_chapters(
    evaluations: Iterable[AnyEvaluation], *, people: int, cases: int, pictures: bool
) -> tuple[Chapter, ...]:
    """One chapter for each evaluation, in order.

    Args:
        evaluations: at least one; each may be forgotten before the next one is made.
        people: rows of the picture grid.
        cases: best and worst cases each.
        pictures: whether any picture of a face is shown.
    """
    return tuple(
        _chapter(
            evaluation,
            suffix="" if i == 0 else f"-{i + 1}",
            people=people if pictures else 0,
            cases=cases if pictures else 0,
        )
        for i, evaluation in enumerate(evaluations)
    )


def _chapter(evaluation: AnyEvaluation, *, suffix: str, people: int, cases: int) -> Chapter:
    results = evaluation.results
    title = f"{protocol_name(evaluation)}, judged by {results.setup.judge}"
    verdicts, headline = words.verdicts(results), tuple(headline_rows(evaluation))
    if isinstance(evaluation, Evaluation):
        yaws, grid = picture_grid(evaluation, people=people)
        return Chapter(
            kind="yaw",
            suffix=suffix,
            title=title,
            lead=_yaw_lead(evaluation.results, angles=len(yaws)),
            results=results,
            verdicts=verdicts,
            charts=results_charts(results, suffix=suffix),
            tables=results_tables(results),
            headline=headline,
            facts=_yaw_facts(evaluation.results),
            cases=probe_cases(evaluation, count=cases),
            yaws=yaws,
            grid=grid,
        )
    if isinstance(evaluation, PairEvaluation):
        return Chapter(
            kind="pairs",
            suffix=suffix,
            title=title,
            lead=_pairs_lead(evaluation.results),
            results=results,
            verdicts=verdicts,
            charts=results_charts(results, suffix=suffix),
            tables=results_tables(results),
            headline=headline,
            facts=_photograph_facts(evaluation.results),
            cases=pair_cases(evaluation, count=cases),
        )
    return Chapter(
        kind="search",
        suffix=suffix,
        title=title,
        lead=_search_lead(evaluation.results),
        results=results,
        verdicts=verdicts,
        charts=results_charts(results, suffix=suffix),
        tables=results_tables(results),
        headline=headline,
        facts=_photograph_facts(evaluation.results),
        cases=Cases((), ()),
    )


def results_tables(results: AnyResults) -> tuple[NumberTable, ...]:
    """All tables of an evaluation."""
    if isinstance(results, Results):
        return identification_tables(results)
    if isinstance(results, VerificationResults):
        return verification_tables(results)
    return search_tables(results)


def results_charts(results: AnyResults, *, suffix: str = "") -> tuple[Chart, ...]:
    """All curves of an evaluation; `suffix` makes their names inside a page unlike those of others."""
    if isinstance(results, Results):
        return _yaw_charts(results, suffix=suffix)
    if isinstance(results, VerificationResults):
        svg, text = (
            charts.pairs_chart(results, name=f"roc{suffix}"),
            "ROC of the pairs, one line for each arm",
        )
        return (Chart("roc", svg, text),)
    svg = charts.search_chart(results, name=f"cmc{suffix}")
    return (Chart("cmc", svg, "CMC: share of probes found among the first k"),)


def _yaw_charts(results: Results, *, suffix: str) -> tuple[Chart, ...]:
    made = (
        (
            "recognition",
            charts.recognition_chart(results, name=f"recognition{suffix}"),
            "Rank-1 rate against absolute yaw, one line for each arm, bands are the intervals",
        ),
        (
            "margin",
            charts.margin_chart(results, name=f"margin{suffix}"),
            "Mean margin against absolute yaw, one line for each arm, bands are the intervals",
        ),
        (
            "cmc",
            charts.cmc_chart(results, name=f"cmc{suffix}"),
            "CMC: share of probes found among the first k",
        ),
        ("roc", charts.matching_chart(results, name=f"roc{suffix}"), "ROC of every probe against everybody"),
        (
            "coverage",
            charts.coverage_chart(results, name=f"coverage{suffix}"),
            "Rank-1 error against the share of probes used, raw and frontalised, for each gate",
        ),
        (
            "quality",
            charts.quality_chart(results, name=f"quality{suffix}") if results.quality else None,
            "L1 and SSIM against yaw for the frontal faces, the mean face and the nearest train frontal",
        ),
    )
    return tuple(Chart(name, svg, text) for name, svg, text in made if svg is not None)


def _yaw_lead(results: Results, *, angles: int) -> str:
    setup = results.setup
    return (
        f"{setup.probes:,} pictures from {angles} camera angles, looked for among {setup.people:,} people "
        f"whom the model never saw, judged by {setup.judge}, a recognizer that had no part in the training."
    )


def _pairs_lead(results: VerificationResults) -> str:
    counts = results.counts
    return (
        f"{counts.genuine:,} pairs of one person and {counts.impostors:,} of two, {counts.people:,} "
        f"people; the judge, {results.setup.judge}, had no part in the training. "
        f"{_lost(counts.lost_pairs, counts.pairs)}"
    )


def _lost(lost: int, pairs: int) -> str:
    if not lost:
        return "Every pair was compared."
    return f"{lost:,} of {pairs:,} pairs are left out of every number: no usable face was found."


def _search_lead(results: SearchResults) -> str:
    counts = results.counts
    return (
        f"{counts.mated:,} templates of enrolled people, looked for among {counts.gallery:,}; "
        f"{counts.unmated:,} of people who are not enrolled. The judge, {results.setup.judge}, had no part "
        f"in the training. {counts.lost:,} templates without a usable face are left out."
    )


def _yaw_facts(results: Results) -> dict[str, str]:
    setup, environment = results.setup, results.environment
    looks = "other look than the gallery" if setup.across_looks else "same look as the gallery"
    return {
        "Model": setup.model,
        "Preset": setup.preset or "not recorded",
        "Guide": guide_words(setup.guide, setup.guide_sha256),
        "Judge": f"{setup.judge} ({setup.judge_sha256[:12]}), never part of the training",
        "Protocol": f"{setup.protocol}, {looks}, {setup.gallery} gallery",
        "Data": f"{setup.data}: {setup.people:,} people, {setup.probes:,} probes ({setup.data_sha256[:12]})",
        **({"Training data": setup.overlap} if setup.overlap else {}),
        "Frontal faces": f"{setup.output_size} × {setup.output_size} px",
        "Intervals": f"{100 * setup.level:g} %, {setup.resamples} bootstrap samples over people",
        **where_made(environment),
    }


def _photograph_facts(results: VerificationResults | SearchResults) -> dict[str, str]:
    setup = results.setup
    return {
        "Model": setup.model,
        "Guide": guide_words(setup.guide, setup.guide_sha256),
        "Judge": f"{setup.judge} ({setup.judge_sha256[:12]}), never part of the training",
        "Protocol": f"{setup.protocol}, {setup.face} face of each photograph, found by {setup.detector}",
        "Data": f"{setup.data}: {results.counts.photos:,} photographs ({setup.data_sha256[:12]})",
        **({"Training data": setup.overlap} if setup.overlap else {}),
        "Intervals": f"{100 * setup.level:g} %, {setup.resamples} bootstrap samples over people",
        **where_made(results.environment),
    }


def guide_words(name: str, sha256: str) -> str:
    """A guide with the start of its weights' hash, where that is known."""
    return f"{name} ({sha256[:12]})" if sha256 else name


def where_made(environment: Environment) -> dict[str, str]:
    """Facts about commit, machine, versions and time, by their labels."""
    processors = environment.processors or "?"
    return {
        "Commit": _commit(environment),
        "Machine": f"{environment.machine}, {processors} processors, {environment.threads} torch threads",
        "Versions": ", ".join(f"{name} {version}" for name, version in environment.versions.items()),
        "Evaluation time": f"{environment.seconds:.0f} seconds",
    }


def _commit(environment: Environment) -> str:
    if environment.commit is None:
        return "installed package"
    return environment.commit[:12] + (" with local changes" if environment.dirty else "")
