"""Detectors whose landmarks come from enface's own network; the detector only says where faces are."""

import hashlib
import logging
import math
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

import numpy as np

from enface.errors import FaceError
from enface.faces.detectors.protocol import Detection, Detector, FaceBox
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

_MIDDLE = 0.75
"""Share of a box's sides that is looked at when the whole of it is no face."""


@dataclass(frozen=True, eq=False)
class MarkedFace:
    """A face that a detector found, and what the landmark network says of it."""

    detection: Detection
    marks: Landmarks68
    """Pixels of the image, whatever their confidence."""


class MarkingDetector(Protocol):
    """Finds faces and all that the landmark network knows of them."""

    def look(self, image: Pixels, *, path: Path | None = None) -> list[MarkedFace]:
        """Faces of an image, largest first; arguments as of `Detector.detect`."""


class RefinedDetector:
    """Keeps a detector's boxes and replaces its five points, and its yaw, by the landmark network's.

    Where the network is not confident the detector's own points stay.

    Args:
        detector: finds the faces.
        landmarker: finds their landmarks.
        least: lowest confidence with which the network's points are taken; infinity takes none.
    """

    def __init__(
        self, detector: Detector, landmarker: Landmarker, *, least: float = LEAST_CONFIDENCE
    ) -> None:
        self.detector = detector
        self.landmarker = landmarker
        self.least = least

    def detect(self, image: Pixels, *, path: Path | None = None) -> list[Detection]:
        """Faces of an image, largest first (`Detector.detect`)."""
        return [face.detection for face in self.look(image, path=path)]

    def look(self, image: Pixels, *, path: Path | None = None) -> list[MarkedFace]:
        """The same faces with all landmarks (`MarkingDetector.look`)."""
        found = self.detector.detect(image, path=path)
        marks = self.landmarker.batch([(image, detection.box) for detection in found])
        return [
            MarkedFace(detection if face.confidence < self.least else _refined(detection, face), face)
            for detection, face in zip(found, marks, strict=True)
        ]


class ConfirmedFinder:
    """The package's own finder, asked for more than it is sure of; the landmark network decides and frames.

    Where that network is confident, its points give the box, points and yaw. Where it is not, it is asked
    again about the middle of the box, because hair and hats make the finder's boxes too large; what it does
    not believe then either is dropped.

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
        return [face.detection for face in self.look(image, path=path)]

    def look(self, image: Pixels, *, path: Path | None = None) -> list[MarkedFace]:
        """The same faces with all landmarks (`MarkingDetector.look`)."""
        proposed = sorted(self.finder.propose(image), key=lambda found: found.score, reverse=True)
        faces = self._confirmed(image, [found.box for found in proposed[: self.most]])
        boxes = [detector_box(face.points) for face in faces]
        sure = np.array([face.confidence for face in faces])
        kept = suppress(np.array(boxes).reshape(-1, 4), sure, overlap=self.finder.overlap)
        return [
            MarkedFace(
                Detection(
                    box=boxes[number],
                    points=faces[number].five,
                    score=faces[number].confidence,
                    yaw=faces[number].yaw,
                ),
                faces[number],
            )
            for number in sorted(kept, key=lambda number: boxes[number].area, reverse=True)
        ]

    def _confirmed(self, image: Pixels, boxes: list[FaceBox]) -> list[Landmarks68]:
        marks = self.landmarker.batch([(image, box) for box in boxes])
        doubted = [box for box, face in zip(boxes, marks, strict=True) if face.confidence < self.least]
        marks += self.landmarker.batch([(image, _middle(box)) for box in doubted])
        return [face for face in marks if face.confidence >= self.least]


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
    if network and name in FINDERS:
        return _with_network(name, **options)
    return Finder.load(**options) if name == OWN else make_detector(name, **options)


def load_marking_detector(name: str | None = None, *, network: bool = True) -> MarkingDetector:
    """The detector of a name, which tells all landmarks beside the faces.

    Args:
        name: one of `FINDERS`; None takes `default_detector()`.
        network: whether the five points of the faces are the network's, where it is confident. If not, they
            are the detector's own, and the finder finds by itself; the 68 are the network's all the same.

    Raises:
        FaceError: another name.
        ResourceError: the detector needs a file that was not fetched.
    """
    name = default_detector() if name is None else name
    if name not in FINDERS:
        raise FaceError(f"detector {name!r} does not look for faces; those that do: {', '.join(FINDERS)}")
    if network:
        return _with_network(name)
    return RefinedDetector(load_detector(name, network=False), shipped_landmarker(), least=math.inf)


def _with_network(name: str, **options: Any) -> RefinedDetector | ConfirmedFinder:
    if name == OWN:
        return ConfirmedFinder(Finder.load(**options), shipped_landmarker())
    return RefinedDetector(make_detector(name, **options), shipped_landmarker())


def detector_label(name: str, *, network: bool = True, file: Path | None = None) -> str:
    """Text that identifies what `load_detector` gives, for caches and reports; no weights are read for it.

    Args:
        name: of the detector.
        network: whether the landmark network looks at its faces.
        file: of landmarks, which counts by its content.

    Raises:
        OSError: the file cannot be read.
    """
    label = f"{name}:{Finder.card_of().sha256[:12]}" if name == OWN else name
    if file is not None:
        label += f":{hashlib.sha256(file.read_bytes()).hexdigest()[:12]}"
    return f"{label}+{Landmarker.card_of().sha256[:12]}" if network and name in FINDERS else label


def _middle(box: FaceBox) -> FaceBox:
    width, height = _MIDDLE * box.width, _MIDDLE * box.height
    return FaceBox(box.x + (box.width - width) / 2, box.y + (box.height - height) / 2, width, height)


def _refined(found: Detection, face: Landmarks68) -> Detection:
    return Detection(box=found.box, points=face.five, score=found.score, yaw=face.yaw)
