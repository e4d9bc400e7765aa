"""Detectors whose landmarks come from enface's own network; the detector only says where faces are."""

from pathlib import Path
from typing import Any

from enface.faces.detectors.protocol import Detection, Detector
from enface.faces.detectors.registry import make_detector
from enface.faces.geometry import Pixels
from enface.faces.landmarks68 import Landmarks68
from enface.models.landmarker import Landmarker

FINDERS = ("yunet",)
"""Detectors that look for faces; the others are given their landmarks, which are kept."""

LEAST_CONFIDENCE = 0.5


class RefinedDetector:
    """Keeps a detector's boxes and replaces its five points, and its yaw, by the landmark network's.

    Where the network is not confident the detector's own points stay.

    Args:
        detector: finds the faces.
        landmarker: finds their landmarks.
        least: lowest confidence with which the network's points are taken.
    """

    def __init__(
        self, detector: Detector, landmarker: Landmarker, *, least: float = LEAST_CONFIDENCE
    ) -> None:
        self.detector = detector
        self.landmarker = landmarker
        self.least = least

    def detect(self, image: Pixels, *, path: Path | None = None) -> list[Detection]:
        """Faces of an image, largest first (`Detector.detect`)."""
        found = self.detector.detect(image, path=path)
        marks = self.landmarker.batch([(image, detection.box) for detection in found])
        return [
            detection if face.confidence < self.least else _refined(detection, face)
            for detection, face in zip(found, marks, strict=True)
        ]


def load_detector(name: str = "yunet", *, network: bool = True, **options: Any) -> Detector:
    """The detector of a name, with the landmark network behind it where it looks for faces itself.

    Args:
        name: in `enface.faces.detectors.registry`.
        network: whether landmarks come from the shipped network.
        options: of the detector.

    Raises:
        FaceError: unknown name.
        ResourceError: the detector needs a file that was not fetched.
    """
    detector = make_detector(name, **options)
    if network and name in FINDERS:
        return RefinedDetector(detector, Landmarker.load())
    return detector


def detector_label(name: str, *, network: bool = True) -> str:
    """Text that identifies what `load_detector` gives, for caches and reports."""
    return f"{name}+{Landmarker.load().card.sha256[:12]}" if network and name in FINDERS else name


def _refined(found: Detection, face: Landmarks68) -> Detection:
    return Detection(box=found.box, points=face.five, score=found.score, yaw=face.yaw)
