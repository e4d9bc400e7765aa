"""Files and folders in, files and a report out; one bad file never ends the batch."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from pathlib import Path

from enface.errors import EnfaceError
from enface.faces.geometry import Pixels
from enface.inference.columns import quality_columns
from enface.inference.found_face import FoundFace
from enface.inference.frontalizer import BATCH_SIZE, FrontalFace, Frontalizer
from enface.inference.inputs import Picture, read_picture
from enface.inference.ledger import (
    BatchResult,
    Ledger,
    failure_row,
    fingerprint,
    make_folder,
    only_run,
)
from enface.inference.outputs import write_outputs
from enface.inference.report import REPORT, Row
from enface.models.quality import FaceQuality, QualityMeter
from enface.models.turner import FaceTurner

_WAITING_BYTES = 256 * 2**20
"""Photographs kept for pasting while a batch of faces fills up."""


@dataclass
class _Opened:
    """A picture whose faces wait until the network's batch is full."""

    picture: Picture
    photo: Pixels | None
    """Kept only for pasting."""
    modified: str
    """Of the picture, before it was read."""
    faces: dict[int, FoundFace]
    """By number, from 1."""
    failures: list[Row]
    """Of single faces."""


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
) -> BatchResult[Row]:
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
        ConfigError: no inputs, or the output cannot be a folder, is a folder of the inputs, holds a foreign
            `report.csv`, or another run writes into it.
        ImageError: the report itself cannot be written.
    """
    make_folder(output)
    model, meter = frontalizer.model, QualityMeter.load()
    settings = fingerprint(
        model.fingerprint,
        meter.fingerprint,
        detector_settings,
        all_faces=all_faces,
        paste=paste,
    )
    with only_run(output / REPORT):
        ledger = Ledger(output / REPORT, kind=Row, verb="frontalize")
        pictures = ledger.pictures(inputs)
        waiting: list[_Opened] = []

        def finish_waiting() -> None:
            found = [face for entry in waiting for face in entry.faces.values()]
            turned = iter(frontalizer.turn(found, batch_size=batch_size))
            qualities = iter(meter.of([face.input for face in found]))
            for entry in waiting:
                faces = {number: next(turned) for number in entry.faces}
                measured = {number: next(qualities) for number in entry.faces}
                rows = _write(entry, faces, output, model=model, settings=settings)
                ledger.set(entry.picture, [_described(row, entry, measured, detector_name) for row in rows])
            waiting.clear()
            ledger.save()

        try:
            for picture in ledger.unfinished(
                pictures, settings=settings, overwrite=overwrite, progress=progress
            ):
                try:
                    entry = _open(picture, frontalizer, all_faces=all_faces, settings=settings)
                except Exception as error:  # whatever a file does to a decoder or detector, the batch goes on
                    ledger.set(picture, [failure_row(picture, error, kind=Row, settings=settings)])
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
    return ledger.result(pictures)


def _open(picture: Picture, frontalizer: Frontalizer, *, all_faces: bool, settings: str) -> _Opened:
    """Reads a picture and cuts its faces out; one that cannot be aligned does not spoil the others."""
    modified = picture.modified()
    photo = read_picture(picture)
    detections = frontalizer.detect(photo, path=picture.path)
    opened = _Opened(picture, photo, modified, faces={}, failures=[])
    for number, found in enumerate(detections if all_faces else detections[:1], start=1):
        try:
            opened.faces[number] = frontalizer.cut(photo, found)
        except EnfaceError as error:
            opened.failures.append(failure_row(picture, error, kind=Row, settings=settings, face=number))
    return opened


def _write(
    entry: _Opened, faces: dict[int, FrontalFace], output: Path, *, model: FaceTurner, settings: str
) -> list[Row]:
    try:
        rows = write_outputs(output, entry.picture, faces, photo=entry.photo, model=model, settings=settings)
    except Exception as error:  # a full disk, or a face that cannot be pasted: the batch goes on
        rows = [failure_row(entry.picture, error, kind=Row, settings=settings)]
    return rows + entry.failures


def _described(row: Row, entry: _Opened, measured: dict[int, FaceQuality], detector: str) -> Row:
    """A face that was turned, with its quality, its file's date and the detector's name; failures as they
    are."""
    if row.status != "ok":
        return row
    columns = quality_columns(measured[row.face])
    return replace(row, detector=detector, modified=entry.modified, **columns)
