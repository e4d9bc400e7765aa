"""What every detector takes and gives."""

from dataclasses import dataclass
from pathlib import Path
from typing import Literal, NamedTuple, Protocol

import numpy as np

from enface.faces.geometry import Pixels
from enface.faces.landmarks import FivePoints


class FaceBox(NamedTuple):
    """Upper left corner and extent, pixels; may reach over the image's edge."""

    x: float
    y: float
    width: float
    height: float

    @property
    def area(self) -> float:
        """Square pixels."""
        return self.width * self.height


@dataclass(frozen=True, eq=False)
class Detection:
    """One face in an image."""

    box: FaceBox
    points: FivePoints
    score: float
    """0 to 1; 1 for landmarks that were given."""
    yaw: float | None = None
    """Degrees where it is known; None leaves it to `pose.estimate_yaw`."""


class Detector(Protocol):
    """Finds faces and their five landmarks."""

    def detect(self, image: Pixels, *, path: Path | None = None) -> list[Detection]:
        """Faces of an image, largest first; an empty list when there is none.

        Args:
            image: uint8 RGB, of any size.
            path: of the image's file, for detectors that look landmarks up by it.
        """


WhichFace = Literal["central", "largest"]
"""The face nearest to the picture's middle, or the largest one."""


def choose_face(detections: list[Detection], image: Pixels, *, which: WhichFace) -> Detection:
    """The face that is meant, of at least one, largest first."""
    if which == "largest":
        return detections[0]
    height, width = image.shape[:2]

    def distance(found: Detection) -> float:
        box = found.box
        return float(np.hypot(box.x + (box.width - width) / 2, box.y + (box.height - height) / 2))

    return min(detections, key=distance)


def largest_first(detections: list[Detection]) -> list[Detection]:
    """Detections by falling area of their boxes."""
    return sorted(detections, key=lambda found: found.box.area, reverse=True)


def box_around(points: FivePoints) -> FaceBox:
    """Square box of a face whose landmarks were given without one.

    Centred on the landmarks, and of the side that holds chin and brows when the eye and mouth line are
    46 % of it apart.
    """
    low, high = points.min(axis=0), points.max(axis=0)
    side = float((high - low).max()) / 0.46
    centre = (low + high) / 2
    return FaceBox(float(centre[0]) - side / 2, float(centre[1]) - side / 2, side, side)
