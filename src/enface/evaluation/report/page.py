"""Fills the page: one HTML file, no outside address."""

from collections.abc import Sequence
from pathlib import Path

import jinja2

import enface
from enface.evaluation.report import charts, words
from enface.evaluation.report.pictures import data_address, picture_grid
from enface.evaluation.report.sections import Picture, Section
from enface.evaluation.results import Environment, Results
from enface.evaluation.runner import Evaluation
from enface.resources.atomic import atomic_write

_TEMPLATES = Path(__file__).parent / "templates"


def build_report(
    path: str | Path,
    *,
    evaluation: Evaluation,
    title: str = "Faces turned to the front",
    training_metrics: Path | None = None,
    photograph: Sequence[Picture] = (),
    sections: Sequence[Section] = (),
    people: int = 4,
) -> Path:
    """Writes a page about one evaluation, whole or not at all.

    Args:
        path: the HTML file; its folder must exist.
        evaluation: what `runner.evaluate` gave.
        title: heading of the page.
        training_metrics: `metrics.jsonl` of the run; its curves are drawn where the file exists.
        photograph: what became of a real photograph, step by step: photograph, detected face, aligned face,
            frontal face, pasted back.
        sections: more, shown before the limits.
        people: test people in the picture grid.

    Returns:
        The path written.

    Raises:
        OSError: the folder cannot be written.
    """
    results = evaluation.results
    yaws, grid = picture_grid(evaluation, people=people)
    curves = (
        charts.training_chart(training_metrics) if training_metrics and training_metrics.is_file() else None
    )
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(_TEMPLATES),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.globals |= {"words": words, "address": data_address}
    html = environment.get_template("report.html.j2").render(
        title=title,
        version=enface.__version__,
        results=results,
        facts=_facts(results),
        brief=_brief(results),
        yaws=yaws,
        grid=grid,
        recognition_chart=charts.recognition_chart(results),
        quality_chart=charts.quality_chart(results),
        training_chart=curves,
        photograph=photograph,
        sections=sections,
    )
    with atomic_write(path) as temporary:
        temporary.write_text(html, encoding="utf-8")
    return Path(path)


def _brief(results: Results) -> list[str]:
    """What was run, in one line."""
    setup, environment = results.setup, results.environment
    return [
        *([f"Preset {setup.preset}"] if setup.preset else []),
        f"guide {setup.guide}",
        f"judge {setup.judge}",
        setup.data,
        f"commit {environment.commit[:12]}" if environment.commit else f"enface {enface.__version__}",
        environment.machine,
        f"{environment.seconds:.0f} s",
    ]


def _facts(results: Results) -> dict[str, str]:
    """What was run, as label and text."""
    setup, environment = results.setup, results.environment
    looks = "other look than the gallery" if setup.across_looks else "same look as the gallery"
    return {
        "Model": setup.model,
        "Preset": setup.preset or "not recorded",
        "Guide": f"{setup.guide} ({setup.guide_sha256[:12]})",
        "Judge": f"{setup.judge} ({setup.judge_sha256[:12]}), never part of the training",
        "Protocol": f"{setup.protocol}, {looks}, {setup.gallery} gallery",
        "Data": f"{setup.data}: {setup.people} people never seen in training, {setup.probes} probes",
        "Frontal faces": f"{setup.output_size} × {setup.output_size} px",
        "Intervals": f"{100 * setup.level:g} %, {setup.resamples} bootstrap samples over people",
        "Commit": _commit(environment),
        "Machine": _machine(environment),
        "Versions": ", ".join(f"{name} {version}" for name, version in environment.versions.items()),
        "Evaluation time": f"{environment.seconds:.0f} seconds",
    }


def _commit(environment: Environment) -> str:
    if environment.commit is None:
        return "installed package"
    return environment.commit[:12] + (" with local changes" if environment.dirty else "")


def _machine(environment: Environment) -> str:
    processors = environment.processors or "?"
    return f"{environment.machine}, {processors} processors, {environment.threads} torch threads"
