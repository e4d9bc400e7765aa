"""The page stands alone, shows everything and says it to readers who cannot see."""

import base64
import io
import json
import re
from collections.abc import Callable
from html.parser import HTMLParser
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from enface.evaluation.bootstrapping import Bootstrap
from enface.evaluation.protocols import Protocol
from enface.evaluation.report import Picture, Section, Table, build_report
from enface.evaluation.runner import Evaluation, evaluate
from enface.images import read_mark
from enface.models.folder import LoadedModel
from enface.recognizers.frozen import FrozenRecognizer

VOID = {"meta", "img", "br", "link", "path", "use"}


class Page(HTMLParser):
    """Tags with attributes; fails on tags that do not match."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self._open: list[str] = []
        self.feed(text)
        assert not self._open

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        if tag not in VOID:
            self._open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        if tag not in VOID:
            assert self._open.pop() == tag

    def all(self, tag: str) -> list[dict[str, str | None]]:
        return [attributes for name, attributes in self.tags if name == tag]


@pytest.fixture
def evaluation(
    ignorant: LoadedModel, protocol: Protocol, recognizer: Callable[..., FrozenRecognizer]
) -> Evaluation:
    return evaluate(
        ignorant,
        protocol=protocol,
        judge=recognizer("judge"),
        name="runs/<first>",
        bootstrap=Bootstrap(resamples=20),
    )


CASES = 18
"""Pictures of the best and the worst cases."""


@pytest.fixture
def metrics(tmp_path: Path) -> Path:
    path = tmp_path / "metrics.jsonl"
    rows = [{"step": s, "images": 5 * s, "generator/pixel": 1 / s, "critic/wgan": -1.0} for s in range(1, 9)]
    path.write_text("\n".join(map(json.dumps, rows)) + '\n{"step": 9, "gener')
    return path


def test_all_sections_and_no_outside_address(evaluation: Evaluation, metrics: Path, tmp_path: Path) -> None:
    blue = np.full((900, 30, 3), (0, 0, 255), dtype=np.uint8)
    path = build_report(
        tmp_path / "report.html",
        evaluations=(evaluation,),
        training_metrics=metrics,
        photograph=[Picture(blue, "pasted back", "a blue face", synthesised=True)],
        sections=[Section("Times & more", ("Fast.",), Table(("part", "s"), (("all", "1"),)))],
        people=3,
    )
    text = path.read_text()
    page = Page(text)
    sections = {attributes.get("id") for attributes in page.all("section")}
    assert sections == {
        *("short", "headline", "faces", "cases", "recognition", "quality", "training", "photograph", "run"),
        *("matching-numbers", "gates-numbers", "cost-numbers", "missing", "limits"),
        *("frontalness-numbers", "distances-numbers"),
        None,
    }
    assert "a guess, not evidence" in text
    assert "Times &amp; more" in text
    assert "runs/&lt;first&gt;" in text
    assert "generator/pixel" in text
    visible = re.sub(r'data:image/jpeg;base64,[^"]*', "", text)
    assert "://" not in visible
    assert "@import" not in visible
    for _, attributes in page.tags:
        for name in ("src", "href"):
            assert (attributes.get(name) or "#").startswith(("#", "data:"))
    ids = [attributes["id"] for _, attributes in page.tags if "id" in attributes]
    assert len(ids) == len(set(ids))
    assert {i["href"] for i in page.all("use")} <= {f"#{name}" for name in ids}
    # Three people: five views, five frontal faces and the truth; one photograph.
    pictures = page.all("img")
    assert len(pictures) == 3 * 11 + 1 + CASES
    assert all(picture["alt"] for picture in pictures)


def test_synthesised_pictures_carry_the_mark_and_large_ones_are_shrunk(
    evaluation: Evaluation, tmp_path: Path
) -> None:
    blue = np.full((1440, 30, 3), (0, 0, 255), dtype=np.uint8)
    path = build_report(
        tmp_path / "report.html",
        evaluations=(evaluation,),
        photograph=[Picture(blue, "c", "photograph"), Picture(blue, "c", "made", synthesised=True)],
    )
    files = {p["alt"]: p["src"] for p in Page(path.read_text()).all("img")}
    marks = {}
    for alt, address in files.items():
        content = base64.b64decode((address or "").partition(",")[2])
        (tmp_path / "picture.jpg").write_bytes(content)
        marks[alt] = read_mark(tmp_path / "picture.jpg") is not None
        if alt == "photograph":
            assert Image.open(io.BytesIO(content)).size == (15, 720)
    assert not marks["photograph"]
    assert marks["made"]
    assert marks["Synthesised frontal face of person p1, made from the view at -90 degrees"]
    assert not marks["Person p1, camera at -90 degrees"]
    assert not marks["Ground truth: true frontal picture of person p1"]


def test_without_a_run_and_a_photograph_their_sections_are_absent(
    evaluation: Evaluation, tmp_path: Path
) -> None:
    path = build_report(
        tmp_path / "r.html", evaluations=(evaluation,), training_metrics=tmp_path / "none.jsonl", people=99
    )
    page = Page(path.read_text())
    sections = {attributes.get("id") for attributes in page.all("section")}
    assert "training" not in sections and "photograph" not in sections
    assert {"short", "headline", "faces", "cases", "recognition", "quality", "run", "limits"} <= sections
    assert len(page.all("img")) == 4 * 11 + CASES


def test_one_row_of_metrics_is_no_curve(evaluation: Evaluation, tmp_path: Path) -> None:
    (tmp_path / "metrics.jsonl").write_text('{"step": 1, "generator/pixel": 1.0}\n')
    path = build_report(
        tmp_path / "r.html", evaluations=(evaluation,), training_metrics=tmp_path / "metrics.jsonl"
    )
    assert 'id="training"' not in path.read_text()
