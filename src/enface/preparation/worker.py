"""One picture from file to aligned crop; the work of one process."""

import hashlib
import json
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from enface.errors import EnfaceError, FaceError, ImageError
from enface.faces.align import align
from enface.faces.detectors.aligned import Aligned
from enface.faces.detectors.protocol import Detection, Detector, WhichFace, box_around, choose_face
from enface.faces.geometry import Pixels
from enface.faces.landmarks import FivePoints
from enface.faces.templates import DEFAULT_TEMPLATE
from enface.images import read_image, write_image
from enface.models.landmark_detector import detector_label, load_detector
from enface.preparation.fingerprint import fingerprint
from enface.preparation.outcome import Outcome, Status

GIVEN = "manifest"
"""Name of the detector that takes the landmarks of the source's own manifest."""


@dataclass(frozen=True)
class Crops:
    """Everything that decides the bytes of a crop."""

    detector: str = "yunet"
    options: dict[str, Any] = field(default_factory=dict)
    """Of the detector; plain values."""
    network: bool = True
    """Landmarks of found faces come from enface's own network, not from the detector."""
    face: WhichFace = "largest"
    template: str = DEFAULT_TEMPLATE
    size: int = 250
    """Side of the aligned face, pixels."""
    quality: int = 95
    """Of the JPEG files."""

    @property
    def settings(self) -> str:
        """Short hash: equal exactly when crops made earlier may be kept.

        A file of landmarks counts by its content, so it is read each time.
        """
        file = Path(self.options["file"]) if "file" in self.options else None
        try:
            label = detector_label(self.detector, network=self.network, file=file)
        except OSError:  # the detector says what is wrong with it
            label = detector_label(self.detector, network=self.network)
        decisive = {**asdict(self), "detector": label}
        return _short_hash(json.dumps(decisive, sort_keys=True).encode())

    def given(self, points: FivePoints | None) -> str:
        """Short hash of landmarks that the source brings; empty where they do not decide the crop."""
        if self.detector != GIVEN or points is None:
            return ""
        return _short_hash(points.astype(np.float64).tobytes())


class Job(NamedTuple):
    """One picture to be done."""

    path: str
    """Relative to the source."""
    crop: str
    """Relative to the prepared folder."""
    points: FivePoints | None = None
    """Landmarks that the source brings."""


class Worker:
    """Prepares pictures one by one.

    Args:
        source: folder of the pictures, which is only read.
        output: folder of the prepared set.
        crops: how.

    Raises:
        FaceError: an unknown detector or option.
        ResourceError: the detector needs a file that was not fetched.
    """

    def __init__(self, source: Path, output: Path, crops: Crops) -> None:
        self._source, self._output, self._crops = source, output, crops
        self._settings = crops.settings
        given = crops.detector == GIVEN
        self._detector: Detector = (
            Aligned() if given else load_detector(crops.detector, network=crops.network, **crops.options)
        )
        self._given = given

    def prepare(self, job: Job) -> Outcome:
        """Reads, detects, aligns and writes; whatever a picture does, the others go on."""
        file = self._source / job.path
        try:
            status = file.stat()
            size, modified = status.st_size, status.st_mtime_ns
        except OSError:
            size = modified = 0  # reading says what is wrong
        outcome = Outcome(
            path=job.path,
            crop=job.crop,
            status="ok",
            detail="",
            settings=self._settings,
            bytes=size,
            modified=modified,
            given=self._crops.given(job.points),
        )
        try:
            image = read_image(file)
            digest = hashlib.sha256(file.read_bytes()).hexdigest()
        except (ImageError, OSError) as error:
            return _failed(outcome, "unreadable", error, file)
        outcome = replace(outcome, sha256=digest, fingerprint=fingerprint(image).hex())
        try:
            found = self._detect(image, job, file)
        except (EnfaceError, ValueError) as error:
            return _failed(outcome, "no face", error, file)
        if not found:
            height, width = image.shape[:2]
            return replace(outcome, status="no face", detail=f"none found in {width} x {height} px")
        return self._write(image, found, outcome)

    def _detect(self, image: Pixels, job: Job, file: Path) -> list[Detection]:
        if self._given and job.points is not None:
            return [Detection(box_around(job.points), job.points, score=1.0)]
        return self._detector.detect(image, path=file)

    def _write(self, image: Pixels, found: list[Detection], outcome: Outcome) -> Outcome:
        crops = self._crops
        face = choose_face(found, image, which=crops.face)
        outcome = replace(outcome, faces=len(found), score=round(face.score, 4))
        try:
            # As photographs are cut for models that draw: by landmarks alone, whatever yaw is known.
            aligned = align(image, face.points, size=crops.size, template=crops.template)
        except (FaceError, np.linalg.LinAlgError) as error:
            return _failed(outcome, "not aligned", error, self._source / outcome.path)
        target = self._output / outcome.crop
        try:
            target.parent.mkdir(parents=True, exist_ok=True)
            write_image(target, aligned.image, quality=crops.quality)
        except (ImageError, OSError) as error:
            return _failed(outcome, "not written", error, target)
        points = aligned.alignment.apply(face.points)
        return replace(
            outcome,
            detail=f"{len(found)} faces, the {crops.face} one taken" if len(found) > 1 else "",
            yaw=round(aligned.alignment.yaw if face.yaw is None else face.yaw, 2),
            landmarks=tuple(round(float(value), 3) for value in points.ravel()),
        )


def _short_hash(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()[:16]


def _failed(outcome: Outcome, status: Status, error: Exception, file: Path) -> Outcome:
    return replace(outcome, status=status, detail=str(error).removeprefix(f"{file}: "))
