"""Pinhole cameras about the head; crop, shift and roll are in the projection, so nothing is resampled."""

import math
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from jaxtyping import Float32
from numpy import ndarray

from enface.rendering.arrays import Floats
from enface.rendering.errors import RenderingError
from enface.rendering.kernels.raster import project

AIM = (0.0, 2.4, 4.0)
"""The point in the middle of the picture, centimetres."""


@dataclass(frozen=True)
class Camera:
    """Where the camera stands and what it frames.

    yaw < 0: the camera is on the subject's right and the nose points to the image's right.
    """

    yaw: float = 0.0
    """Degrees about the vertical axis, -180 to 180."""
    pitch: float = 0.0
    """Degrees upwards, -80 to 80."""
    roll: float = 0.0
    """Degrees; the head turns clockwise in the picture."""
    distance: float = 115.0
    """Centimetres from the aim; with `half_extent` this is also the focal length."""
    half_extent: float = 12.0
    """Half of the framed width at the aim, centimetres."""
    shift: tuple[float, float] = (0.0, 0.0)
    """Displacement of the subject to the right and downwards, in widths of the picture."""
    aim: tuple[float, float, float] = AIM

    def __post_init__(self) -> None:
        if not (-180.0 <= self.yaw <= 180.0 and -80.0 <= self.pitch <= 80.0):
            raise RenderingError(f"camera yaw {self.yaw}, pitch {self.pitch}: allowed -180..180 and -80..80")
        if self.distance < 30.0 or self.half_extent <= 0.0:
            raise RenderingError(
                f"camera distance {self.distance}, half_extent {self.half_extent}: allowed >= 30 and > 0"
            )

    @cached_property
    def position(self) -> Float32[ndarray, " 3"]:
        """Centimetres."""
        yaw, pitch = math.radians(self.yaw), math.radians(self.pitch)
        away = [math.sin(yaw) * math.cos(pitch), math.sin(pitch), math.cos(yaw) * math.cos(pitch)]
        return (np.array(self.aim) + self.distance * np.array(away)).astype(np.float32)

    @cached_property
    def axes(self) -> Float32[ndarray, "3 3"]:
        """Rows: right, up, forward."""
        forward = np.array(self.aim) - self.position
        forward /= np.linalg.norm(forward)
        right = np.cross(forward, [0.0, 1.0, 0.0])
        right /= np.linalg.norm(right)
        up = np.cross(right, forward)
        c, s = math.cos(math.radians(self.roll)), math.sin(math.radians(self.roll))
        return np.stack([c * right + s * up, c * up - s * right, forward]).astype(np.float32)

    def project(self, points: Floats, width: int) -> Float32[ndarray, "points 3"]:
        """Columns and rows in a picture of this width (first centre at .5), and 1 / depth in 1 / cm."""
        screen = np.empty((len(points), 3), np.float32)
        focal = 0.5 * width * self.distance / self.half_extent
        centre = (width * (0.5 + self.shift[0]), width * (0.5 + self.shift[1]))
        project(np.ascontiguousarray(points, np.float32), self.position, self.axes, focal, *centre, screen)
        return screen
