"""Two models that look for the same templates."""

from collections.abc import Callable
from pathlib import Path

import pytest

from enface.evaluation.bootstrapping import Bootstrap
from enface.evaluation.comparison import compare
from enface.evaluation.comparison.page import write_comparison
from enface.evaluation.protocols import Sighting, Template, TemplatesProtocol
from enface.evaluation.report import write_folder
from enface.evaluation.template_runner import evaluate_templates
from enface.faces.detectors.registry import make_detector
from enface.models.folder import LoadedModel
from enface.recognizers.frozen import FrozenRecognizer

FEW = Bootstrap(resamples=100)
PEOPLE = ("p1", "p2", "p3", "p4")


def side(picture: str) -> tuple[Template, ...]:
    return tuple(Template(p, p, (Sighting(f"{p}_{picture}.png"),)) for p in PEOPLE)


def test_a_search_has_no_yaw_and_all_else(
    oracle: LoadedModel,
    ignorant: LoadedModel,
    recognizer: Callable[..., FrozenRecognizer],
    people_folder: Path,
    tmp_path: Path,
) -> None:
    protocol = TemplatesProtocol("templates", people_folder, side("front"), side("0"))
    for name, model in (("mean", ignorant), ("truth", oracle)):
        (tmp_path / name).mkdir()
        found = evaluate_templates(
            model,
            protocol=protocol,
            judge=recognizer("judge"),
            detector=make_detector("aligned"),
            name=name,
            detector_name="aligned",
            bootstrap=FEW,
        )
        write_folder(tmp_path / name, found)
    results = compare(tmp_path / "mean", tmp_path / "truth", bootstrap=FEW)
    comparison = results.comparisons[0]
    assert (comparison.setup.kind, comparison.angles) == ("search", ())
    assert comparison.measures == ("rank-1", "rank-5", "margin")
    row = comparison.row("frontalised", None, "margin")
    assert row.difference.value == pytest.approx(row.second.value - row.first.value)
    assert row.winner == "second"
    assert comparison.row("raw", None, "rank-1").difference.value == 0
    page = write_comparison(tmp_path / "out", results).read_text()
    assert "Difference in rank-1 of B less A with its interval" in page
