"""The face mask: high where frontal faces are alike, low where they differ."""

from pathlib import Path

import numpy as np
import pytest
import torch

from enface.cli.main import main
from enface.data.manifest import write_manifest
from enface.data.records import FaceRecord, Manifest
from enface.errors import ManifestError
from enface.images import read_image, write_image
from enface.preparation.face_mask import heat_picture, mask_picture, measure_variation
from enface.training.masks import read_masks

SIDE = 32
FACE = slice(8, 24)
"""Rows and columns that every picture shares."""


def faces(count: int, *, seed: int = 3) -> list[np.ndarray]:
    """One face before as many backgrounds of noise."""
    generator = np.random.default_rng(seed)
    face = np.linspace(60, 200, 16 * 16 * 3).reshape(16, 16, 3)
    pictures = generator.integers(0, 256, (count, SIDE, SIDE, 3))
    pictures[:, FACE, FACE] = face + generator.integers(-2, 3, (count, 16, 16, 3))
    return list(pictures.astype(np.uint8))


def folder(root: Path, pictures: list[np.ndarray], **fields: str) -> Path:
    """A set of aligned galleries of train."""
    root.mkdir()
    records = []
    for number, picture in enumerate(pictures):
        write_image(root / f"{number}.png", picture)
        records.append(
            FaceRecord(path=f"{number}.png", subject=str(number), **{"role": "gallery", **fields})  # type: ignore[arg-type]
        )
    write_manifest(Manifest(root=root, records=tuple(records)), root / "manifest.csv")
    return root


def test_deviation_is_that_of_all_pictures_at_once() -> None:
    pictures = faces(7)
    variation = measure_variation(iter(pictures))
    expected = np.sqrt(np.stack(pictures).astype(float).var(axis=0).mean(axis=2))
    np.testing.assert_allclose(variation.deviation, expected, atol=1e-9)
    np.testing.assert_array_equal(variation.mean, np.round(np.stack(pictures).mean(axis=0)))
    assert variation.count == 7
    again = measure_variation(reversed(pictures))
    np.testing.assert_array_equal(again.mask, variation.mask)


def test_where_faces_are_alike_pixels_count_and_the_background_does_not() -> None:
    mask = measure_variation(faces(40)).mask
    assert mask.min() == 0 and mask.max() == 1
    assert mask[FACE, FACE].min() > 0.9
    background = np.ones((SIDE, SIDE), dtype=bool)
    background[FACE, FACE] = False
    assert mask[background].max() < 0.4
    assert mask[background].mean() < 0.2


def test_the_heat_picture_is_bright_where_faces_differ() -> None:
    variation = measure_variation(faces(20))
    heat = heat_picture(variation)
    tiles = heat[-SIDE:].reshape(SIDE, -1, 3)
    middle = tiles[:, SIDE + 4 : 2 * SIDE + 4].astype(int).sum(axis=2)
    assert middle[0, 0] > middle[16, 16]
    assert heat.shape[1] == 3 * SIDE + 2 * 4


@pytest.mark.parametrize("copies", [1, 3])
def test_pictures_that_differ_nowhere_make_no_mask(copies: int) -> None:
    with pytest.raises(ManifestError, match=r"differ by 0\.00 grey levels.*several people"):
        mask_picture(measure_variation(faces(1) * copies))


def test_nothing_makes_no_mask() -> None:
    with pytest.raises(ManifestError, match="no frontal picture"):
        measure_variation(iter(()))


def test_the_command_writes_what_the_pixel_term_reads(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    data = folder(tmp_path / "set", [np.kron(face, np.ones((8, 8, 1), np.uint8)) for face in faces(12)])
    output = tmp_path / "mask.png"
    assert main(["face-mask", "--data", str(data), "--output", str(output), "--size", "112", "--quiet"]) == 0
    printed = capsys.readouterr().out.splitlines()
    assert printed[0].startswith("12 frontal faces")
    assert printed[1:] == [str(tmp_path / "mask-heat.png"), str(output)]
    picture = read_image(output)
    assert picture.shape == (112, 112, 3)
    assert (picture == picture[:, :, :1]).all()
    weights = read_masks(output, sizes=(28, 112), device=torch.device("cpu"))
    # The template's centre crop is the middle 224/250 of the frame: the face is wider in it.
    assert weights[112][50:62, 50:62].mean() > 0.9 > 0.5 > weights[112][:8].mean()
    assert weights[28].shape == (28, 28)
    assert read_image(tmp_path / "mask-heat.png").shape[1] > 3 * 112


def test_only_train_galleries_count(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    data = folder(tmp_path / "set", faces(4), role="probe")
    output = str(tmp_path / "mask.png")
    assert main(["face-mask", "--data", str(data), "--output", output]) == 1
    error = capsys.readouterr().err
    assert str(data) in error and "gallery" in error and "--frontal-yaw" in error
    assert not (tmp_path / "mask.png").exists()


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("--size", "8"), "--size is 8; allowed: 16 to 1024"),
        (("--output", "mask.jpg"), "mask.jpg must end in .png"),
        (("--data", "nowhere"), "nowhere"),
    ],
)
def test_unusable_arguments(
    arguments: tuple[str, ...], words: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    given = ["face-mask", "--output", str(tmp_path / "mask.png"), *arguments]
    assert main(given) in (1, 2)
    assert words in capsys.readouterr().err
    assert not (tmp_path / "mask.png").exists()
