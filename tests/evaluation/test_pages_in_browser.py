"""The pages in a real browser: nothing leaves them, nothing overflows a phone, all of it can be printed."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from enface.evaluation.bootstrapping import Bootstrap
from enface.evaluation.comparison import compare
from enface.evaluation.comparison.page import write_comparison
from enface.evaluation.protocols import Protocol
from enface.evaluation.report import build_report, write_folder
from enface.evaluation.runner import evaluate
from enface.models.folder import LoadedModel
from enface.recognizers.frozen import FrozenRecognizer
from page_checks import CHECKS, opened

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("browser")]

FEW = Bootstrap(resamples=50)


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the pages are written once."""
    return tmp_path_factory.mktemp("pages")


@pytest.fixture
def pages(
    oracle: LoadedModel,
    ignorant: LoadedModel,
    protocol: Protocol,
    recognizer: Callable[..., FrozenRecognizer],
    written: Path,
) -> dict[str, Path]:
    """Every kind of page by name."""
    found = {"report": written / "report.html", "comparison": written / "comparison" / "comparison.html"}
    if not found["report"].is_file():
        made = [
            evaluate(model, protocol=protocol, judge=recognizer("judge"), name=f"runs/{name}", bootstrap=FEW)
            for name, model in (("mean", ignorant), ("truth", oracle))
        ]
        for name, evaluation in zip(("a", "b"), made, strict=True):
            (written / name).mkdir()
            write_folder(written / name, evaluation)
        build_report(found["report"], evaluations=made, command="enface evaluate " + "runs/long-name " * 20)
        write_comparison(
            found["comparison"].parent, compare(written / "a", written / "b", bootstrap=FEW), command="enface"
        )
    return found


@pytest.mark.parametrize("name", ["report", "comparison"])
def test_in_a_browser(name: str, browser: Any, pages: dict[str, Path]) -> None:
    for check in CHECKS:
        with opened(browser, pages[name]) as page:
            check(page)
