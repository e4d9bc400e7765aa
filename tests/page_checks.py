"""What every page must do in a real browser, whatever it tells."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

PHONE, A4 = {"width": 390, "height": 844}, {"width": 794, "height": 1123}


@contextmanager
def opened(browser: Any, path: Path) -> Iterator[Any]:
    """A page on a phone that keeps what it asked for and complained of."""
    page = browser.new_page(viewport=PHONE)
    page.asked, page.complaints, page.address = [], [], path.as_uri()
    page.on("request", lambda asked: page.asked.append(asked.url))
    page.on("console", lambda told: page.complaints.append((told.type, told.text)))
    page.on("pageerror", lambda error: page.complaints.append(("error", str(error))))
    page.goto(page.address, wait_until="load")
    yield page
    page.close()


def renders_alone_and_without_complaint(page: Any) -> None:
    assert page.title()
    assert page.locator("h1").inner_text()
    assert page.locator("table").count() > 2
    assert page.locator("svg").count() > 1
    assert page.locator("svg").first.bounding_box()["height"] > 100
    assert [asked for asked in page.asked if not asked.startswith("data:")] == [page.address]
    assert page.complaints == []


def everything_seen_has_words(page: Any) -> None:
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


def a_phone_scrolls_tables_and_not_the_page(page: Any) -> None:
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
    # The first cell of a row does not run into the next one.
    overlaps = page.evaluate(
        """() => [...document.querySelectorAll('tbody tr')].filter(row => {
            const [head, next] = row.children;
            if (!next || head.tagName !== 'TH') return false;
            const words = cell => { const range = document.createRange();
                range.selectNodeContents(cell); return range.getBoundingClientRect(); };
            return next.innerText.trim() && words(head).right > words(next).left;
        }).length"""
    )
    assert overlaps == 0


def prints_within_the_paper(page: Any) -> None:
    page.emulate_media(media="print")
    page.set_viewport_size(A4)
    assert page.evaluate("() => document.documentElement.scrollWidth") <= A4["width"]
    assert page.pdf(format="A4").startswith(b"%PDF")


def both_colour_schemes_are_readable(page: Any) -> None:
    page.emulate_media(media="screen")
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme)
        contrast = page.evaluate(
            """() => {
                const light = c => { const [r, g, b] = c.match(/[\\d.]+/g).map(v => {
                    v /= 255; return v <= .03928 ? v / 12.92 : ((v + .055) / 1.055) ** 2.4; });
                    return .2126 * r + .7152 * g + .0722 * b; };
                const paper = light(getComputedStyle(document.body).backgroundColor);
                const inks = ['body', '.lead', '.eyebrow', 'h1', '.loss b', '.gain b', 'a'].map(
                    s => document.querySelector(s));
                return inks.filter(e => e).map(e => light(getComputedStyle(e).color)).map(
                    ink => (Math.max(ink, paper) + .05) / (Math.min(ink, paper) + .05));
            }"""
        )
        assert len(contrast) >= 4
        assert min(contrast) >= 4.5  # WCAG AA


CHECKS = (
    renders_alone_and_without_complaint,
    everything_seen_has_words,
    a_phone_scrolls_tables_and_not_the_page,
    both_colour_schemes_are_readable,
    prints_within_the_paper,
)
