"""Versioned alignment templates: where a face lies in an aligned image.

A template is the mean face in three dimensions, not five flat points: turned to a yaw it says where the
landmarks of a face seen from that side belong (`Template.turned`).
"""

from dataclasses import dataclass

import numpy as np
from jaxtyping import Float

from enface.errors import FaceError
from enface.faces.landmarks import FivePoints, eye_centre, mouth_centre

CROP_FRACTION = 224 / 250
"""Side of the network's centre crop over the side of the aligned image (specification A.1)."""


@dataclass(frozen=True, eq=False)
class Template:
    """Landmarks of the mean frontal face in a square frame, with their depth.

    Points and depths of two templates must never differ under one name: aligned images, region boxes and
    recognizer crops all depend on them.
    """

    name: str
    size: int
    """Side of the frame, pixels."""
    points: FivePoints
    depth: Float[np.ndarray, "5"]
    """Pixels towards the camera, 0 at the eyes."""
    pivot: float
    """Depth of the vertical axis on which the head turns in the frame, pixels."""

    @property
    def eye_row(self) -> float:
        """Row of the eye line, pixels."""
        return float(eye_centre(self.points)[1])

    @property
    def mouth_row(self) -> float:
        """Row of the mouth line, pixels."""
        return float(mouth_centre(self.points)[1])

    @property
    def height(self) -> float:
        """Distance of the eye line and the mouth line, pixels: the unit of everything else."""
        return self.mouth_row - self.eye_row

    def turned(self, yaw: float) -> FivePoints:
        """Landmarks of the mean face turned by `yaw` degrees about the pivot, seen from far away."""
        angle = np.radians(yaw)
        centre = (self.size - 1) / 2
        # Negative yaw turns the nose to the image's right, so depth enters with a minus.
        columns = (self.points[:, 0] - centre) * np.cos(angle) - (self.depth - self.pivot) * np.sin(angle)
        return np.stack([centre + columns, self.points[:, 1]], axis=1)

    def crop_points(self, size: int = 224) -> FivePoints:
        """Frontal landmarks in the centre crop (224 of 250), scaled to `size` pixels."""
        side = self.size * CROP_FRACTION
        left = (self.size - side) / 2
        return (self.points - left + 0.5) * (size / side) - 0.5


def _read_only(values: list[list[float]] | list[float]) -> Float[np.ndarray, "..."]:
    array = np.array(values, dtype=np.float64)
    array.setflags(write=False)
    return array


TEMPLATES = {
    # Rows: 84 and 155 in the 224 crop, inside both versions of the eye and mouth boxes (specification C)
    # and with forehead and chin of the rendered people inside the crop. Columns and the nose's row: mean
    # landmarks of the rendered set's 300 frontal training galleries, made symmetric and scaled to that height
    # of 71 px. Depths: fitted to the turned views of its training people. Pivot: a tenth of the height, by
    # recognition and by the outline's margin (docs/decisions/0002-alignment-fit.md).
    "enface-250-v1": Template(
        name="enface-250-v1",
        size=250,
        points=_read_only([[91.31, 97], [157.69, 97], [124.5, 128.31], [98.58, 168], [150.42, 168]]),
        depth=_read_only([0, 0, 43.2, 10.3, 10.3]),
        pivot=7.1,
    )
}

DEFAULT_TEMPLATE = "enface-250-v1"


def get_template(name: str) -> Template:
    """Template called `name`; FaceError listing the known ones otherwise."""
    if name not in TEMPLATES:
        raise FaceError(f"unknown template {name!r}; known: {', '.join(TEMPLATES)}")
    return TEMPLATES[name]
