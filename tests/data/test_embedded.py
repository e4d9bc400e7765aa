"""The set inside the package is small, complete and keeps train and test people apart."""

import hashlib
from collections import Counter

import numpy as np
from PIL import Image

from enface.data.embedded import embedded_manifest
from enface.resources.folders import shipped


def test_it_is_at_most_12_megabytes_and_every_file_is_listed() -> None:
    root = shipped("multipose_mini")
    files = [file for file in root.rglob("*") if file.is_file()]
    assert sum(file.stat().st_size for file in files) <= 12_000_000
    listed = {embedded_manifest().file(record) for record in embedded_manifest().records}
    assert set(files) == listed | {root / "manifest.csv", root / "README.md", root / "data-card.json"}


def test_people_of_the_splits_do_not_overlap() -> None:
    manifest = embedded_manifest()
    train = {r.subject for r in manifest.select(split="train").records}
    test = {r.subject for r in manifest.select(split="test").records}
    assert (len(train), len(test), len(train & test)) == (150, 50, 0)


def test_everybody_has_both_galleries() -> None:
    looks = Counter((r.subject, r.session) for r in embedded_manifest().select(role="gallery").records)
    assert len(looks) == 400
    assert set(looks.values()) == {1}


def test_yaws_are_spread_evenly() -> None:
    train = Counter(r.yaw for r in embedded_manifest().select(split="train", role="probe").records)
    assert sorted(train) == list(range(-90, 91, 15))
    assert max(train.values()) - min(train.values()) <= 1
    test = Counter(
        (r.subject, r.session, r.yaw) for r in embedded_manifest().select(split="test", role="probe").records
    )
    assert len(test) == 50 * 13
    assert set(test.values()) == {1}
    assert {session for _, session, _ in test} == {"01"}


def test_pictures_are_what_the_manifest_says() -> None:
    manifest = embedded_manifest()
    sums = set()
    for record in manifest.records[::65]:
        with Image.open(manifest.file(record)) as image:
            assert (image.format, image.size, image.mode) == ("JPEG", (144, 144), "RGB")
        sums.add(hashlib.sha256(manifest.file(record).read_bytes()).hexdigest())
        assert record.points is not None
        assert ((record.points >= 0) & (record.points <= 143)).all()
    assert len(sums) == 30


def test_the_nose_points_away_from_the_camera_side() -> None:
    # yaw < 0: the nose points to the image's right (x grows).
    for record in embedded_manifest().select(role="probe").records:
        if record.yaw is not None and abs(record.yaw) >= 30:
            assert record.points is not None
            eyes = record.points[:2, 0].mean()
            assert np.sign(record.points[2, 0] - eyes) == -np.sign(record.yaw)
