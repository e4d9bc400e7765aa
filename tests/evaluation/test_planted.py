"""Identification of planted embeddings: every rate is known exactly beforehand."""

from pathlib import Path

import numpy as np
import pytest

from enface.data.records import FaceRecord, Manifest
from enface.evaluation.arms import JudgedFaces
from enface.evaluation.bootstrapping import Bootstrap
from enface.evaluation.protocols import Probe, Protocol
from enface.evaluation.recognition import Identification, identify

PEOPLE = 20


def planted(places: list[int]) -> np.ndarray:
    """One probe for each person, whose right one comes at the given place: cosines fall evenly from the first
    place on, along the ring of the others."""
    rows = np.zeros((PEOPLE, PEOPLE))
    for person, place in enumerate(places):
        others = [(person + step) % PEOPLE for step in range(1, PEOPLE)]
        order = [*others[: place - 1], person, *others[place - 1 :]]
        rows[person, order] = np.linspace(1, 0.05, PEOPLE)
    return rows


def identified(raw: list[int], frontalised: list[int], *, yaw: int = 45) -> Identification:
    names = [f"{i:02}" for i in range(PEOPLE)]
    gallery = tuple(FaceRecord(f"g{name}.png", name, role="gallery", split="test") for name in names)
    records = [FaceRecord(f"p{name}.png", name, split="test") for name in names]
    manifest = Manifest(Path(), (*gallery, *records))
    protocol = Protocol(
        "rendered", manifest, "planted", False, gallery, tuple(Probe(r, None, yaw) for r in records), ()
    )
    return identify(
        protocol,
        probes=JudgedFaces(planted(raw), planted(frontalised)),
        gallery=JudgedFaces(np.eye(PEOPLE), np.eye(PEOPLE)),
        bootstrap=Bootstrap(resamples=100),
    )


def test_cmc_is_exact() -> None:
    places = [1] * 12 + [2] * 3 + [5] * 4 + [20]
    found = identified(places, [1] * PEOPLE)
    raw = next(c.rates for c in found.cmc if c.arm == "raw" and c.angle == 45)
    expected = np.cumsum(np.bincount(places, minlength=PEOPLE + 1)[1:]) / PEOPLE
    np.testing.assert_allclose(raw, expected)
    assert raw[0] == 0.6 and raw[1] == 0.75 and raw[4] == 0.95 and raw[19] == 1
    rows = {r.arm: r for r in found.recognition}
    assert (rows["raw"].rank1.value, rows["raw"].rank5.value) == (0.6, pytest.approx(0.95))
    assert rows["frontalised"].rank1.value == 1
    assert rows["frontalised"].gain.value == pytest.approx(0.4)
    assert (rows["raw"].gain.low, rows["raw"].gain.high) == (0, 0)


def test_roc_is_exact() -> None:
    # Cosines of a place are the same for every probe, so thresholds lie between places.
    found = identified([1] * 10 + [2] * 10, [1] * PEOPLE)
    raw = next(m for m in found.matching if m.arm == "raw" and m.angle is None)
    assert (raw.genuine, raw.impostors) == (PEOPLE, PEOPLE * (PEOPLE - 1))
    # First place: half of the right ones and ten wrong ones; second: the rest, and ten more wrong ones.
    assert raw.roc[0] == (0, 0)
    assert raw.roc[1] == (pytest.approx(10 / 380), pytest.approx(0.5))
    assert raw.roc[2] == (pytest.approx(20 / 380), pytest.approx(1.0))
    # Errors are equal on the line between both: f = 10/380 + t 10/380 meets 1 - (0.5 + 0.5 t).
    share = (0.5 - 10 / 380) / (0.5 + 10 / 380)
    assert raw.equal_error_rate.value == pytest.approx(10 / 380 * (1 + share))
    (rate, *unresolved) = raw.accept_rates
    assert rate.true_accept_rate is not None and rate.true_accept_rate.value == 0
    assert all(row.true_accept_rate is None for row in unresolved), "380 impostors cannot tell 1e-3"
    perfect = next(m for m in found.matching if m.arm == "frontalised" and m.angle is None)
    assert perfect.equal_error_rate.value == 0
    assert perfect.accept_rates[0].true_accept_rate is not None
    assert perfect.accept_rates[0].true_accept_rate.value == 1
