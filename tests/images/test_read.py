"""Every kind of file becomes upright RGB or an ImageError that says why."""

import io
import struct
import zlib
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from enface.errors import ImageError
from enface.images import MAX_PIXELS, read_image


@pytest.fixture
def gradient() -> np.ndarray:
    """A picture without symmetry: red grows to the right, green downwards."""
    y, x = np.mgrid[0:20, 0:30]
    return np.stack([x * 8, y * 12, np.full_like(x, 77)], axis=-1).astype(np.uint8)


def save(path: Path, image: Image.Image, **options: object) -> Path:
    image.save(path, **options)  # type: ignore[arg-type]
    return path


def test_png_is_read_exactly_and_is_writable(tmp_path: Path, gradient: np.ndarray) -> None:
    image = read_image(save(tmp_path / "a.png", Image.fromarray(gradient)))
    np.testing.assert_array_equal(image, gradient)
    assert image.dtype == np.uint8
    image[0, 0] = 0


@pytest.mark.parametrize("mode", ["1", "L", "P", "LA", "PA", "RGBA", "CMYK", "YCbCr"])
def test_modes_become_rgb(tmp_path: Path, mode: str) -> None:
    suffix = {"CMYK": ".jpg", "YCbCr": ".jpg", "PA": ".tif"}.get(mode, ".png")
    path = tmp_path / f"a{suffix}"
    try:
        save(path, Image.new("RGB", (8, 6), (255, 255, 255)).convert(mode))
    except OSError:
        pytest.skip(f"this Pillow cannot write {mode}")
    image = read_image(path)
    assert image.shape == (6, 8, 3)
    assert image.min() >= 250


def test_cmyk_jpeg_keeps_its_colour(tmp_path: Path) -> None:
    path = save(tmp_path / "a.jpg", Image.new("RGB", (32, 32), (200, 40, 40)).convert("CMYK"), quality=95)
    red, green, blue = read_image(path)[16, 16].tolist()
    assert red > 180 and green < 70 and blue < 70


def test_transparency_is_laid_over_white(tmp_path: Path) -> None:
    pixels = np.zeros((1, 3, 4), dtype=np.uint8)
    pixels[0, :, 3] = (0, 128, 255)  # transparent, half, opaque black
    image = read_image(save(tmp_path / "a.png", Image.fromarray(pixels)))
    assert image[0, :, 0].tolist() == [255, 127, 0]


def test_transparent_palette_entry_is_white(tmp_path: Path) -> None:
    picture = Image.new("P", (2, 1))
    picture.putpalette([10, 20, 30, 40, 50, 60])
    picture.putdata([0, 1])
    image = read_image(save(tmp_path / "a.png", picture, transparency=0))
    assert image[0].tolist() == [[255, 255, 255], [40, 50, 60]]


def test_sixteen_bit_grey_is_rounded_not_clipped(tmp_path: Path) -> None:
    values = np.array([[0, 257, 32768, 65535, 128, 129]], dtype=np.uint16)
    expected = [0, 1, 128, 255, 0, 1]
    for suffix in (".png", ".tif", ".pgm"):
        image = read_image(save(tmp_path / f"a{suffix}", Image.fromarray(values)))
        assert image[0, :, 0].tolist() == expected, suffix
        assert (image[..., 0] == image[..., 2]).all()


def test_samples_without_a_known_range_are_refused(tmp_path: Path) -> None:
    for name, values in (("f.tif", np.float32([[0.5]])), ("i.tif", np.int32([[70_000]]))):
        with pytest.raises(ImageError, match="8 or 16 bits"):
            read_image(save(tmp_path / name, Image.fromarray(values)))


@pytest.mark.parametrize(
    ("orientation", "undo"),
    [
        (1, lambda a: a),
        (2, lambda a: a[:, ::-1]),
        (3, lambda a: a[::-1, ::-1]),
        (4, lambda a: a[::-1]),
        (5, lambda a: a.transpose(1, 0, 2)),
        (6, lambda a: np.rot90(a, 1)),
        (7, lambda a: np.rot90(a, 2).transpose(1, 0, 2)),
        (8, lambda a: np.rot90(a, -1)),
    ],
)
def test_exif_orientation_is_applied(tmp_path, gradient, orientation, undo) -> None:  # type: ignore[no-untyped-def]
    exif = Image.Exif()
    exif[0x0112] = orientation
    path = save(tmp_path / "a.png", Image.fromarray(np.ascontiguousarray(undo(gradient))), exif=exif)
    np.testing.assert_array_equal(read_image(path), gradient)


def test_unreadable_exif_does_not_stop_the_pixels(tmp_path: Path, gradient: np.ndarray) -> None:
    path = save(tmp_path / "a.png", Image.fromarray(gradient), exif=b"Exif\x00\x00MM\x00*garbage")
    np.testing.assert_array_equal(read_image(path), gradient)


def test_one_pixel_and_very_wide(tmp_path: Path) -> None:
    assert read_image(save(tmp_path / "one.png", Image.new("RGB", (1, 1), (9, 8, 7)))).tolist() == [
        [[9, 8, 7]]
    ]
    assert read_image(save(tmp_path / "wide.png", Image.new("L", (30_000, 2)))).shape == (2, 30_000, 3)


@pytest.mark.slow
def test_between_pillows_warning_and_the_limit_is_read_silently(tmp_path: Path) -> None:
    assert Image.MAX_IMAGE_PIXELS is not None
    path = save(tmp_path / "big.png", Image.new("1", (30_000, Image.MAX_IMAGE_PIXELS // 30_000 + 1)))
    assert read_image(path).shape[1] == 30_000


def bomb(width: int, height: int) -> bytes:
    """A PNG of a few bytes that claims a size."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    body = chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(b"")) + chunk(b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + body


@pytest.mark.parametrize("size", [(30_000, MAX_PIXELS // 30_000 + 1), (2**30, 2**30)])
def test_more_than_the_limit_is_refused_before_decoding(tmp_path: Path, size: tuple[int, int]) -> None:
    path = tmp_path / "bomb.png"
    path.write_bytes(bomb(*size))
    with pytest.raises(ImageError, match=f"{MAX_PIXELS:,}"):
        read_image(path)


@pytest.fixture
def jpeg(gradient: np.ndarray) -> bytes:
    stream = io.BytesIO()
    Image.fromarray(np.kron(gradient, np.ones((8, 8, 1), np.uint8))).save(stream, "JPEG")
    return stream.getvalue()


@pytest.mark.parametrize("share", [0.02, 0.3, 0.6, 0.95])
@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "TIFF", "GIF", "BMP"])
def test_truncated_files_are_refused(tmp_path: Path, gradient: np.ndarray, kind: str, share: float) -> None:
    stream = io.BytesIO()
    noise = np.random.default_rng(0).integers(0, 256, (64, 64, 3), dtype=np.uint8)
    Image.fromarray(noise).save(stream, kind)
    path = tmp_path / f"cut.{kind.lower()}"
    path.write_bytes(stream.getvalue()[: int(len(stream.getvalue()) * share)])
    if kind == "GIF" and share > 0.5:
        return  # Pillow decodes the complete part of a GIF, which its palette and LZW rows allow
    with pytest.raises(ImageError, match=r"cut\.\w+: "):
        read_image(path)


def test_random_damage_never_escapes_as_another_error(tmp_path: Path, jpeg: bytes) -> None:
    path = tmp_path / "damaged.jpg"
    random = np.random.default_rng(1)
    png = bomb(4, 4)
    for original in (jpeg, png):
        for _ in range(100):
            data = bytearray(original)
            for position in random.integers(0, len(data), 8):
                data[position] = random.integers(0, 256)
            path.write_bytes(data)
            try:
                image = read_image(path)
            except ImageError:
                continue
            assert image.dtype == np.uint8 and image.shape[2] == 3


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "empty"),
        (b"plain text, no picture", "not an image"),
        (b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 9 9\n", "not an image"),
        (b"\xff\xd8\xff\xe0", "cannot|not an image"),
    ],
)
def test_unusable_content(tmp_path: Path, content: bytes, message: str) -> None:
    path = tmp_path / "a.jpg"
    path.write_bytes(content)
    with pytest.raises(ImageError, match=message):
        read_image(path)


def test_missing_folder_and_unreadable(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(ImageError, match="no such file"):
        read_image(tmp_path / "none.png")
    with pytest.raises(ImageError, match="is a folder"):
        read_image(tmp_path)
    path = save(tmp_path / "a.png", Image.new("L", (2, 2)))

    def refuse(*_: object, **__: object) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Image, "open", refuse)
    with pytest.raises(ImageError, match="Permission denied"):
        read_image(path)
    with pytest.raises(ImageError, match=r"cannot be read|no such file"):
        read_image(path / "below-a-file.png")
