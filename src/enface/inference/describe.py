"""Files and folders in, what enface sees of their faces out; one bad file never ends the batch."""

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from enface.faces.geometry import Pixels
from enface.images import write_image
from enface.inference.drawing import draw_faces
from enface.inference.face_rows import FACES, FaceRow, face_columns
from enface.inference.inputs import Picture, read_picture
from enface.inference.landmark_file import LANDMARK_FILE, FaceMarks, LandmarkFile, PictureMarks
from enface.inference.ledger import (
    BatchResult,
    Ledger,
    failure_row,
    fingerprint,
    make_folder,
    make_parent,
    only_run,
)
from enface.inference.observer import FaceObserver, SeenFace

_JPEG_QUALITY = 90
"""Of the drawn pictures, which are for looking at."""


class _FacesLedger(Ledger[FaceRow]):
    """The table and the landmark file beside it, which belong together."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder / FACES, kind=FaceRow, verb="faces")
        self.landmarks = LandmarkFile(folder / LANDMARK_FILE)

    def finished(self, picture: Picture, settings: str) -> bool:
        rows = self.rows(picture)
        return super().finished(picture, settings) and self.landmarks.faces(str(picture.path)) == len(rows)

    def _write(self) -> None:
        # First: a kill between the two leaves faces that the table does not know, and they are done again.
        self.landmarks.save()
        super()._write()


@dataclass(frozen=True)
class _Task:
    """What is to be done with every picture."""

    output: Path
    observer: FaceObserver
    largest: bool
    pictures: bool
    detector: str
    settings: str


def describe_files(
    inputs: Iterable[str | Path],
    *,
    observer: FaceObserver,
    output: Path,
    largest: bool = False,
    pictures: bool = True,
    overwrite: bool = False,
    detector_name: str = "",
    detector_settings: str = "",
    progress: bool = False,
) -> BatchResult[FaceRow]:
    """Finds the faces of pictures and writes down all that is known of them.

    One row of `faces.csv` per face or failure, the 68 landmarks in `landmarks.json`, and `NAME-faces.jpg`:
    the photograph with all of it drawn into it. Both files cover all runs into one folder: pictures that an
    earlier run finished with the same settings are skipped, and rows of other pictures stay. All files appear
    whole or not at all, so a run that was killed is continued by the same call.

    Args:
        inputs: files and folders of pictures.
        observer: looks at them.
        output: folder, created when absent.
        largest: only the largest face of a picture.
        pictures: draw the pictures.
        overwrite: do everything again.
        detector_name: of the detector, for the table.
        detector_settings: text that identifies the detector and its options; another text than in the
            earlier run means that its pictures are done again.
        progress: show a bar on standard error.

    Raises:
        ConfigError: no inputs, or the output cannot be a folder, is a folder of the inputs, holds a foreign
            table or landmark file, or another run writes into it.
        ImageError: the table or the landmark file cannot be written.
    """
    make_folder(output)
    settings = fingerprint(observer.meter.fingerprint, detector_settings, largest=largest, pictures=pictures)
    task = _Task(output, observer, largest, pictures, detector_name, settings)
    with only_run(output / FACES):
        ledger = _FacesLedger(output)
        given = ledger.pictures(inputs)
        try:
            for picture in ledger.unfinished(
                given, settings=settings, overwrite=overwrite, progress=progress
            ):
                try:
                    rows, marks = _describe(picture, task)
                except Exception as error:  # whatever a file does to a decoder or detector, the batch goes on
                    ledger.landmarks.remove(str(picture.path))
                    ledger.set(picture, [failure_row(picture, error, kind=FaceRow, settings=settings)])
                else:
                    ledger.landmarks.set(marks)
                    ledger.set(picture, rows)
                ledger.save()
        finally:
            ledger.save(now=True)
    return ledger.result(given)


def _describe(picture: Picture, task: _Task) -> tuple[list[FaceRow], PictureMarks]:
    modified = picture.modified()
    photo = read_picture(picture)
    faces = task.observer.faces(photo, largest=task.largest, path=picture.path)
    drawn = _draw(picture, photo, faces, task) if task.pictures else ""
    rows = [
        FaceRow(
            input=str(picture.path),
            face=number,
            status="ok" if face.problem is None else "failed",
            error="" if face.problem is None else str(face.problem),
            detector=task.detector,
            name=picture.name,
            picture=drawn,
            modified=modified,
            settings=task.settings,
            **face_columns(face),
        )
        for number, face in enumerate(faces, start=1)
    ]
    marks = tuple(FaceMarks.of(face.marks, face=number) for number, face in enumerate(faces, start=1))
    height, width = photo.shape[:2]
    return rows, PictureMarks(str(picture.path), width, height, marks)


def _draw(picture: Picture, photo: Pixels, faces: list[SeenFace], task: _Task) -> str:
    name = f"{picture.name}-faces.jpg"
    make_parent(task.output / name)
    write_image(task.output / name, draw_faces(photo, faces), quality=_JPEG_QUALITY)
    return name
