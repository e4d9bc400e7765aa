"""Files and folders in, files and a report out; one bad file never ends the batch."""

import hashlib
import json
import time
from collections.abc import Iterable
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

from tqdm import tqdm

from enface.errors import ConfigError, EnfaceError, ImageError
from enface.faces.geometry import Pixels
from enface.images import read_image
from enface.inference.frontalizer import BATCH_SIZE, FoundFace, FrontalFace, Frontalizer
from enface.inference.inputs import Picture, list_pictures
from enface.inference.outputs import write_outputs
from enface.inference.report import REPORT, Row, read_report, write_report
from enface.models.quality import FaceQuality, QualityMeter
from enface.models.turner import FaceTurner
from enface.resources.atomic import remove_leftovers

_WAITING_BYTES = 256 * 2**20
"""Photographs kept for pasting while a batch of faces fills up."""

_REPORT_SECONDS = 2.0
"""The report is rewritten at most this often while a run goes on."""


@dataclass(frozen=True)
class BatchResult:
    """What a run did."""

    rows: tuple[Row, ...]
    """Of the pictures given, those skipped included."""
    skipped: int
    """Pictures that an earlier run had finished."""
    report: Path

    @property
    def failed(self) -> int:
        """Rows that tell of a failure."""
        return sum(row.status == "failed" for row in self.rows)


@dataclass
class _Opened:
    """A picture whose faces wait until the network's batch is full."""

    picture: Picture
    photo: Pixels | None
    """Kept only for pasting."""
    faces: dict[int, FoundFace]
    """By number, from 1."""
    failures: list[Row]
    """Of single faces."""


class _Ledger:
    """The report as it grows: what earlier runs left in the folder, replaced picture by picture."""

    def __init__(self, folder: Path) -> None:
        self.path = folder / REPORT
        self._rows = read_report(self.path)
        self._written = time.monotonic()

    def names(self) -> dict[str, str]:
        """Output names by picture."""
        return {path: rows[0].name for path, rows in self._rows.items() if rows[0].name}

    def finished(self, picture: Picture, settings: str) -> bool:
        """Whether an earlier run made all outputs of a picture, from the same file with the same settings."""
        rows = self._rows.get(str(picture.path), [])
        if not rows or any(row.status != "ok" or row.settings != settings for row in rows):
            return False
        try:
            oldest = min((self.path.parent / file).stat().st_mtime_ns for row in rows for file in row.outputs)
            return oldest >= picture.path.stat().st_mtime_ns
        except OSError:
            return False

    def set(self, picture: Picture, rows: list[Row]) -> None:
        self._rows[str(picture.path)] = rows

    def of(self, pictures: Iterable[Picture]) -> tuple[Row, ...]:
        return tuple(row for picture in pictures for row in self._rows.get(str(picture.path), []))

    def save(self, *, now: bool = False) -> None:
        if not now and time.monotonic() - self._written < _REPORT_SECONDS:
            return
        try:
            write_report(self.path, (row for rows in self._rows.values() for row in rows))
        except OSError as error:
            raise ImageError(f"{self.path}: cannot be written ({error.strerror or error})") from error
        self._written = time.monotonic()


def frontalize_files(
    inputs: Iterable[str | Path],
    *,
    frontalizer: Frontalizer,
    output: Path,
    all_faces: bool = False,
    paste: bool = False,
    batch_size: int = BATCH_SIZE,
    overwrite: bool = False,
    detector_name: str = "",
    detector_settings: str = "",
    progress: bool = False,
) -> BatchResult:
    """Turns the faces of pictures to the front and writes the results.

    Per face the aligned input and the frontal face, on request the photograph with its faces pasted back,
    and one row of `report.csv` per face or failure. The report covers all runs into one folder: pictures that
    an earlier run finished with the same settings are skipped, and rows of other pictures stay. All files
    appear whole or not at all, so a run that was killed is continued by the same call.

    Args:
        inputs: files and folders of pictures.
        frontalizer: model and detector.
        output: folder, created when absent.
        all_faces: every face of a picture instead of the largest.
        paste: also write the photograph with the frontal faces in it.
        batch_size: faces that go through the network together.
        overwrite: do everything again.
        detector_name: of the detector, for the report.
        detector_settings: text that identifies the detector and its options; another text than in the
            earlier run means that its pictures are done again.
        progress: show a bar on standard error.

    Raises:
        ConfigError: no inputs, the output cannot be a folder, or holds a foreign `report.csv`.
        ImageError: the report itself cannot be written.
    """
    _make_folder(output)
    ledger = _Ledger(output)
    pictures = list_pictures(inputs, output=output, taken=ledger.names())
    if not pictures:
        raise ConfigError("no inputs; give at least one picture or folder")
    model, meter = frontalizer.model, QualityMeter.load()
    settings = _fingerprint(
        model.fingerprint,
        meter.fingerprint,
        detector_settings,
        all_faces=all_faces,
        paste=paste,
    )
    waiting: list[_Opened] = []
    skipped = 0

    def finish_waiting() -> None:
        found = [face for entry in waiting for face in entry.faces.values()]
        turned = iter(frontalizer.turn(found, batch_size=batch_size))
        qualities = iter(meter.of([face.input for face in found]))
        for entry in waiting:
            faces = {number: next(turned) for number in entry.faces}
            measured = {number: next(qualities) for number in entry.faces}
            rows = _write(entry, faces, output, model=model, settings=settings)
            ledger.set(entry.picture, [_described(row, measured, detector=detector_name) for row in rows])
        waiting.clear()
        ledger.save()

    try:
        for picture in tqdm(pictures, unit="picture", disable=not progress):
            if not overwrite and ledger.finished(picture, settings):
                skipped += 1
                continue
            try:
                entry = _open(picture, frontalizer, all_faces=all_faces, settings=settings)
            except Exception as error:  # whatever a file does to a decoder or detector, the batch goes on
                ledger.set(picture, [_failure(picture, error, settings)])
                continue
            if not paste:
                entry.photo = None
            waiting.append(entry)
            photo_bytes = sum(entry.photo.nbytes for entry in waiting if entry.photo is not None)
            if sum(len(entry.faces) for entry in waiting) >= batch_size or photo_bytes >= _WAITING_BYTES:
                finish_waiting()
        finish_waiting()
    finally:
        ledger.save(now=True)
    return BatchResult(rows=ledger.of(pictures), skipped=skipped, report=ledger.path)


def _make_folder(output: Path) -> None:
    try:
        output.mkdir(parents=True, exist_ok=True)
        for folder in (output, *(path for path in output.rglob("*") if path.is_dir())):
            remove_leftovers(folder)
    except OSError as error:
        raise ConfigError(
            f"the output {output} cannot be used as a folder ({error.strerror or error}); choose another"
        ) from error


def _open(picture: Picture, frontalizer: Frontalizer, *, all_faces: bool, settings: str) -> _Opened:
    """Reads a picture and cuts its faces out; one that cannot be aligned does not spoil the others."""
    if picture.problem:
        raise ImageError(f"{picture.path}: {picture.problem}")
    photo = read_image(picture.path)
    detections = frontalizer.detect(photo, path=picture.path)
    opened = _Opened(picture, photo, faces={}, failures=[])
    for number, found in enumerate(detections if all_faces else detections[:1], start=1):
        try:
            opened.faces[number] = frontalizer.cut(photo, found)
        except EnfaceError as error:
            opened.failures.append(_failure(picture, error, settings, face=number))
    return opened


def _write(
    entry: _Opened, faces: dict[int, FrontalFace], output: Path, *, model: FaceTurner, settings: str
) -> list[Row]:
    try:
        rows = write_outputs(output, entry.picture, faces, photo=entry.photo, model=model, settings=settings)
    except Exception as error:  # a full disk, or a face that cannot be pasted: the batch goes on
        rows = [_failure(entry.picture, error, settings)]
    return rows + entry.failures


def _described(row: Row, measured: dict[int, FaceQuality], *, detector: str) -> Row:
    """A face that was turned, with its quality and the detector's name; failures as they are."""
    if row.status != "ok":
        return row
    return replace(row, detector=detector, **_quality_columns(measured[row.face]))


def _quality_columns(quality: FaceQuality) -> dict[str, Any]:
    decimals = {"yaw": 1, "pitch": 1, "uncertainty": 2}
    parts = {
        f"quality_{name}": f"{value:.{decimals.get(name, 3)}f}"
        for name, value in asdict(quality.parts).items()
        if value is not None
    }
    return {"quality": f"{quality.value:.3f}", **parts}


def _failure(picture: Picture, error: Exception, settings: str, *, face: int = 0) -> Row:
    text = str(error).removeprefix(f"{picture.path}: ")
    if not isinstance(error, EnfaceError):
        text = f"unexpected {type(error).__name__}: {text}"
    return Row(
        input=str(picture.path), face=face, status="failed", error=text, name=picture.name, settings=settings
    )


def _fingerprint(*parts: str, **options: bool) -> str:
    return hashlib.sha256(json.dumps([parts, options], sort_keys=True).encode()).hexdigest()[:16]
