"""Faces of coloured dots with known landmarks, for tests that must not render."""

from collections.abc import Sequence

import numpy as np
from numpy import ndarray

from enface.faces.landmarks68 import COUNT, MIRRORED

SIZE = 96


def layout() -> ndarray:
    """A symmetric face, 68 x 2, about the origin, of height 2."""
    rng = np.random.default_rng(3)
    points = rng.uniform(-0.8, 0.8, (COUNT, 2))
    points[:, 0] = (points[:, 0] - points[list(MIRRORED), 0]) / 2
    points[:, 1] = (points[:, 1] + points[list(MIRRORED), 1]) / 2
    points[8] = 0, 1
    points[27] = 0, -1
    # The subject's right is on the image's left.
    right = [k for k in range(COUNT) if k < MIRRORED[k]]
    left = [MIRRORED[k] for k in right]
    points[right, 0], points[left, 0] = -np.abs(points[right, 0]), np.abs(points[left, 0])
    return points


class DottedFaces:
    """Stands in for a reader of a geometry set: pictures, points, visibility, pose by number."""

    def read(self, samples: Sequence[int], names: Sequence[str]) -> dict[str, ndarray]:
        rows = [self._draw(int(sample)) for sample in samples]
        return {name: np.stack([row[name] for row in rows]) for name in names}

    def _draw(self, sample: int) -> dict[str, ndarray]:
        rng = np.random.default_rng(sample)
        roll = float(rng.uniform(-20, 20))
        angle = np.radians(roll)
        turn = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
        points = layout() @ turn.T * rng.uniform(22, 28) + SIZE / 2 + rng.uniform(-6, 6, 2)
        image = np.full((SIZE, SIZE, 3), 90, np.uint8)
        y, x = np.mgrid[:SIZE, :SIZE]
        for number, (column, row) in enumerate(points):
            image[(x - column) ** 2 + (y - row) ** 2 < 4] = (3 * number, 255 - 3 * number, 60 * (number % 4))
        visible = np.ones(COUNT, bool)
        visible[sample % COUNT] = False
        return {
            "image": image,
            "landmarks": points.astype(np.float32),
            "visible": visible,
            "pose": np.array([0.0, 0.0, roll], np.float32),
        }
