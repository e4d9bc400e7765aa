"""Fills the page: one HTML file, no outside address."""

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import jinja2

import enface
from enface.evaluation.report import charts, words
from enface.evaluation.report.chapters import AnyResults, make_chapters
from enface.evaluation.report.headline import AnyEvaluation, headline_table
from enface.evaluation.report.pictures import data_address
from enface.evaluation.report.sections import Picture, Section
from enface.evaluation.results import Results
from enface.resources.atomic import atomic_write

_TEMPLATES = Path(__file__).parent / "templates"


def build_report(
    path: str | Path,
    *,
    evaluations: Iterable[AnyEvaluation],
    title: str = "Faces turned to the front",
    command: str | None = None,
    training_metrics: Path | None = None,
    photograph: Sequence[Picture] = (),
    sections: Sequence[Section] = (),
    people: int = 4,
    cases: int = 4,
    pictures: bool = True,
) -> Path:
    """Writes a page about evaluations, whole or not at all.

    Args:
        path: the HTML file; its folder must exist.
        evaluations: at least one; each becomes a chapter, and may be forgotten before the next one is made.
        title: heading of the page.
        command: that made the page, for the record.
        training_metrics: `metrics.jsonl` of the run; its curves are drawn where the file exists.
        photograph: what became of a real photograph, step by step: photograph, detected face, aligned face,
            frontal face, pasted back.
        sections: more, shown before the limits.
        people: test people in the picture grid of each evaluation over yaw.
        cases: best and worst cases each, of each evaluation.
        pictures: whether the page shows evaluated faces; without them it can be passed on where they cannot.

    Returns:
        The path written.

    Raises:
        OSError: the folder cannot be written.
    """
    curves = (
        charts.training_chart(training_metrics) if training_metrics and training_metrics.is_file() else None
    )
    chapters = make_chapters(evaluations, people=people, cases=cases, pictures=pictures)
    html = render(
        "report.html.j2",
        title=title,
        chapters=chapters,
        headline=headline_table([row for chapter in chapters for row in chapter.headline]),
        brief=_brief([chapter.results for chapter in chapters]),
        command=command,
        photographs=any(chapter.kind == "pairs" and chapter.cases.worst for chapter in chapters),
        training_chart=curves,
        photograph=photograph,
        sections=sections,
    )
    with atomic_write(path) as temporary:
        temporary.write_text(html, encoding="utf-8")
    return Path(path)


def render(template: str, **values: Any) -> str:
    """A template of this package with the style, the words and the version at hand."""
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(_TEMPLATES),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.globals |= {"words": words, "address": data_address, "version": enface.__version__}
    environment.tests["estimate"] = words.is_estimate
    return environment.get_template(template).render(**values)


def _brief(found: Sequence[AnyResults]) -> list[str]:
    """What was run, in one line."""
    environment = found[0].environment
    presets = {r.setup.preset for r in found if isinstance(r, Results) and r.setup.preset}
    seconds = sum(results.environment.seconds for results in found)
    return [
        *(f"Preset {preset}" for preset in sorted(presets)),
        f"guide {_all(results.setup.guide for results in found)}",
        f"judge {_all(results.setup.judge for results in found)}",
        _all(results.setup.data for results in found),
        f"commit {environment.commit[:12]}" if environment.commit else f"enface {enface.__version__}",
        environment.machine,
        f"{seconds:.0f} s",
    ]


def _all(names: Any) -> str:
    return words.listed(list(dict.fromkeys(names)))
