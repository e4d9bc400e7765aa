"""The 68 landmarks of the iBUG scheme: groups, mirroring, the five points in them, and what a network says.

Names are anatomical as everywhere: the right eye is the subject's, on the image's left in a frontal view.
"""

from dataclasses import dataclass

import numpy as np
from jaxtyping import Float
from numpy import ndarray

from enface.faces.detectors.protocol import FaceBox
from enface.faces.geometry import Points
from enface.faces.landmarks import FivePoints

COUNT = 68
RIGHT_EYE, LEFT_EYE = slice(36, 42), slice(42, 48)
OUTER_CORNERS = (36, 45)
"""Outer corners of the right and the left eye; their distance on the frontal face is the inter-ocular one."""
NOSE = 30
MOUTH_CORNERS = (48, 54)
"""Right and left."""

_PAIRS = (
    *((k, 16 - k) for k in range(8)),
    *((17 + k, 26 - k) for k in range(5)),
    *((31, 35), (32, 34)),
    *((36, 45), (37, 44), (38, 43), (39, 42), (40, 47), (41, 46)),
    *((48, 54), (49, 53), (50, 52), (55, 59), (56, 58)),
    *((60, 64), (61, 63), (65, 67)),
)


def _mirrored() -> tuple[int, ...]:
    order = list(range(COUNT))
    for one, other in _PAIRS:
        order[one], order[other] = other, one
    return tuple(order)


MIRRORED = _mirrored()
"""Number of the landmark that each one becomes in the mirrored image."""

BOX_EXTENT, BOX_RAISED = (0.93, 1.32), 0.14
"""A detector's box against the longer side of the landmarks' bounding box: width, height, and how far its
middle lies above theirs. Means over YuNet's boxes of rendered faces of all yaws."""


@dataclass(frozen=True, eq=False)
class Landmarks68:
    """Landmarks of one face with what the network thinks of them."""

    points: Points
    """68 x 2, pixels of the image; hidden points lie where they are in space."""
    visible: Float[ndarray, "68"]
    """Probability that the point is seen."""
    uncertainty: Float[ndarray, "68"]
    """Expected distance of the point from the truth, pixels."""
    yaw: float
    """Degrees; negative when the nose points to the image's right."""
    pitch: float
    """Degrees; positive when the camera looks from above."""
    roll: float
    """Degrees; positive when the head is turned clockwise in the image."""
    confidence: float
    """Probability that this is a face and that the points fit it (see the network's model card)."""

    @property
    def five(self) -> FivePoints:
        """The five points in the order of `enface.faces.landmarks.LANDMARKS`."""
        return five_points_of(self.points)


def five_points_of(points: Float[ndarray, "68 2"]) -> FivePoints:
    """Subject's right eye, left eye (means of the lid points), nose tip, right and left mouth corner."""
    eyes = [points[RIGHT_EYE].mean(axis=0), points[LEFT_EYE].mean(axis=0)]
    return np.stack([*eyes, *points[[NOSE, *MOUTH_CORNERS]]])


def detector_box(points: Points) -> FaceBox:
    """The box that a face detector would draw, on average, around upright landmarks; their pixels."""
    low, high = points.min(axis=0), points.max(axis=0)
    longer = float((high - low).max())
    centre = (low + high) / 2
    width, height = BOX_EXTENT[0] * longer, BOX_EXTENT[1] * longer
    return FaceBox(
        x=float(centre[0]) - width / 2,
        y=float(centre[1]) - BOX_RAISED * longer - height / 2,
        width=width,
        height=height,
    )
