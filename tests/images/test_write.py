"""Written files are whole, and say that they were synthesised."""

import errno
from pathlib import Path
from xml.etree import ElementTree

import numpy as np
import pytest
from PIL import Image

from enface.errors import ImageError
from enface.images import read_image, read_mark, write_image
from enface.images.mark import COMPOSITE, GENERATED, SOURCE_TYPE

IMAGE = np.random.default_rng(0).integers(0, 256, (24, 32, 3), dtype=np.uint8)


@pytest.mark.parametrize("name", ["a.png", "a.jpg", "a.JPEG"])
@pytest.mark.parametrize("source", [None, GENERATED, COMPOSITE])
def test_the_mark_is_read_back(tmp_path: Path, name: str, source: str | None) -> None:
    details = {"model": 'Zoë\'s run <1> & "x"', "input": "写真.jpg"}
    if source:
        details["digital_source_type"] = source
    write_image(tmp_path / name, IMAGE, synthesised=details)
    mark = read_mark(tmp_path / name)
    assert mark is not None
    assert mark["synthesised"] == "true"
    assert (mark["model"], mark["input"]) == (details["model"], details["input"])
    assert mark["digital_source_type"] == SOURCE_TYPE + (source or GENERATED)
    assert mark["software"].startswith("enface ")


@pytest.mark.parametrize("suffix", [".png", ".jpg"])
def test_other_programs_find_the_iptc_term(tmp_path: Path, suffix: str) -> None:
    path = tmp_path / f"a{suffix}"
    write_image(path, IMAGE, synthesised={})
    with Image.open(path) as image:
        packet = ElementTree.fromstring(image.info["xmp"])
    term = packet.find(".//{http://iptc.org/std/Iptc4xmpExt/2008-02-29/}DigitalSourceType")
    assert term is not None
    assert term.text == SOURCE_TYPE + GENERATED


@pytest.mark.parametrize("suffix", [".png", ".jpg"])
def test_the_xmp_packet_alone_is_a_mark(tmp_path: Path, suffix: str) -> None:
    write_image(tmp_path / f"a{suffix}", IMAGE, synthesised={"digital_source_type": COMPOSITE})
    with Image.open(tmp_path / f"a{suffix}") as image:
        xmp = image.info["xmp"]
        Image.fromarray(np.array(image)).save(tmp_path / "b.jpg", xmp=xmp)
    assert read_mark(tmp_path / "b.jpg") == {
        "synthesised": "true",
        "digital_source_type": SOURCE_TYPE + COMPOSITE,
    }


def test_photographs_carry_no_mark(tmp_path: Path) -> None:
    write_image(tmp_path / "a.png", IMAGE)
    write_image(tmp_path / "a.jpg", IMAGE)
    Image.fromarray(IMAGE).save(tmp_path / "b.jpg", comment=b"enface {broken")
    assert [read_mark(tmp_path / name) for name in ("a.png", "a.jpg", "b.jpg")] == [None, None, None]


def test_mark_of_no_image(tmp_path: Path) -> None:
    with pytest.raises(ImageError, match="no such file"):
        read_mark(tmp_path / "a.png")


def test_unknown_source_type_and_endless_marks_are_refused(tmp_path: Path) -> None:
    with pytest.raises(ImageError, match="digitalCapture"):
        write_image(tmp_path / "a.png", IMAGE, synthesised={"digital_source_type": "digitalCapture"})
    with pytest.raises(ImageError, match="bytes"):
        write_image(tmp_path / "a.jpg", IMAGE, synthesised={"model": "x" * 70_000})
    assert list(tmp_path.iterdir()) == []


def test_png_is_lossless_and_jpeg_close(tmp_path: Path) -> None:
    smooth = np.tile(np.linspace(0, 255, 32).astype(np.uint8)[None, :, None], (24, 1, 3))
    write_image(tmp_path / "a.png", IMAGE)
    write_image(tmp_path / "a.jpg", smooth)
    np.testing.assert_array_equal(read_image(tmp_path / "a.png"), IMAGE)
    assert np.abs(read_image(tmp_path / "a.jpg").astype(int) - smooth).max() <= 6


def test_views_and_overwriting(tmp_path: Path) -> None:
    write_image(tmp_path / "a.png", IMAGE)
    write_image(tmp_path / "a.png", IMAGE[::-1, ::2])
    np.testing.assert_array_equal(read_image(tmp_path / "a.png"), IMAGE[::-1, ::2])


@pytest.mark.parametrize(
    "array",
    [IMAGE.astype(np.float32), IMAGE[..., 0], IMAGE[..., :2], IMAGE[:0], np.zeros((4, 4, 4), np.uint8)],
    ids=["float", "grey", "two channels", "no rows", "four channels"],
)
def test_arrays_that_are_no_picture(tmp_path: Path, array: np.ndarray) -> None:
    with pytest.raises(ImageError, match="uint8"):
        write_image(tmp_path / "a.png", array)


@pytest.mark.parametrize("name", ["a.gif", "a", "none/a.png", "file/a.png"])
def test_places_that_cannot_be_written(tmp_path: Path, name: str) -> None:
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(ImageError, match=r"suffix|cannot be written"):
        write_image(tmp_path / name, IMAGE)
    assert [path.name for path in tmp_path.iterdir()] == ["file"]


def test_full_disk_leaves_the_old_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "a.png"
    write_image(path, IMAGE)
    before = path.read_bytes()

    def half(self: Image.Image, target: Path, **_: object) -> None:
        Path(target).write_bytes(b"half")
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(Image.Image, "save", half)
    with pytest.raises(ImageError, match="No space left"):
        write_image(path, IMAGE[::-1])
    assert path.read_bytes() == before
    assert list(tmp_path.iterdir()) == [path]
