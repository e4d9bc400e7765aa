"""The pages in a real browser: nothing leaves them, nothing overflows a phone, all of it can be printed."""

import shutil
from collections.abc import Callable, Iterator
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

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("browser")]

PHONE, A4 = {"width": 390, "height": 844}, {"width": 794, "height": 1123}
PAGES = ("report", "comparison")
FEW = Bootstrap(resamples=50)


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    """Debian's Chromium, driven by Playwright."""
    program = shutil.which("chromium") or shutil.which("chromium-browser")
    if program is None:
        pytest.skip("there is no chromium; Debian's package `chromium` brings it")
    sync_api = pytest.importorskip("playwright.sync_api", reason="pip install playwright")
    with sync_api.sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=program, args=["--no-sandbox"])
        yield opened
        opened.close()


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


@pytest.fixture(params=PAGES)
def page(request: pytest.FixtureRequest, browser: Any, pages: dict[str, Path]) -> Iterator[Any]:
    """An opened page that has kept what it asked for and complained of."""
    opened = browser.new_page(viewport=PHONE)
    opened.asked, opened.complaints = [], []
    opened.on("request", lambda asked: opened.asked.append(asked.url))
    opened.on("console", lambda told: opened.complaints.append((told.type, told.text)))
    opened.on("pageerror", lambda error: opened.complaints.append(("error", str(error))))
    opened.address = pages[request.param].as_uri()
    opened.goto(opened.address, wait_until="load")
    yield opened
    opened.close()


def test_it_renders_alone_and_without_complaint(page: Any) -> None:
    assert page.title()
    assert page.locator("h1").inner_text()
    assert page.locator("table").count() > 2
    assert page.locator("svg").count() > 1
    assert page.locator("svg").first.bounding_box()["height"] > 100
    assert [asked for asked in page.asked if not asked.startswith("data:")] == [page.address]
    assert page.complaints == []


def test_everything_seen_has_words(page: Any) -> None:
    pictures = page.evaluate(
        "() => [...document.images].map(i => [i.alt.trim().length, i.complete && i.naturalWidth])"
    )
    assert all(words and width for words, width in pictures)
    unnamed = page.evaluate(
        """() => [...document.querySelectorAll('svg')].filter(
            s => !s.closest('[role=img][aria-label]')).length"""
    )
    assert unnamed == 0
    assert page.evaluate("() => document.documentElement.lang") == "en"
    assert page.evaluate("() => [...document.querySelectorAll('th')].every(h => h.scope)")


def test_a_phone_scrolls_tables_and_not_the_page(page: Any) -> None:
    assert page.evaluate("() => document.documentElement.scrollWidth") <= PHONE["width"]
    loose = page.evaluate(
        """() => [...document.querySelectorAll('table, svg, pre')].filter(e => {
            if (e.scrollWidth <= innerWidth && e.getBoundingClientRect().right <= innerWidth) return false;
            for (let p = e; p; p = p.parentElement)
                if (['auto', 'scroll'].includes(getComputedStyle(p).overflowX)) return false;
            return true;
        }).length"""
    )
    assert loose == 0
    # Whoever has no mouse reaches what is scrolled.
    regions = page.locator(".scroll")
    assert regions.count() > 2
    assert regions.evaluate_all("all => all.every(r => r.tabIndex === 0 && r.getAttribute('aria-label'))")


def test_it_prints_within_the_paper(page: Any) -> None:
    page.emulate_media(media="print")
    page.set_viewport_size(A4)
    assert page.evaluate("() => document.documentElement.scrollWidth") <= A4["width"]
    assert page.pdf(format="A4").startswith(b"%PDF")


def test_both_colour_schemes_are_readable(page: Any) -> None:
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme)
        contrast = page.evaluate(
            """() => {
                const light = c => { const [r, g, b] = c.match(/[\\d.]+/g).map(v => {
                    v /= 255; return v <= .03928 ? v / 12.92 : ((v + .055) / 1.055) ** 2.4; });
                    return .2126 * r + .7152 * g + .0722 * b; };
                const paper = light(getComputedStyle(document.body).backgroundColor);
                const inks = ['body', '.lead', '.loss b', '.gain b', 'a'].map(s => document.querySelector(s));
                return inks.filter(e => e).map(e => light(getComputedStyle(e).color)).map(
                    ink => (Math.max(ink, paper) + .05) / (Math.min(ink, paper) + .05));
            }"""
        )
        assert len(contrast) >= 4
        assert min(contrast) >= 4.5  # WCAG AA
