"""The rendered protocol on the rendered set and on manifests that lack something."""

from collections import Counter
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from enface.data.embedded import embedded_manifest
from enface.data.manifest import read_manifest
from enface.data.records import FaceRecord, Manifest
from enface.errors import ConfigError, ManifestError
from enface.evaluation.protocols import Probe, Protocol, make_protocol


def record(path: str, **changes: object) -> FaceRecord:
    return replace(FaceRecord(path=path, subject="a", yaw=0.0, split="test"), **changes)  # type: ignore[arg-type]


GALLERY = record("front.jpg", role="gallery")
PROBE = record("probe.jpg", yaw=-31.0)
OTHER = record("other.jpg", subject="o", role="gallery")
TRAIN = record("train.jpg", subject="b", role="gallery", split="train")


def manifest(*records: FaceRecord) -> Manifest:
    return Manifest(Path("/pictures"), records)


def test_embedded_set_in_the_same_look() -> None:
    protocol = make_protocol("rendered", embedded_manifest())
    assert (protocol.people, len(protocol.gallery), len(protocol.probes)) == (50, 50, 650)
    assert Counter(probe.yaw for probe in protocol.probes) == dict.fromkeys(range(-90, 91, 15), 50)
    for probe in protocol.probes:
        assert probe.record.role == "probe"
        assert probe.truth.role == "gallery"
        assert (probe.truth.subject, probe.truth.session) == (probe.record.subject, probe.record.session)
    tested = {probe.record.subject for probe in protocol.probes}
    assert {r.subject for r in protocol.gallery} == tested
    assert not tested & {r.subject for r in protocol.train_frontals}
    assert {r.session for r in protocol.gallery} == {"01"}
    assert all(r.split == "train" for r in protocol.train_frontals)


def test_embedded_set_across_looks() -> None:
    protocol = make_protocol("rendered", embedded_manifest(), across_looks=True)
    # The test probes of the package are all of session 01, so the other look is enrolled.
    assert {r.session for r in protocol.gallery} == {"02"}
    assert {probe.record.session for probe in protocol.probes} == {"01"}
    assert {probe.truth.session for probe in protocol.probes} == {"01"}
    assert len(protocol.probes) == 650


def test_data_is_named() -> None:
    assert make_protocol("rendered", embedded_manifest()).data == "rendered faces inside the package"
    assert make_protocol("rendered", manifest(GALLERY, OTHER, PROBE, TRAIN)).data == "/pictures"


def test_gallery_01_and_probes_02_where_there_are_any() -> None:
    protocol = make_protocol(
        "rendered",
        manifest(
            GALLERY,
            OTHER,
            record("front2.jpg", role="gallery", session="02"),
            PROBE,
            record("probe2.jpg", session="02"),
            TRAIN,
        ),
        across_looks=True,
    )
    assert [r.path for r in protocol.gallery] == ["front.jpg", "other.jpg"]
    assert [p.record.path for p in protocol.probes] == ["probe2.jpg"]


def test_yaw_is_rounded_or_estimated_and_raised_cameras_are_left_out() -> None:
    points = embedded_manifest().select(role="gallery").records[0].points
    assert points is not None
    protocol = make_protocol(
        "rendered",
        manifest(
            GALLERY,
            OTHER,
            PROBE,
            record("unknown.jpg", yaw=None, points=points),
            record("up.jpg", pitch=30.0),
            TRAIN,
        ),
    )
    assert [(p.record.path, p.yaw) for p in protocol.probes] == [("probe.jpg", -30), ("unknown.jpg", 0)]


@pytest.mark.parametrize(
    ("records", "match"),
    [
        ((PROBE, TRAIN), "split test and role gallery"),
        ((GALLERY, PROBE), "split train and role gallery"),
        ((GALLERY, TRAIN), "no test probe"),
        ((GALLERY, record("front2.jpg", role="gallery"), PROBE, TRAIN), "'front2.jpg'"),
        ((GALLERY, record("x.jpg", yaw=None), TRAIN), r"column yaw \('x.jpg'\)"),
        ((GALLERY, PROBE, TRAIN), "one person only, 'a'"),
    ],
)
def test_manifests_that_lack_something(records: tuple[FaceRecord, ...], match: str) -> None:
    with pytest.raises(ManifestError, match=match):
        make_protocol("rendered", manifest(*records))


def test_unknown_protocol() -> None:
    with pytest.raises(ConfigError, match="did you mean 'rendered'"):
        make_protocol("renderd", manifest(GALLERY, OTHER, PROBE, TRAIN))


def test_fingerprint_follows_the_bytes(tmp_path: Path) -> None:
    for r in (GALLERY, OTHER, PROBE, TRAIN):
        (tmp_path / r.path).write_bytes(np.arange(20, dtype=np.uint8).tobytes())
    protocol = make_protocol("rendered", Manifest(tmp_path, (GALLERY, OTHER, PROBE, TRAIN)))
    before = protocol.fingerprint()
    assert protocol.fingerprint() == before
    (tmp_path / PROBE.path).write_bytes(b"other")
    assert protocol.fingerprint() != before


def test_fingerprint_follows_truths_landmarks_and_yaw(tmp_path: Path) -> None:
    """Across looks the truth is not enrolled, so no other role tells of it."""
    points = np.arange(10.0).reshape(5, 2)
    marked = replace(PROBE, points=points)
    truth = record("truth.jpg", session="02", role="gallery")
    for r in (GALLERY, OTHER, PROBE, TRAIN, truth):
        (tmp_path / r.path).write_bytes(r.path.encode())

    def fingerprint(probe: FaceRecord = marked, **changes: object) -> str:
        given = {"truth": truth, "yaw": -30, **changes}
        return identification(
            manifest=Manifest(tmp_path, ()),
            probes=(Probe(probe, **given),),  # type: ignore[arg-type]
        ).fingerprint()

    before = fingerprint()
    assert fingerprint() == before
    others = [
        fingerprint(replace(PROBE, points=points + 5)),
        fingerprint(PROBE),
        fingerprint(yaw=-45),
        fingerprint(truth=GALLERY),
        fingerprint(truth=None),
    ]
    (tmp_path / truth.path).write_bytes(b"another face")
    others.append(fingerprint())
    assert len({before, *others}) == 7


def identification(**changes: object) -> Protocol:
    """Two enrolled people, one of whom is probed."""
    given = {"gallery": (GALLERY, OTHER), "probes": (Probe(PROBE, GALLERY, -30),), "train_frontals": (TRAIN,)}
    return Protocol(
        name="own",
        data="",
        across_looks=False,
        **{"manifest": manifest(), **given, **changes},  # type: ignore[arg-type]
    )


def test_people_without_a_probe_are_distractors() -> None:
    assert identification().people == 2


@pytest.mark.parametrize(
    ("changes", "match"),
    [
        ({"gallery": ()}, "the gallery is empty"),
        ({"probes": ()}, "set of probes is empty"),
        ({"gallery": (GALLERY,)}, "one person only"),
        ({"gallery": (OTHER, TRAIN)}, "1 people have probes but no gallery picture, for example 'a'"),
        ({"probes": (Probe(GALLERY, None, 0),)}, "'front.jpg' is in the gallery and a probe"),
        (
            {
                "probes": (Probe(PROBE, GALLERY, 0), Probe(TRAIN, None, 0)),
                "gallery": (GALLERY, OTHER, record("t", subject="b")),
            },
            "some probes have ground truth",
        ),
    ],
)
def test_what_no_identification_can_be_made_of(changes: dict[str, object], match: str) -> None:
    with pytest.raises(ManifestError, match=match):
        identification(**changes)


def test_both_looks_in_one_protocol(people_folder: Path) -> None:
    one = read_manifest(people_folder / "manifest.csv")
    other = [
        replace(r, path=f"other/{r.path}", session="02")
        for r in one.records
        if r.role == "gallery" or r.yaw == 45
    ]
    both = Manifest(one.root, (*one.records, *other))
    protocol = make_protocol("rendered_looks", both, data="two looks")
    assert {r.session for r in protocol.gallery} == {"01"}
    sessions = [probe.record.session for probe in protocol.probes]
    assert (sessions.count("01"), sessions.count("02")) == (4 * 5, 4)
    with pytest.raises(ManifestError, match="leave --across-looks out"):
        make_protocol("rendered_looks", both, data="two looks", across_looks=True)
    with pytest.raises(ManifestError, match="use --protocol rendered"):
        make_protocol("rendered_looks", one, data="one look")
