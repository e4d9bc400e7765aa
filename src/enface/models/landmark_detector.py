"""Detectors whose landmarks come from enface's own network; the detector only says where faces are."""

import logging
from pathlib import Path
from typing import Any

import numpy as np

from enface.faces.detectors.protocol import Detection, Detector, largest_first
from enface.faces.detectors.registry import make_detector
from enface.faces.detectors.suppression import suppress
from enface.faces.geometry import Pixels
from enface.faces.landmarks68 import Landmarks68, detector_box
from enface.models.finder import Finder
from enface.models.landmarker import Landmarker, shipped_landmarker
from enface.resources import present

_log = logging.getLogger(__name__)

OWN = "finder"
"""Name of the detector that is part of the package."""

FINDERS = ("yunet", OWN)
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


class ConfirmedFinder:
    """The package's own finder, asked for more than it is sure of; the landmark network decides and frames.

    Where that network is confident, its points give the box, points and yaw; the others are dropped.

    Args:
        finder: proposes faces, with its card's lower score.
        landmarker: confirms them.
        least: lowest confidence of a face.
        most: proposals that are looked at, the best ones.
    """

    def __init__(
        self,
        finder: Finder,
        landmarker: Landmarker,
        *,
        least: float = LEAST_CONFIDENCE,
        most: int = 24,
    ) -> None:
        self.finder = finder
        self.landmarker = landmarker
        self.least = least
        self.most = most

    def detect(self, image: Pixels, *, path: Path | None = None) -> list[Detection]:
        """Faces of an image, largest first (`Detector.detect`); the score is the network's confidence."""
        proposed = sorted(self.finder.propose(image), key=lambda found: found.score, reverse=True)
        marks = self.landmarker.batch([(image, found.box) for found in proposed[: self.most]])
        faces = [face for face in marks if face.confidence >= self.least]
        boxes = [detector_box(face.points) for face in faces]
        sure = np.array([face.confidence for face in faces])
        kept = suppress(np.array(boxes).reshape(-1, 4), sure, overlap=self.finder.overlap)
        return largest_first(
            [
                Detection(
                    box=boxes[number],
                    points=faces[number].five,
                    score=faces[number].confidence,
                    yaw=faces[number].yaw,
                )
                for number in kept
            ]
        )


def default_detector() -> str:
    """YuNet where it is fetched, else the finder that is part of the package."""
    return "yunet" if present("yunet") else OWN


def load_detector(name: str | None = None, *, network: bool = True, **options: Any) -> Detector:
    """The detector of a name, with the landmark network behind it where it looks for faces itself.

    Args:
        name: "finder", or one in `enface.faces.detectors.registry`; None takes `default_detector()`, and a
            log line tells which one that is.
        network: whether landmarks come from the shipped network.
        options: of the detector.

    Raises:
        FaceError: unknown name.
        ResourceError: the detector needs a file that was not fetched.
    """
    if name is None:
        name = default_detector()
        _log.info("faces are found by %s", name)
    if name == OWN:
        finder = Finder.load(**options)
        return ConfirmedFinder(finder, shipped_landmarker()) if network else finder
    detector = make_detector(name, **options)
    if network and name in FINDERS:
        return RefinedDetector(detector, shipped_landmarker())
    return detector


def detector_label(name: str, *, network: bool = True) -> str:
    """Text that identifies what `load_detector` gives, for caches and reports; no weights are read for it."""
    label = f"{name}:{Finder.card_of().sha256[:12]}" if name == OWN else name
    return f"{label}+{Landmarker.card_of().sha256[:12]}" if network and name in FINDERS else label


def _refined(found: Detection, face: Landmarks68) -> Detection:
    return Detection(box=found.box, points=face.five, score=found.score, yaw=face.yaw)
