"""Which picture an input is compared with (to-do 11), and how light pictures are made (B.3, release)."""

from contextlib import closing
from dataclasses import replace
from itertools import islice
from pathlib import Path

import numpy as np
import pytest

from enface.config.schema import Data
from enface.data.batch import FrontalizationBatch
from enface.data.loader import make_loader
from enface.data.manifest import write_manifest
from enface.data.pairing import make_pairs
from enface.data.records import FaceRecord, Manifest
from enface.errors import ConfigError, ManifestError
from enface.images import write_image

LIGHTS = ("00", "07", "13")
CAMERAS = ("051", "110")
SIZE = 16


def level(subject: str, camera: str, light: str) -> int:
    """Grey of a picture."""
    return 40 * int(subject) + 5 * CAMERAS.index(camera) + 20 * LIGHTS.index(light)


@pytest.fixture
def studio(tmp_path: Path) -> Manifest:
    """Two people under two cameras and three lights, each picture flat grey; 051 under 07 is the gallery."""
    records = []
    for subject in ("1", "2"):
        for camera in CAMERAS:
            for light in LIGHTS:
                name = f"{subject}_{camera}_{light}.png"
                picture = np.full((SIZE, SIZE, 3), level(subject, camera, light), dtype=np.uint8)
                write_image(tmp_path / name, picture)
                gallery = (camera, light) == ("051", "07")
                records.append(
                    FaceRecord(
                        path=name,
                        subject=subject,
                        expression="01",
                        camera=camera,
                        illumination=light,
                        role="gallery" if gallery else "probe",
                    )
                )
    manifest = Manifest(root=tmp_path, records=tuple(records))
    write_manifest(manifest, tmp_path / "manifest.csv")
    return manifest


def batches(manifest: Manifest, count: int = 3, **changes: object) -> list[FrontalizationBatch]:
    data = Data(
        manifest=str(manifest.root / "manifest.csv"),
        pairing="paired",
        aligned_size=SIZE,
        crop_size=SIZE,
        mirror=False,
        workers=0,
    )
    with closing(
        make_loader(replace(data, **changes), sizes=(SIZE,), batch_size=4, seed=2)  # type: ignore[arg-type]
    ) as loader:
        return list(islice(loader, count))


def seen(manifest: Manifest, **changes: object) -> set[tuple[int, int]]:
    """Grey of input and ground truth over a pass and more."""
    pairs: set[tuple[int, int]] = set()
    for batch in batches(manifest, **changes):
        assert batch.ground_truth is not None
        truth = batch.ground_truth[SIZE]
        pairs |= {(int(a[0, 8, 8]), int(b[0, 8, 8])) for a, b in zip(batch.profile, truth, strict=True)}
    return pairs


def probes(manifest: Manifest) -> list[FaceRecord]:
    return list(manifest.select(role="probe").records)


def test_the_gallery_is_the_picture_under_illumination_07(studio: Manifest) -> None:
    expected = {
        (level(r.subject, r.camera, r.illumination), level(r.subject, "051", "07")) for r in probes(studio)
    }
    assert seen(studio) == expected


def test_todo_11_the_mean_over_lights_is_the_mean_of_their_pictures(studio: Manifest) -> None:
    expected = set()
    for r in probes(studio):
        mean = np.mean([level(r.subject, "051", light) for light in LIGHTS])
        expected.add((level(r.subject, r.camera, r.illumination), round(float(mean))))
    assert seen(studio, ground_truth="mean_lights") == expected


def test_the_same_light_is_that_of_the_input(studio: Manifest) -> None:
    expected = {
        (level(r.subject, r.camera, r.illumination), level(r.subject, "051", r.illumination))
        for r in probes(studio)
    }
    assert seen(studio, ground_truth="same_light") == expected


def test_other_looks_and_expressions_are_no_part_of_the_mean(studio: Manifest) -> None:
    smile = replace(studio.records[0], path="smile.png", expression="02")
    look = replace(studio.records[0], path="look.png", session="02", role="gallery")
    manifest = Manifest(root=studio.root, records=(*studio.records, smile, look))
    pairs = make_pairs(manifest, "paired", truth="mean_lights")
    assert pairs.truths is not None
    for truth in set(pairs.truths.tolist()):
        pictures = [manifest.records[i] for i in pairs.pictures_of(truth)]
        assert len(pictures) == len(LIGHTS)
        assert {r.path for r in pictures}.isdisjoint({"smile.png", "look.png"})


def test_a_light_that_nobody_took_is_named(studio: Manifest) -> None:
    records = tuple(r for r in studio.records if (r.subject, r.camera, r.illumination) != ("2", "051", "13"))
    with pytest.raises(ManifestError, match=r"2_110_13\.png.*illumination '13'.*data\.ground_truth gallery"):
        make_pairs(Manifest(root=studio.root, records=records), "paired", truth="same_light")


def test_brightness_moves_input_and_frontal_each_for_itself(studio: Manifest) -> None:
    plain, lit = (batches(studio, 6, brightness=limit) for limit in (0, 20))
    moves = {"input": [], "frontal": []}  # type: dict[str, list[int]]
    for a, b in zip(plain, lit, strict=True):
        assert a.ground_truth is not None and b.ground_truth is not None
        assert (a.ground_truth[SIZE] == b.ground_truth[SIZE]).all()
        for name, one, other in (
            ("input", a.profile, b.profile),
            ("frontal", a.frontals[16], b.frontals[16]),
        ):
            difference = other.int() - one.int()
            assert (difference.flatten(1).min(1).values == difference.flatten(1).max(1).values).all()
            moves[name] += difference[:, 0, 0, 0].tolist()
    assert moves["input"] != moves["frontal"]
    for values in moves.values():
        assert max(map(abs, values)) <= 20 and min(values) < -5 and max(values) > 5


def test_brightness_ends_at_black_and_white(studio: Manifest) -> None:
    values = {int(v) for batch in batches(studio, 6, brightness=255) for v in batch.profile[:, 0, 0, 0]}
    assert {0, 255} <= values


@pytest.mark.parametrize("limit", [-1, 256])
def test_an_impossible_brightness_is_refused(studio: Manifest, limit: int) -> None:
    with pytest.raises(ConfigError, match=rf"data\.brightness is {limit}, allowed: 0\.\.255"):
        batches(studio, brightness=limit)
