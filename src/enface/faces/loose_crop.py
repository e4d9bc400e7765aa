"""The square around a head in which landmarks are looked for."""

from dataclasses import dataclass

import numpy as np

from enface.faces import geometry
from enface.faces.detectors.protocol import FaceBox
from enface.faces.geometry import Affine, Points
from enface.faces.landmarks68 import detector_box

_MARGIN = 1.25
"""Side of the crop over the longer side of the detector's box."""


@dataclass(frozen=True)
class LooseCrop:
    """A square of an image, possibly turned."""

    x: float
    """Of its middle, pixels of the image."""
    y: float
    side: float
    """Pixels of the image."""
    turn: float = 0.0
    """Degrees clockwise."""

    def matrix(self, size: int) -> Affine:
        """Map from pixels of the image to those of the crop at `size` pixels."""
        scale = size / self.side
        linear = scale * rotation(-self.turn)
        middle = np.full(2, (size - 1) / 2)
        return np.hstack([linear, (middle - linear @ [self.x, self.y])[:, None]])


def loose_crop(box: FaceBox) -> LooseCrop:
    """The crop of a face that a detector found."""
    side = _MARGIN * max(box.width, box.height)
    return LooseCrop(box.x + box.width / 2, box.y + box.height / 2, side)


def upright_crop(points: Points, *, roll: float) -> LooseCrop:
    """The crop in which a head with these landmarks stands upright.

    Args:
        points: 68 landmarks, pixels.
        roll: of the head, degrees clockwise.
    """
    upright = loose_crop(detector_box(np.asarray(points, dtype=np.float64) @ rotation(roll)))
    middle = rotation(roll) @ [upright.x, upright.y]
    return LooseCrop(float(middle[0]), float(middle[1]), upright.side, turn=roll)


def rotation(degrees: float) -> geometry.Points:
    """Matrix that turns columns (x, y) clockwise on the screen."""
    angle = np.radians(degrees)
    return np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
