"""Rates in groups of people whose scores are planted."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from enface.data.records import FaceRecord, Manifest
from enface.evaluation.bootstrapping import Bootstrap
from enface.evaluation.findings import GroupRow
from enface.evaluation.groups import ACCEPTED, ALARM, FEW_PEOPLE, PICTURES, RANK1, group_rows, untold
from enface.evaluation.protocols import Protocol, make_protocol
from enface.evaluation.protocols.protocol import Probe
from enface.evaluation.recognition import ProbeScores
from enface.evaluation.report import write_folder
from enface.evaluation.report.groups_table import groups_tables
from enface.evaluation.results import load_results
from enface.evaluation.runner import evaluate
from enface.models.folder import LoadedModel
from enface.recognizers.frozen import FrozenRecognizer

PEOPLE = 60
TRAITS = {"sex": "female", "skin_tone": 1.2, "age": 0.4, "glasses": False, "covering": "none"}


def person_of(number: int) -> FaceRecord:
    """Every third person wears glasses, the first ten have a cap, the last two are of unknown age."""
    changes = {"glasses": number % 3 == 0, "covering": "cap" if number < 10 else "none"}
    return FaceRecord(
        path=f"{number}.png",
        subject=f"{number:02}",
        split="test",
        **TRAITS | changes | ({"age": None} if number >= PEOPLE - 2 else {}),
    )


def protocol_of(records: list[FaceRecord]) -> Protocol:
    gallery = tuple(replace(r, path=f"g{r.path}", session="01", role="gallery") for r in records)
    manifest = Manifest(Path(), (*gallery, *records))
    probes = tuple(Probe(record, None, 0) for record in records)
    return Protocol("rendered", manifest, "made", False, gallery, probes, ())


PROTOCOL = protocol_of([person_of(i) for i in range(PEOPLE)])
GLASSES = np.arange(PEOPLE) % 3 == 0


def scores_of(hits: np.ndarray) -> ProbeScores:
    genuine = np.where(hits, 0.8, 0.3).astype(np.float32)
    return ProbeScores(
        places=np.where(hits, 1, 7),
        genuine=genuine,
        hardest=np.full(PEOPLE, 0.5, dtype=np.float32),
        hardest_person=("x",) * PEOPLE,
    )


SCORES = {"raw": scores_of(~GLASSES), "fused": scores_of(np.ones(PEOPLE, dtype=bool))}


def rows(protocol: Protocol = PROTOCOL, **changes: object) -> dict[tuple[str, str, str, str], GroupRow]:
    options: dict = {
        "scores": SCORES,
        "thresholds": {"raw": 0.4, "fused": 0.7},
        "nearness": np.tile(np.where(GLASSES, 0.2, 0.1)[:, None], 3),
        "bootstrap": Bootstrap(resamples=200),
    }
    found = group_rows(protocol, **options | changes)
    return {(r.attribute, r.group, r.metric, r.arm): r for r in found}


def test_a_group_that_fails_is_found_with_its_gap_and_gain() -> None:
    found = rows()
    yes, no = (found["glasses", group, RANK1, "raw"] for group in ("yes", "no"))
    assert (yes.mean.value, yes.people, yes.probes) == (0, 20, 20)
    assert (no.mean.value, no.people) == (1, 40)
    assert yes.gap is not None and no.gap is not None and yes.gain is None
    assert (yes.gap.low, yes.gap.value, yes.gap.high) == (-1, -1, -1)
    assert no.gap.value == 1
    fused = found["glasses", "yes", RANK1, "fused"]
    assert fused.gap is not None and fused.gain is not None
    assert (fused.mean.value, fused.gap.value, fused.gain.value) == (1, 0, 1)
    picture = found["glasses", "yes", "L1", PICTURES]
    assert picture.gap is not None
    assert (picture.mean.value, picture.gap.value, picture.gain) == (
        pytest.approx(0.2),
        pytest.approx(0.1),
        None,
    )


def test_one_threshold_for_all_groups() -> None:
    found = rows()
    assert found["glasses", "yes", ACCEPTED, "raw"].mean.value == 0
    assert found["glasses", "no", ACCEPTED, "raw"].mean.value == 1
    # The hardest wrong score is 0.5 for everybody: above the threshold of raw, below that of fused.
    assert found["glasses", "yes", ALARM, "raw"].mean.value == 1
    assert found["glasses", "yes", ALARM, "fused"].mean.value == 0
    assert ("glasses", "yes", ACCEPTED, "raw") not in rows(thresholds={})


def test_small_groups_are_marked_and_unknown_ones_left_out() -> None:
    found = rows()
    assert {r.group: r.small for r in found.values() if r.attribute == "covering"} == {
        "none": False,
        "cap": True,
    }
    assert found["covering", "cap", RANK1, "raw"].people == 10 < FEW_PEOPLE
    middle = found["age", "middle", RANK1, "raw"]
    assert (middle.people, middle.gap) == (PEOPLE - 2, None)
    assert not {key for key in found if key[0] in ("beard, of men", "expression", "look")}


def test_groups_stand_in_their_own_order() -> None:
    tones = {0: 0.1, 1: 0.6, 2: 1.2}
    protocol = protocol_of([replace(person_of(i), skin_tone=tones[i % 3]) for i in range(PEOPLE)])
    names = [r.group for r in rows(protocol).values() if r.attribute == "skin tone"]
    assert list(dict.fromkeys(names)) == ["light", "medium", "dark"]


def test_a_changed_look_is_a_group() -> None:
    protocol = protocol_of([replace(person_of(i), session="02" if i % 2 else "01") for i in range(PEOPLE)])
    found = rows(protocol)
    assert found["look", "other", RANK1, "fused"].people == PEOPLE // 2
    assert found["look", "same", RANK1, "fused"].people == PEOPLE // 2


def test_what_cannot_be_compared_is_said() -> None:
    sentences = " ".join(untold(PROTOCOL))
    assert "Groups by sex: every probe is 'female'" in sentences
    assert "beard, of men" in sentences and "expression" in sentences and "do not tell them" in sentences
    assert "glasses" not in sentences


def test_evaluations_write_groups_by_default(
    people_folder: Path,
    protocol: Protocol,
    oracle: LoadedModel,
    recognizer: Callable[..., FrozenRecognizer],
    tmp_path: Path,
) -> None:
    dark = {"p1", "p2"}
    told = Manifest(
        protocol.manifest.root,
        tuple(
            replace(r, skin_tone=1.3 if r.subject in dark else 0.1, sex="male", beard=r.subject == "p3")
            for r in protocol.manifest.records
        ),
    )
    evaluation = evaluate(
        oracle,
        protocol=make_protocol("rendered", told, data="told"),
        judge=recognizer(),
        name="oracle",
        bootstrap=Bootstrap(resamples=50),
    )
    write_folder(tmp_path, evaluation)
    groups = load_results(tmp_path / "results.json").groups
    assert {g.attribute for g in groups} == {"skin tone", "sex", "beard, of men"}
    assert {g.metric for g in groups} >= {RANK1, "margin", "L1", "SSIM", "PSNR"}
    assert all(g.small for g in groups)
    mean = {g.group: g for g in groups if (g.metric, g.arm) == (RANK1, "frontalised")}
    assert mean["dark"].mean.value == 1
    lines = (tmp_path / "tables" / "groups.csv").read_text().splitlines()
    assert len(lines) == 1 + len(groups)
    short = (tmp_path / "tables" / "who_it_fails.csv").read_text()
    assert f"under {FEW_PEOPLE} people" in short
    assert "skin tone,dark,2,10" in short


def test_the_short_table_names_groups_that_lose(
    protocol: Protocol, oracle: LoadedModel, recognizer: Callable[..., FrozenRecognizer]
) -> None:
    results = evaluate(
        oracle, protocol=protocol, judge=recognizer(), name="oracle", bootstrap=Bootstrap(resamples=50)
    ).results
    assert results.groups == ()
    assert any("do not tell them" in sentence for sentence in results.missing)
    short, whole = groups_tables(replace(results, groups=tuple(rows().values())))
    assert "glasses yes (raw, −100.0 points)" in short.note
    assert "by chance alone" in short.note
    assert short.shown and not whole.shown
    assert len(whole.rows) == len(rows())
