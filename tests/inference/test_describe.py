"""`enface faces`: what is written of the faces of photographs, what fails, and what a second run does."""

import csv
import json
import os
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from numpy import ndarray
from PIL import Image

from enface.data.embedded import embedded_manifest
from enface.errors import ConfigError, FaceError, ImageError
from enface.faces.detectors.protocol import Detection
from enface.faces.landmarks import LANDMARKS
from enface.images import read_image, read_mark, write_image
from enface.inference import FaceObserver, Frontalizer, describe_files, frontalize_files
from enface.inference.face_rows import FACES, FaceRow
from enface.inference.landmark_file import LANDMARK_FILE, read_landmarks
from enface.inference.ledger import BatchResult
from enface.inference.table import columns_of, read_table
from enface.models.landmark_detector import MarkedFace, MarkingDetector, load_marking_detector
from enface.models.landmarker import Landmarker
from enface.models.quality import QualityMeter

from .conftest import MakePhoto, RuleDetector, assert_mixed, disk_is_full, fill_disk


class RuleObserver:
    """The landmark network's marks for every face of the rule detector, which counts what it saw."""

    def __init__(self, landmarker: Landmarker) -> None:
        self.rule = RuleDetector()
        self.landmarker = landmarker

    def look(self, image: ndarray, *, path: Path | None = None) -> list[MarkedFace]:
        found = self.rule.detect(image, path=path)
        return [MarkedFace(face, self.landmarker.landmarks(image, face.box)) for face in found]

    @property
    def seen(self) -> list[str]:
        return [path.name for path in self.rule.seen if path is not None]


@pytest.fixture(scope="module")
def meter() -> QualityMeter:
    return QualityMeter.load()


@pytest.fixture
def rule(meter: QualityMeter) -> RuleObserver:
    return RuleObserver(meter.landmarker)


@pytest.fixture
def observer(rule: RuleObserver, meter: QualityMeter) -> FaceObserver:
    return FaceObserver(rule, meter=meter)


@pytest.fixture
def out(tmp_path: Path) -> Path:
    return tmp_path / "out"


@pytest.fixture
def astronaut(tmp_path: Path) -> Path:
    from skimage.data import astronaut

    write_image(tmp_path / "astronaut.png", astronaut())
    return tmp_path / "astronaut.png"


def run(observer: FaceObserver, out: Path, *inputs: Path, **options: object) -> BatchResult[FaceRow]:
    return describe_files(inputs, observer=observer, output=out, **options)  # type: ignore[arg-type]


@pytest.fixture
def rendered(tmp_path: Path) -> Path:
    """A rendered person whom the finder finds without the landmark network."""
    manifest = embedded_manifest().select(split="test", role="gallery")
    write_image(tmp_path / "rendered.png", read_image(manifest.file(manifest.records[0])))
    return tmp_path / "rendered.png"


@pytest.mark.parametrize(("given", "network"), [("astronaut", True), ("rendered", False)])
def test_what_is_written_of_a_photograph(
    out: Path, meter: QualityMeter, request: pytest.FixtureRequest, given: str, network: bool
) -> None:
    file: Path = request.getfixturevalue(given)
    detector = load_marking_detector("finder", network=network)
    result = run(FaceObserver(detector, meter=meter), out, file, detector_name="finder")
    assert (result.failed, result.skipped, len(result.rows)) == (0, 0, 1)
    assert {path.name for path in out.iterdir()} == {f"{given}-faces.jpg", FACES, LANDMARK_FILE}
    photo = read_image(file)
    drawn = read_image(out / f"{given}-faces.jpg")
    assert drawn.shape[0] == drawn.shape[1] >= 1000, "small photographs are enlarged"
    assert read_mark(out / f"{given}-faces.jpg") is None, "nothing is synthesised"

    with result.report.open(newline="") as stream:
        (row,) = csv.DictReader(stream)
    assert tuple(row) == columns_of(FaceRow)
    (face,) = detector.look(photo)
    assert (row["input"], row["face"], row["status"]) == (str(file), "1", "ok")
    assert (row["detector"], row["picture"]) == ("finder", f"{given}-faces.jpg")
    assert float(row["box_width"]) == pytest.approx(face.detection.box.width, abs=0.06)
    five = np.array([[float(row[f"{name}_{axis}"]) for axis in "xy"] for name in LANDMARKS])
    np.testing.assert_allclose(five, face.detection.points, atol=0.006)
    for angle in ("yaw", "pitch", "roll"):
        assert float(row[angle]) == pytest.approx(getattr(face.marks, angle), abs=0.06)
    assert float(row["confidence"]) > 0.9 and float(row["quality"]) > 0.6

    (picture,) = read_landmarks(out / LANDMARK_FILE)
    assert (picture.input, picture.height, picture.width) == (str(file), *photo.shape[:2])
    (written,) = picture.faces
    np.testing.assert_allclose(written.points, face.marks.points, atol=0.006)
    np.testing.assert_allclose(written.visible, face.marks.visible, atol=0.0006)
    np.testing.assert_allclose(written.uncertainty, face.marks.uncertainty, atol=0.006)
    if network:
        np.testing.assert_allclose(five, face.marks.five, atol=0.006)
    else:
        again = Landmarker.load().landmarks(photo, face.detection.box)
        np.testing.assert_allclose(written.points, again.points, atol=0.006)
        assert np.abs(five - face.marks.five).max() > 1, "the detector's own points"


def test_quality_and_box_are_those_of_frontalize(out: Path, astronaut: Path, tmp_path: Path) -> None:
    ours = run(FaceObserver.load("finder"), out, astronaut).rows[0]
    frontalizer = Frontalizer.load("photo", detector="finder")
    theirs = frontalize_files([astronaut], frontalizer=frontalizer, output=tmp_path / "frontal").rows[0]
    for column in columns_of(FaceRow):
        if column.startswith(("quality", "box_", "score")):
            assert getattr(ours, column) == getattr(theirs, column), column
    assert float(ours.quality) > 0.8


def test_only_finders_look_for_faces() -> None:
    with pytest.raises(FaceError, match="'aligned' does not look for faces"):
        FaceObserver.load("aligned")


def test_all_faces_or_the_largest(observer: FaceObserver, out: Path, make_photo: MakePhoto) -> None:
    photo = make_photo("a.png", faces=3)
    result = run(observer, out, photo)
    assert [row.face for row in result.rows] == [1, 2, 3]
    assert len(read_landmarks(out / LANDMARK_FILE)[0].faces) == 3
    result = run(observer, out, photo, largest=True)
    assert [row.face for row in result.rows] == [1]
    assert len(read_landmarks(out / LANDMARK_FILE)[0].faces) == 1


def test_bad_files_never_end_the_batch(
    observer: FaceObserver, out: Path, mixed_files: tuple[Path, ...]
) -> None:
    result = run(observer, out, *mixed_files)
    assert_mixed(result)
    assert {row.face for row in result.rows if row.error} == {0}
    written = [Path(picture.input).name for picture in read_landmarks(out / LANDMARK_FILE)]
    assert written == ["good.png", "last.png"]
    assert {path.name for path in out.glob("*.jpg")} == {"good-faces.jpg", "last-faces.jpg"}


def test_every_kind_of_picture(observer: FaceObserver, out: Path, tmp_path: Path) -> None:
    folder = tmp_path / "photos"
    folder.mkdir()
    noise = np.random.default_rng(0).integers(1, 256, (40, 40, 4), dtype=np.uint8)
    Image.fromarray(noise[..., 0]).save(folder / "grey.png")
    Image.fromarray(noise).save(folder / "alpha.png")
    Image.fromarray(noise[..., 0].astype(np.uint16) * 257).save(folder / "sixteen.png")
    Image.fromarray(noise[:1, :1, :3]).save(folder / "pixel.png")
    Image.new("RGB", (600, 30), "white").save(folder / "wide.png")
    result = run(observer, out, folder, largest=True)
    assert [row.error for row in result.rows] == [""] * 5
    for name in ("grey", "alpha", "sixteen", "pixel", "wide"):
        assert read_image(out / f"{name}-faces.jpg").size


def test_one_face_that_cannot_be_aligned_spares_the_others(
    out: Path, rule: RuleObserver, meter: QualityMeter, make_photo: MakePhoto
) -> None:
    class OneOff(RuleObserver):
        def look(self, image: ndarray, *, path: Path | None = None) -> list[MarkedFace]:
            first, second = super().look(image, path=path)
            flat = Detection(first.detection.box, np.ones((5, 2)), score=0.9)
            return [MarkedFace(flat, first.marks), second]

    result = run(FaceObserver(OneOff(meter.landmarker), meter=meter), out, make_photo("a.png", faces=2))
    assert [row.status for row in result.rows] == ["failed", "ok"]
    assert "one spot" in result.rows[0].error and result.rows[0].quality == ""
    assert result.rows[0].yaw, "what is known of it is written"
    assert len(read_landmarks(out / LANDMARK_FILE)[0].faces) == 2


def test_a_second_run_skips_what_is_finished(
    observer: FaceObserver, rule: RuleObserver, out: Path, make_photo: MakePhoto
) -> None:
    first, second = make_photo("a.png"), make_photo("b.png")
    run(observer, out, first)
    before = (out / "a-faces.jpg").stat().st_mtime_ns
    result = run(observer, out, first, second)
    assert (result.skipped, len(result.rows)) == (1, 2)
    assert rule.seen == ["a.png", "b.png"]
    assert (out / "a-faces.jpg").stat().st_mtime_ns == before
    assert len(read_landmarks(out / LANDMARK_FILE)) == 2
    run(observer, out, make_photo("other/a.png"))
    assert (out / "a_png-faces.jpg").exists(), "names of earlier runs are respected"
    assert len(read_table(out / FACES, kind=FaceRow, verb="faces")) == 3


def replace_by_older(photo: Path, out: Path) -> None:
    """As if an older photograph had taken its place."""
    older = photo.stat().st_mtime_ns - 10**9
    os.utime(photo, ns=(older, older))


def lose(name: str) -> Callable[[Path, Path], None]:
    return lambda photo, out: (out / name).unlink()


@pytest.mark.parametrize(
    ("change", "options"),
    [
        (lose("a-faces.jpg"), {}),
        (lose(LANDMARK_FILE), {}),
        (lose(FACES), {}),
        (replace_by_older, {}),
        (None, {"largest": True}),
        (None, {"pictures": False}),
        (None, {"detector_settings": "another"}),
        (None, {"overwrite": True}),
    ],
)
def test_what_makes_a_picture_unfinished(
    observer: FaceObserver,
    out: Path,
    make_photo: MakePhoto,
    change: Callable[[Path, Path], None] | None,
    options: dict[str, object],
) -> None:
    photo = make_photo("a.png", faces=2)
    run(observer, out, photo)
    if change is not None:
        change(photo, out)
    result = run(observer, out, photo, **options)
    assert result.skipped == 0 and result.failed == 0
    assert run(observer, out, photo, **{**options, "overwrite": False}).skipped == 1


def test_the_folder_of_the_photographs_is_no_output(observer: FaceObserver, make_photo: MakePhoto) -> None:
    folder = make_photo("a.png").parent
    with pytest.raises(ConfigError, match="give a folder of its own"):
        run(observer, folder, folder)
    assert [path.name for path in folder.iterdir()] == ["a.png"]


def test_one_run_at_a_time(
    observer: FaceObserver, out: Path, meter: QualityMeter, make_photo: MakePhoto
) -> None:
    class Nested(RuleObserver):
        def look(self, image: ndarray, *, path: Path | None = None) -> list[MarkedFace]:
            with pytest.raises(ConfigError, match="another run writes into"):
                run(observer, out, photo)
            return super().look(image, path=path)

    photo = make_photo("a.png")
    assert run(FaceObserver(Nested(meter.landmarker), meter=meter), out, photo).failed == 0
    assert run(observer, out, photo).skipped == 1


def test_without_pictures(
    observer: FaceObserver, rule: RuleObserver, out: Path, make_photo: MakePhoto
) -> None:
    photo = make_photo("a.png")
    run(observer, out, photo, pictures=False)
    assert sorted(path.name for path in out.iterdir()) == [FACES, LANDMARK_FILE]
    assert run(observer, out, photo, pictures=False).skipped == 1
    future = photo.stat().st_mtime_ns + 10**10
    os.utime(photo, ns=(future, future))
    assert run(observer, out, photo, pictures=False).skipped == 0


def test_a_photograph_that_becomes_unreadable_leaves_no_landmarks(
    observer: FaceObserver, out: Path, make_photo: MakePhoto
) -> None:
    photo = make_photo("a.png")
    run(observer, out, photo)
    photo.write_text("no picture any more")
    assert run(observer, out, photo).failed == 1
    assert read_landmarks(out / LANDMARK_FILE) == ()
    make_photo("a.png")
    result = run(observer, out, photo)
    assert (result.failed, result.skipped) == (0, 0), "failures are tried again"


def test_an_interrupted_run_keeps_what_it_wrote_and_goes_on(
    out: Path, rule: RuleObserver, observer: FaceObserver, meter: QualityMeter, make_photo: MakePhoto
) -> None:
    class Impatient(RuleObserver):
        def look(self, image: ndarray, *, path: Path | None = None) -> list[MarkedFace]:
            if path is not None and path.name == "c.png":
                raise KeyboardInterrupt
            return super().look(image, path=path)

    impatient: MarkingDetector = Impatient(meter.landmarker)
    photos = [make_photo(f"{name}.png") for name in "abcd"]
    with pytest.raises(KeyboardInterrupt):
        run(FaceObserver(impatient, meter=meter), out, *photos)
    assert len(read_landmarks(out / LANDMARK_FILE)) == 2
    result = run(observer, out, *photos)
    assert (result.skipped, len(result.rows)) == (2, 4)
    assert rule.seen == ["c.png", "d.png"]


def test_full_disk_fails_the_picture_and_leaves_no_half_file(
    observer: FaceObserver, out: Path, make_photo: MakePhoto, monkeypatch: pytest.MonkeyPatch
) -> None:
    photos = [make_photo("a.png"), make_photo("b.png")]
    fill_disk(monkeypatch, when=lambda _: any(out.glob("*.jpg")))
    result = run(observer, out, *photos)
    assert [row.status for row in result.rows] == ["ok", "failed"]
    assert "No space left" in result.rows[1].error
    assert sorted(path.name for path in out.iterdir()) == ["a-faces.jpg", FACES, LANDMARK_FILE]
    assert len(read_landmarks(out / LANDMARK_FILE)) == 1


@pytest.mark.parametrize(
    ("place", "name"), [("ledger.write_table", FACES), ("landmark_file.atomic_write", LANDMARK_FILE)]
)
def test_tables_that_cannot_be_written(
    observer: FaceObserver,
    out: Path,
    make_photo: MakePhoto,
    monkeypatch: pytest.MonkeyPatch,
    place: str,
    name: str,
) -> None:
    monkeypatch.setattr(f"enface.inference.{place}", disk_is_full)
    with pytest.raises(ImageError, match=rf"{name}: cannot be written \(No space left"):
        run(observer, out, make_photo("a.png"))


@pytest.mark.parametrize("name", [FACES, LANDMARK_FILE])
@pytest.mark.parametrize("content", ["", "something,else\n1,2\n", '{"version": 2, "pictures": []}'])
def test_foreign_files_are_not_overwritten(
    observer: FaceObserver, out: Path, make_photo: MakePhoto, name: str, content: str
) -> None:
    out.mkdir()
    (out / name).write_text(content)
    with pytest.raises(ConfigError, match="of this version of `enface faces`"):
        run(observer, out, make_photo("a.png"))
    assert (out / name).read_text() == content


def test_the_landmark_file_is_strict(observer: FaceObserver, out: Path, make_photo: MakePhoto) -> None:
    run(observer, out, make_photo("a.png"))
    file = out / LANDMARK_FILE
    good = json.loads(file.read_text())
    assert good["version"] == 1 and len(good["pictures"][0]["faces"][0]["points"]) == 68

    def refused(change: Callable[[dict[str, object]], object], message: str) -> None:
        document = json.loads(json.dumps(good))
        change(document)
        file.write_text(json.dumps(document))
        with pytest.raises(ConfigError, match=message):
            read_landmarks(file)

    refused(lambda d: d.pop("version"), "version None")
    refused(lambda d: d.update(extra=1), "version 1")
    refused(lambda d: d["pictures"][0].update(colour="red"), "colour")  # type: ignore[index]
    refused(lambda d: d["pictures"][0]["faces"][0]["points"].pop(), "68 landmarks")  # type: ignore[index]
    refused(lambda d: d["pictures"][0]["faces"][0].update(visible="all"), "visible")  # type: ignore[index]


def test_difficult_paths_survive(observer: FaceObserver, out: Path, make_photo: MakePhoto) -> None:
    photos = [make_photo(name) for name in ('com,ma\n"quote".png', "写真.png", "bad\udcff.png")]
    assert run(observer, out, *photos).failed == 0
    assert [picture.input for picture in read_landmarks(out / LANDMARK_FILE)] == [str(p) for p in photos]
    assert run(observer, out, *photos).skipped == 3
