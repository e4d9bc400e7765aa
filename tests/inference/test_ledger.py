"""How often a growing report is written."""

from pathlib import Path

import pytest

from enface.inference import ledger as module
from enface.inference.inputs import Picture
from enface.inference.ledger import Ledger
from enface.inference.report import REPORT, Row


class Clock:
    """Stands still unless somebody lets time pass."""

    def __init__(self) -> None:
        self.now = 0.0

    def monotonic(self) -> float:
        return self.now


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    clock = Clock()
    monkeypatch.setattr(module, "time", clock)
    return clock


@pytest.mark.parametrize(("takes", "pause"), [(0.0, 2.0), (0.1, 2.0), (3.0, 30.0)])
def test_a_large_report_is_written_more_rarely(
    tmp_path: Path, clock: Clock, monkeypatch: pytest.MonkeyPatch, takes: float, pause: float
) -> None:
    written = []

    def write_table(path: Path, rows: object, *, kind: type[Row]) -> None:
        clock.now += takes
        written.append(path)

    monkeypatch.setattr(module, "write_table", write_table)
    ledger = Ledger(tmp_path / REPORT, kind=Row, verb="frontalize")
    ledger.set(Picture(tmp_path / "a.png", "a"), [])
    ledger.save()
    assert not written, "it has just begun"
    clock.now += 2.1
    ledger.save()
    assert len(written) == 1
    clock.now += pause - 0.1
    ledger.save()
    assert len(written) == 1
    clock.now += 0.2
    ledger.save()
    assert len(written) == 2
    ledger.save(now=True)
    assert len(written) == 3
