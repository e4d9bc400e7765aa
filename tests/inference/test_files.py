"""Batches: what is written, what fails, and what a second run does."""

import csv
import os
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from safetensors.torch import load_file, save_file

from enface.data.embedded import embedded_manifest
from enface.data.faceset import aligned_crop
from enface.errors import ConfigError, ImageError
from enface.faces.detectors.protocol import Detection
from enface.images import read_image, read_mark, write_image
from enface.images.mark import COMPOSITE, GENERATED
from enface.inference import BatchResult, Frontalizer, frontalize_files
from enface.inference.report import REPORT, Row
from enface.inference.table import columns_of, write_table

from .conftest import MakePhoto, RuleDetector, assert_mixed, disk_is_full, fill_disk, read_report


@pytest.fixture
def out(tmp_path: Path) -> Path:
    return tmp_path / "out"


def seen(frontalizer: Frontalizer) -> list[str]:
    assert isinstance(frontalizer.detector, RuleDetector)
    return [path.name for path in frontalizer.detector.seen if path is not None]


def run(frontalizer: Frontalizer, out: Path, *inputs: Path, **options: object) -> BatchResult[Row]:
    return frontalize_files(inputs, frontalizer=frontalizer, output=out, **options)  # type: ignore[arg-type]


def test_outputs_marks_and_report(frontalizer: Frontalizer, out: Path, make_photo: MakePhoto) -> None:
    photo = make_photo("a.jpg", faces=2)
    result = run(frontalizer, out, photo, paste=True)
    assert (result.failed, result.skipped, len(result.rows)) == (0, 0, 1)
    assert sorted(path.name for path in out.iterdir()) == [
        "a-1-aligned.png",
        "a-1-frontal.png",
        "a-pasted.jpg",
        "report.csv",
    ]
    face = frontalizer(read_image(photo))
    np.testing.assert_array_equal(read_image(out / "a-1-aligned.png"), face.input)
    np.testing.assert_array_equal(read_image(out / "a-1-frontal.png"), face.frontal)
    assert read_image(out / "a-pasted.jpg").shape == read_image(photo).shape

    assert read_mark(out / "a-1-aligned.png") is None  # a part of the photograph
    frontal, pasted = read_mark(out / "a-1-frontal.png"), read_mark(out / "a-pasted.jpg")
    assert frontal is not None and pasted is not None
    assert frontal["digital_source_type"].endswith("/" + GENERATED)
    assert pasted["digital_source_type"].endswith("/" + COMPOSITE)
    assert frontal["input"] == pasted["input"] == "a.jpg"

    with result.report.open(newline="") as stream:
        (row,) = csv.DictReader(stream)
    assert tuple(row) == columns_of(Row)
    assert (row["input"], row["face"], row["status"], row["error"]) == (str(photo), "1", "ok", "")
    assert (row["frontal"], row["pasted"], row["score"]) == ("a-1-frontal.png", "a-pasted.jpg", "0.900")
    assert float(row["box_width"]) == pytest.approx(face.detection.box.width, abs=0.06)


def test_quality_and_detector_of_every_face(
    frontalizer: Frontalizer, out: Path, make_photo: MakePhoto, tmp_path: Path
) -> None:
    """Noise is no face; a rendered person in the same batch is one; failures have neither."""
    test = embedded_manifest().select(split="test", role="gallery")
    write_image(tmp_path / "person.png", aligned_crop(embedded_manifest(), test.records[0], 224))
    photo, nobody = make_photo("a.png", faces=2), make_photo("nobody.png", faces=0)
    result = run(
        frontalizer, out, photo, nobody, tmp_path / "person.png", all_faces=True, detector_name="rule"
    )
    first, second, failed, person = result.rows
    for row in (first, second):
        assert row.detector == "rule"
        assert 0 <= float(row.quality) < 0.3 and float(row.quality_face) < 0.3
    assert float(person.quality) > 0.6 and float(person.quality_visible) > 0.7
    assert float(person.quality_yaw) < 15 and 0 < float(person.quality_sharpness) < 1
    assert 0 < float(person.quality_uncertainty) < 20 and float(person.quality_pitch) < 30
    assert failed.status == "failed" and failed.quality == failed.detector == ""


def test_all_faces(frontalizer: Frontalizer, out: Path, make_photo: MakePhoto) -> None:
    photo = make_photo("a.png", faces=3)
    result = run(frontalizer, out, photo, all_faces=True, paste=True)
    assert [row.face for row in result.rows] == [1, 2, 3]
    assert {row.pasted for row in result.rows} == {"a-pasted.png"}
    changed = (read_image(out / "a-pasted.png") != read_image(photo)).any(axis=2)
    side = photo_side = changed.shape[0]
    assert all(changed[:, k * photo_side : k * photo_side + side].mean() > 0.3 for k in range(3))


@pytest.mark.parametrize("batch_size", [1, 3, 100])
def test_batches_across_pictures_keep_faces_with_their_pictures(
    frontalizer: Frontalizer, out: Path, make_photo: MakePhoto, batch_size: int
) -> None:
    photos = [make_photo(f"{'x' * k}.png", faces=k) for k in (1, 2, 3, 4)]
    result = run(frontalizer, out, *photos, all_faces=True, batch_size=batch_size)
    assert len(result.rows) == 10
    for photo in photos:
        for number, face in enumerate(frontalizer.all_faces(read_image(photo)), start=1):
            written = read_image(out / f"{photo.stem}-{number}-frontal.png")
            assert np.abs(written.astype(int) - face.frontal).max() <= 1


def test_bad_files_never_end_the_batch(
    frontalizer: Frontalizer, out: Path, mixed_files: tuple[Path, ...]
) -> None:
    assert_mixed(run(frontalizer, out, *mixed_files))
    assert (out / "last-1-frontal.png").exists()
    assert len(read_report(out / REPORT)) == 8


def test_every_kind_of_picture(frontalizer: Frontalizer, out: Path, tmp_path: Path) -> None:
    folder = tmp_path / "photos"
    folder.mkdir()
    noise = np.random.default_rng(0).integers(1, 256, (40, 40, 4), dtype=np.uint8)
    exif = Image.Exif()
    exif[0x0112] = 6
    Image.fromarray(noise[..., 0]).save(folder / "grey.png")
    Image.fromarray(noise).save(folder / "alpha.png")
    Image.fromarray(noise, mode="CMYK").save(folder / "cmyk.jpg")
    Image.fromarray(noise[..., 0].astype(np.uint16) * 257).save(folder / "sixteen.png")
    Image.fromarray(noise[:20, :, :3]).save(folder / "turned.jpg", exif=exif)
    Image.fromarray(noise[:1, :1, :3]).save(folder / "pixel.png")
    Image.new("RGB", (30_000, 30), "white").save(folder / "wide.png")
    result = run(frontalizer, out, folder, paste=True)
    assert [row.error for row in result.rows] == [""] * 7
    assert read_image(out / "turned-pasted.jpg").shape == (40, 20, 3)
    assert read_image(out / "wide-pasted.png").shape == (30, 30_000, 3)


def test_a_detector_that_breaks_on_one_file(
    out: Path, frontalizer: Frontalizer, make_photo: MakePhoto
) -> None:
    class Fragile(RuleDetector):
        def detect(self, image: np.ndarray, *, path: Path | None = None) -> list[Detection]:
            if path is not None and path.name == "b.png":
                raise RuntimeError("shapes do not match")
            return super().detect(image, path=path)

    photos = [make_photo(name) for name in ("a.png", "b.png", "c.png")]
    result = run(Frontalizer(frontalizer.model, detector=Fragile()), out, *photos)
    assert [row.status for row in result.rows] == ["ok", "failed", "ok"]
    assert result.rows[1].error == "unexpected RuntimeError: shapes do not match"


def test_one_face_that_cannot_be_aligned_spares_the_others(
    out: Path, frontalizer: Frontalizer, make_photo: MakePhoto
) -> None:
    class OneOff(RuleDetector):
        def detect(self, image: np.ndarray, *, path: Path | None = None) -> list[Detection]:
            first, second = super().detect(image, path=path)
            return [replace(first, points=np.zeros((5, 2))), second]

    result = run(
        Frontalizer(frontalizer.model, detector=OneOff()), out, make_photo("a.png", faces=2), all_faces=True
    )
    assert sorted((row.face, row.status) for row in result.rows) == [(1, "failed"), (2, "ok")]
    assert (out / "a-2-frontal.png").exists()


def test_a_second_run_skips_what_is_finished(
    frontalizer: Frontalizer, out: Path, make_photo: MakePhoto, tmp_path: Path
) -> None:
    first, second = make_photo("a.png"), make_photo("b.png")
    run(frontalizer, out, first)
    before = (out / "a-1-frontal.png").stat().st_mtime_ns
    result = run(frontalizer, out, first, second)
    assert result.skipped == 1 and result.failed == 0
    assert seen(frontalizer) == ["a.png", "b.png"]
    assert (out / "a-1-frontal.png").stat().st_mtime_ns == before
    assert len(result.rows) == 2


def test_the_report_keeps_rows_of_other_runs(
    frontalizer: Frontalizer, out: Path, make_photo: MakePhoto
) -> None:
    run(frontalizer, out, make_photo("x/a.png"))
    result = run(frontalizer, out, make_photo("y/a.png"))
    assert [row.name for row in result.rows] == ["a_png"]
    assert len(read_report(out / REPORT)) == 2
    assert {"a-1-frontal.png", "a_png-1-frontal.png"} <= {path.name for path in out.iterdir()}


@pytest.mark.parametrize(
    "change", ["all_faces", "paste", "detector", "lost output", "newer input", "older input", "overwrite"]
)
def test_what_makes_a_picture_unfinished(
    frontalizer: Frontalizer, out: Path, make_photo: MakePhoto, change: str
) -> None:
    photo = make_photo("a.png", faces=2)
    run(frontalizer, out, photo)
    options: dict[str, object] = {}
    if change == "lost output":
        (out / "a-1-aligned.png").unlink()
    elif change.endswith(" input"):
        # As if another photograph had taken its place.
        date = photo.stat().st_mtime + (10 if change == "newer input" else -10)
        os.utime(photo, (date, date))
    elif change == "detector":
        options["detector_settings"] = "another"
    else:
        options[change] = True
    assert run(frontalizer, out, photo, **options).skipped == 0
    assert seen(frontalizer) == ["a.png", "a.png"]


def test_a_photograph_dated_in_the_future_can_be_finished(
    frontalizer: Frontalizer, out: Path, make_photo: MakePhoto
) -> None:
    photo = make_photo("a.png")
    os.utime(photo, (4e9, 4e9))
    run(frontalizer, out, photo)
    assert run(frontalizer, out, photo).skipped == 1


def test_a_photograph_that_changes_while_it_is_worked_on_is_done_again(
    frontalizer: Frontalizer, out: Path, make_photo: MakePhoto
) -> None:
    class Changing(RuleDetector):
        def detect(self, image: np.ndarray, *, path: Path | None = None) -> list[Detection]:
            assert path is not None
            os.utime(path, (1e9, 1e9))
            return super().detect(image, path=path)

    photo = make_photo("a.png")
    run(Frontalizer(frontalizer.model, detector=Changing()), out, photo)
    assert run(frontalizer, out, photo).skipped == 0


def test_one_run_at_a_time(frontalizer: Frontalizer, out: Path, make_photo: MakePhoto) -> None:
    class Nested(RuleDetector):
        def detect(self, image: np.ndarray, *, path: Path | None = None) -> list[Detection]:
            with pytest.raises(ConfigError, match=r"another run writes into .*; choose another --output"):
                run(frontalizer, out, second)
            return super().detect(image, path=path)

    first, second = make_photo("x/a.png"), make_photo("y/a.png")
    assert run(Frontalizer(frontalizer.model, detector=Nested()), out, first).failed == 0
    assert run(frontalizer, out, second).failed == 0
    assert [path.name for path in out.iterdir() if path.name.startswith(".")] == []
    assert len(read_report(out / REPORT)) == 2


def test_another_model_does_everything_again(
    frontalizer: Frontalizer, out: Path, make_photo: MakePhoto, model_folder: Path, tmp_path: Path
) -> None:
    photo = make_photo("a.png")
    run(frontalizer, out, photo)
    other = tmp_path / "other"
    other.mkdir()
    for name in ("config.json", "README.md"):
        (other / name).write_bytes((model_folder / name).read_bytes())
    weights = load_file(model_folder / "model.safetensors")
    save_file({key: value * 1.01 for key, value in weights.items()}, other / "model.safetensors")
    result = run(Frontalizer.load(other, detector=RuleDetector()), out, photo)
    assert result.skipped == 0


def test_failures_are_tried_again(frontalizer: Frontalizer, out: Path, make_photo: MakePhoto) -> None:
    photo = make_photo("a.png", faces=0)
    assert run(frontalizer, out, photo).failed == 1
    make_photo("a.png")
    result = run(frontalizer, out, photo)
    assert (result.failed, result.skipped, len(result.rows)) == (0, 0, 1)


def test_an_interrupted_run_keeps_its_report_and_goes_on(
    out: Path, frontalizer: Frontalizer, make_photo: MakePhoto
) -> None:
    class Impatient(RuleDetector):
        def detect(self, image: np.ndarray, *, path: Path | None = None) -> list[Detection]:
            if path is not None and path.name == "c.png":
                raise KeyboardInterrupt
            return super().detect(image, path=path)

    photos = [make_photo(f"{name}.png") for name in "abcd"]
    with pytest.raises(KeyboardInterrupt):
        run(Frontalizer(frontalizer.model, detector=Impatient()), out, *photos, batch_size=1)
    assert len(read_report(out / REPORT)) == 2
    result = run(frontalizer, out, *photos)
    assert (result.skipped, len(result.rows)) == (2, 4)


def test_full_disk_fails_the_picture_and_leaves_no_half_file(
    frontalizer: Frontalizer, out: Path, make_photo: MakePhoto, monkeypatch: pytest.MonkeyPatch
) -> None:
    side = frontalizer.model.crop_side(0.0)
    photos = [make_photo("a.png"), make_photo("b.png")]
    fill_disk(monkeypatch, when=lambda image: image.width == side and len(list(out.glob("*.png"))) == 2)
    result = run(frontalizer, out, *photos)
    assert [row.status for row in result.rows] == ["ok", "failed"]
    assert "No space left" in result.rows[1].error
    for path in out.glob("*.png"):
        read_image(path)
    assert sorted(path.name for path in out.iterdir()) == ["a-1-aligned.png", "a-1-frontal.png", REPORT]


def test_a_report_that_cannot_be_written(
    frontalizer: Frontalizer, out: Path, make_photo: MakePhoto, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("enface.inference.ledger.write_table", disk_is_full)
    with pytest.raises(ImageError, match=r"report\.csv: cannot be written \(No space left"):
        run(frontalizer, out, make_photo("a.png"))


@pytest.mark.parametrize("place", ["file", "file/below"])
def test_outputs_that_cannot_be_folders(
    frontalizer: Frontalizer, tmp_path: Path, make_photo: MakePhoto, place: str
) -> None:
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(ConfigError, match="cannot be used as a folder"):
        run(frontalizer, tmp_path / place, make_photo("a.png"))
    assert (tmp_path / "file").read_text() == "in the way"


def test_a_path_that_cannot_be_looked_at_spares_the_others(
    frontalizer: Frontalizer, out: Path, make_photo: MakePhoto
) -> None:
    result = run(frontalizer, out, Path("x" * 300 + ".jpg"), make_photo("a.png"))
    assert [row.status for row in result.rows] == ["failed", "ok"]
    assert "File name too long" in result.rows[0].error


def test_the_folder_of_the_photographs_is_no_output(frontalizer: Frontalizer, make_photo: MakePhoto) -> None:
    folder = make_photo("a.png").parent
    with pytest.raises(ConfigError, match="give a folder of its own"):
        run(frontalizer, folder, folder)
    assert [path.name for path in folder.iterdir()] == ["a.png"]
    for skipped in (0, 1):
        result = run(frontalizer, folder / "frontal", folder)
        assert (result.skipped, len(result.rows)) == (skipped, 1)


def test_no_inputs(frontalizer: Frontalizer, out: Path) -> None:
    with pytest.raises(ConfigError, match="no inputs"):
        run(frontalizer, out)


OLDER = ",".join(name for name in columns_of(Row) if name != "modified") + "\n"


@pytest.mark.parametrize(
    "content", ["something,else\n1,2\n", "", ",".join(columns_of(Row)) + "\na.png,x\n", OLDER]
)
def test_a_foreign_report_is_not_overwritten(
    frontalizer: Frontalizer, out: Path, make_photo: MakePhoto, content: str
) -> None:
    out.mkdir()
    (out / REPORT).write_text(content)
    with pytest.raises(ConfigError, match="not a report"):
        run(frontalizer, out, make_photo("a.png"))
    assert (out / REPORT).read_text() == content


def test_report_survives_difficult_paths(frontalizer: Frontalizer, out: Path, make_photo: MakePhoto) -> None:
    photos = [make_photo(name) for name in ('com,ma\n"quote".png', "写真.png", "bad\udcff.png")]
    result = run(frontalizer, out, *photos)
    assert result.failed == 0
    rows = read_report(out / REPORT)
    assert list(rows) == [str(photo) for photo in photos]
    write_table(out / REPORT, (row for group in rows.values() for row in group), kind=Row)
    assert read_report(out / REPORT) == rows
    assert run(frontalizer, out, *photos).skipped == 3
