"""All that enface sees of the faces of a photograph before any model turns them."""

from dataclasses import dataclass
from pathlib import Path
from typing import Self

from enface.errors import FaceError
from enface.faces.detectors.protocol import Detection
from enface.faces.geometry import Pixels
from enface.faces.landmarks68 import Landmarks68
from enface.inference.found_face import cut_face, no_face
from enface.models.landmark_detector import (
    LEAST_CONFIDENCE,
    MarkedFace,
    MarkingDetector,
    load_marking_detector,
)
from enface.models.quality import FaceQuality, QualityMeter
from enface.models.warp.turner import working_side


@dataclass(frozen=True, eq=False)
class SeenFace:
    """A face, its landmarks and pose, and how good its picture is."""

    detection: Detection
    """Box, score, and the five points that the alignment takes."""
    marks: Landmarks68
    """Of the landmark network; pixels of the photograph."""
    quality: FaceQuality | None
    """Of the aligned face; None where it cannot be aligned."""
    problem: FaceError | None = None
    """Why it cannot."""

    @property
    def confident(self) -> bool:
        """Whether the landmark network believes in its landmarks."""
        return self.marks.confidence >= LEAST_CONFIDENCE


class FaceObserver:
    """Looks at photographs as the shipped model `photo` is shown them.

        observer = FaceObserver.load()
        for face in observer.faces(read_image("photo.jpg")):
            face.marks.points, face.marks.yaw, face.quality

    Args:
        detector: finds faces and landmarks.
        meter: measures the quality.
    """

    def __init__(self, detector: MarkingDetector, *, meter: QualityMeter) -> None:
        self.detector = detector
        self.meter = meter

    @classmethod
    def load(cls, detector: str | None = None, *, network: bool = True) -> Self:
        """A detector by name and the shipped networks.

        Args:
            detector: "yunet" or "finder"; None takes YuNet where it is fetched.
            network: whether faces are aligned by the landmark network's points; the detector's own otherwise.

        Raises:
            FaceError: another name.
            ResourceError: the detector needs a file that was not fetched.
        """
        return cls(load_marking_detector(detector, network=network), meter=QualityMeter.load())

    def faces(self, image: Pixels, *, largest: bool = False, path: Path | None = None) -> list[SeenFace]:
        """The faces of a photograph, largest first, at least one.

        Args:
            image: uint8 RGB, of any size.
            largest: the largest alone.
            path: of its file, for detectors that look landmarks up by it.

        Raises:
            FaceError: no face.
        """
        found = self.detector.look(image, path=path)
        if not found:
            raise no_face(image)
        return [self._seen(image, face) for face in (found[:1] if largest else found)]

    def _seen(self, image: Pixels, face: MarkedFace) -> SeenFace:
        try:
            cut = cut_face(image, face.detection, whole_frame=True, side_of=working_side)
        except FaceError as error:
            return SeenFace(face.detection, face.marks, quality=None, problem=error)
        (quality,) = self.meter.of([cut.input])
        return SeenFace(face.detection, face.marks, quality=quality)
