"""Who is shown with whom, and how often."""

from collections import Counter
from dataclasses import replace
from pathlib import Path

import pytest

from enface.data.pairing import make_pairs
from enface.data.records import FaceRecord, Manifest
from enface.errors import ConfigError, ManifestError


def people(names: str, *, split: str = "train", sessions: int = 2, probes: int = 3) -> list[FaceRecord]:
    return [
        FaceRecord(
            path=f"{split}/{name}{session}{i}.png",
            subject=name,
            session=str(session),
            split=split,  # type: ignore[arg-type]
            role="gallery" if i == 0 else "probe",
        )
        for name in names
        for session in range(sessions)
        for i in range(1 + probes)
    ]


@pytest.fixture
def manifest() -> Manifest:
    return Manifest(root=Path(), records=(*people("abcd"), *people("xy", split="test")))


def test_unpaired_shows_every_probe_and_every_frontal_once_per_pass(manifest: Manifest) -> None:
    pairs = make_pairs(manifest, "unpaired")
    assert len(pairs) == 24
    draws = [pairs.draw(position, 5) for position in range(24)]
    drawn = [manifest.records[draw.profile] for draw in draws]
    assert sorted(r.path for r in drawn) == sorted(
        r.path for r in manifest.select(split="train", role="probe").records
    )
    # 8 frontals, three passes over them in 24 positions.
    frontals = Counter(manifest.records[draw.frontal].path for draw in draws)
    assert frontals == {r.path: 3 for r in manifest.select(split="train", role="gallery").records}
    assert {draw.truth for draw in draws} == {None}
    assert any(manifest.records[d.profile].subject != manifest.records[d.frontal].subject for d in draws)


def test_paired_truth_is_the_gallery_of_the_same_person_and_look(manifest: Manifest) -> None:
    pairs = make_pairs(manifest, "paired")
    for position in range(48):
        draw = pairs.draw(position, 0)
        assert draw.truth is not None
        profile, truth = manifest.records[draw.profile], manifest.records[draw.truth]
        assert truth.role == "gallery"
        assert (truth.subject, truth.session) == (profile.subject, profile.session)


def test_the_truth_has_the_inputs_expression_where_a_gallery_has() -> None:
    record = FaceRecord(path="neutral.png", subject="a", expression="01", role="gallery")
    galleries = [
        record,
        replace(record, path="again.png"),
        replace(record, path="dark.png", expression="02", illumination="00"),
        replace(record, path="smile.png", expression="02"),
    ]
    probes = [replace(record, path=f"{e}.png", expression=e, role="probe") for e in ("01", "02", "03", "")]
    pairs = make_pairs(Manifest(root=Path(), records=(*galleries, *probes)), "paired")
    assert pairs.truths is not None
    assert pairs.truths.tolist() == [0, 3, 0, 0], "else the first gallery; of another light none"


def test_pairing_modes_draw_the_same_inputs(manifest: Manifest) -> None:
    unpaired, paired = make_pairs(manifest, "unpaired"), make_pairs(manifest, "paired")
    assert [unpaired.draw(p, 3)[:2] for p in range(40)] == [paired.draw(p, 3)[:2] for p in range(40)]


def test_same_identity_takes_any_look_of_the_person(manifest: Manifest) -> None:
    pairs = make_pairs(manifest, "same_identity")
    sessions = Counter()
    for position in range(96):
        draw = pairs.draw(position, 1)
        profile, frontal = manifest.records[draw.profile], manifest.records[draw.frontal]
        assert frontal.role == "gallery"
        assert frontal.subject == profile.subject
        sessions[frontal.session == profile.session] += 1
    assert min(sessions.values()) > 20


def test_a_draw_depends_on_position_and_seed_only(manifest: Manifest) -> None:
    pairs = make_pairs(manifest, "same_identity")
    forwards = [pairs.draw(position, 2) for position in range(60)]
    backwards = [pairs.draw(position, 2) for position in reversed(range(60))]
    assert forwards == backwards[::-1]
    assert forwards != [pairs.draw(position, 3) for position in range(60)]


def test_the_test_split_is_a_world_of_its_own(manifest: Manifest) -> None:
    pairs = make_pairs(manifest, "paired", split="test")
    used = {manifest.records[i].subject for p in range(24) for i in pairs.draw(p, 0) if i is not None}
    assert used == {"x", "y"}


def test_frontals_may_come_from_another_set(manifest: Manifest) -> None:
    other = Manifest(root=Path("other"), records=tuple(people("mnopqr", sessions=1, probes=1)))
    pairs = make_pairs(manifest, "paired", frontals=other)
    frontals = {other.records[pairs.draw(p, 0).frontal].path for p in range(6)}
    assert frontals == {r.path for r in other.select(role="gallery").records}


def test_what_cannot_be_paired_is_named(manifest: Manifest) -> None:
    records = manifest.records
    no_probe = Manifest(root=Path("set"), records=tuple(r for r in records if r.role == "gallery"))
    with pytest.raises(ManifestError, match="no record of set is a probe of split train"):
        make_pairs(no_probe, "unpaired")
    no_gallery = Manifest(root=Path("set"), records=tuple(r for r in records if r.role == "probe"))
    with pytest.raises(ManifestError, match="no record of set has role gallery in split train"):
        make_pairs(no_gallery, "unpaired")
    widow = replace(records[1], path="w.png", session="9")
    with pytest.raises(ManifestError, match=r"'w\.png' has no ground truth: .*subject 'a', session '9'"):
        make_pairs(Manifest(root=Path(), records=(*records, widow)), "paired")
    with pytest.raises(ConfigError, match=r"remove data\.frontal_manifest"):
        make_pairs(manifest, "same_identity", frontals=manifest)
    with pytest.raises(ConfigError, match="pairing 'twins' is unknown"):
        make_pairs(manifest, "twins")  # type: ignore[arg-type]
