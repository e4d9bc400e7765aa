"""Decoded faces land on the template; crops are exact windows of the frame."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from enface.data.faceset import AlignedFaces, aligned_crop, aligned_crops
from enface.data.records import FaceRecord, Manifest
from enface.errors import FaceError, ImageError
from enface.faces.align import alignment_matrix
from enface.faces.templates import get_template

POINTS = np.array([[60.0, 70.0], [95.0, 72.0], [77.0, 88.0], [62.0, 108.0], [91.0, 110.0]])


@pytest.fixture
def ramp(tmp_path: Path) -> Manifest:
    """A picture whose red is the column and whose green is the row, 160 px wide, and its negative."""
    image = np.zeros((160, 160, 3), np.uint8)
    image[..., 0] = np.arange(160)
    image[..., 1] = np.arange(160)[:, None]
    Image.fromarray(image).save(tmp_path / "ramp.png")
    Image.fromarray(255 - image).save(tmp_path / "negative.png")
    return Manifest(
        root=tmp_path,
        records=(
            FaceRecord(path="ramp.png", subject="1", points=POINTS),
            FaceRecord(path="negative.png", subject="1", points=POINTS),
        ),
    )


def shown(ramp: np.ndarray, negative: np.ndarray) -> np.ndarray:
    """Picture coordinates (x, y) that each output pixel shows.

    Resampling rounds both pictures alike, so their difference tells a shift from a rounding error.
    """
    return ((ramp.astype(float) - negative + 255) / 2)[..., :2]


def source_of(matrix: np.ndarray, *, size: int) -> np.ndarray:
    """Picture coordinates (x, y) below each output pixel."""
    y, x = np.mgrid[:size, :size]
    linear = np.linalg.inv(matrix[:, :2])
    return (np.stack([x, y], -1) - matrix[:, 2]) @ linear.T


@pytest.mark.parametrize("size", [62, 125, 250])
def test_the_frame_shows_the_picture_where_the_alignment_says(ramp: Manifest, size: int) -> None:
    faces = AlignedFaces(ramp, aligned_size=size)
    assert faces.image(0).shape == (size, size, 3)
    assert faces.image(0).dtype == np.uint8
    expected = source_of(alignment_matrix(POINTS, size=size).matrix, size=size)
    # Two samples from the picture's edge, where nothing has to be made up.
    inside = ((expected > 5) & (expected < 154)).all(axis=-1)
    error = (shown(faces.image(0), faces.image(1)) - expected)[inside]
    assert np.abs(error).max() < 1.5
    assert np.abs(error.mean(axis=0)).max() < 0.05


@pytest.mark.parametrize(("aligned", "crop"), [(250, 224), (125, 112)])
def test_the_centre_crop_is_exact_for_odd_margins_too(ramp: Manifest, aligned: int, crop: int) -> None:
    faces = AlignedFaces(ramp, aligned_size=aligned)
    matrix = alignment_matrix(POINTS, size=aligned).matrix
    matrix = np.column_stack([matrix[:, :2], matrix[:, 2] - (aligned - crop) / 2])
    expected = source_of(matrix, size=crop)
    inside = ((expected > 5) & (expected < 154)).all(axis=-1)
    error = (shown(faces.centre(0, size=crop), faces.centre(1, size=crop)) - expected)[inside]
    # A window that starts half a pixel off would be 0.26 (224) or 0.52 (112) of the picture's pixels off.
    assert np.abs(error.mean(axis=0)).max() < 0.05


def test_the_even_centre_crop_is_the_middle_of_the_frame(ramp: Manifest) -> None:
    faces = AlignedFaces(ramp, aligned_size=250)
    difference = faces.centre(0, size=224).astype(int) - faces.image(0)[13:237, 13:237]
    assert np.abs(difference).max() <= 1


@pytest.mark.parametrize("size", [112, 128, 224])
def test_aligned_crop_puts_the_face_on_the_template(ramp: Manifest, size: int) -> None:
    coordinates = shown(*(aligned_crop(ramp, record, size) for record in ramp.records))
    template = get_template("enface-250-v1").crop_points(size)
    # The template's eye and mouth lines, at its middle, show the middles of the picture's eyes and mouth.
    for line, points in ((template[:2], POINTS[:2]), (template[3:], POINTS[3:])):
        x, y = np.rint(line.mean(axis=0)).astype(int)
        assert np.abs(coordinates[y, x] - points.mean(axis=0)).max() < 1.5


def test_aligned_crops_stack_and_match_the_loader_path(ramp: Manifest) -> None:
    crops = aligned_crops(ramp, [ramp.records[0]] * 2, 112)
    assert crops.shape == (2, 112, 112, 3)
    assert np.array_equal(crops[0], AlignedFaces(ramp, aligned_size=125).centre(0, size=112))
    assert aligned_crops(ramp, [], 112).shape == (0, 112, 112, 3)


def test_known_yaw_does_not_move_the_crop(ramp: Manifest) -> None:
    turned = replace(ramp.records[0], yaw=40.0)
    assert np.array_equal(aligned_crop(ramp, turned, 64), aligned_crop(ramp, ramp.records[0], 64))


def test_a_picture_without_landmarks_is_the_frame(tmp_path: Path) -> None:
    image = np.random.default_rng(0).integers(0, 256, (250, 250, 3), dtype=np.uint8)
    Image.fromarray(image).save(tmp_path / "a.png")
    manifest = Manifest(root=tmp_path, records=(FaceRecord(path="a.png", subject="1"),))
    faces = AlignedFaces(manifest, aligned_size=250)
    assert np.array_equal(faces.image(0), image)
    assert np.array_equal(aligned_crop(manifest, manifest.records[0], 224), image[13:237, 13:237])


def test_the_cache_returns_the_same_pixels_without_the_file(ramp: Manifest) -> None:
    plain = AlignedFaces(ramp, aligned_size=125).image(0)
    cached = AlignedFaces(ramp, aligned_size=125, cache=True)
    first = cached.image(0)
    (ramp.root / "ramp.png").unlink()
    assert np.array_equal(first, plain)
    assert np.array_equal(cached.image(0), plain)
    with pytest.raises(ValueError, match="read-only"):
        cached.image(0)[0, 0] = 0


def test_bad_pictures_and_landmarks_are_named(tmp_path: Path) -> None:
    Image.new("RGB", (8, 6)).save(tmp_path / "wide.png")
    Image.new("RGB", (50, 50)).save(tmp_path / "point.png")
    (tmp_path / "empty.jpg").write_bytes(b"")
    manifest = Manifest(
        root=tmp_path,
        records=(
            FaceRecord(path="missing.jpg", subject="1"),
            FaceRecord(path="empty.jpg", subject="1"),
            FaceRecord(path="wide.png", subject="1"),
            FaceRecord(path="point.png", subject="1", points=np.full((5, 2), 20.0)),
        ),
    )
    faces = AlignedFaces(manifest, aligned_size=50)
    for index, (error, name) in enumerate(
        [
            (ImageError, "missing.jpg"),
            (ImageError, "empty.jpg"),
            (ImageError, r"wide\.png: is 8 x 6 px"),
            (FaceError, r"point\.png: "),
        ]
    ):
        with pytest.raises(error, match=name):
            faces.image(index)
