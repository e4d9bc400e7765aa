"""Heads that are plain ovals with landmarks on their outline, for tests that must not render."""

from collections.abc import Sequence

import numpy as np
from numpy import ndarray

from enface.rendering.truth.layers import SEGMENTS

SIZE = 96
COLOUR = (250, 20, 120)
"""Of every head; no drawn clutter is likely to have it."""


class OvalHeads:
    """Stands in for a reader of a geometry set."""

    def read(self, samples: Sequence[int], names: Sequence[str]) -> dict[str, ndarray]:
        rows = [self._draw(int(sample)) for sample in samples]
        return {name: np.stack([row[name] for row in rows]) for name in names}

    def _draw(self, sample: int) -> dict[str, ndarray]:
        rng = np.random.default_rng(sample)
        x, y = SIZE / 2 + rng.uniform(-4, 4, 2)
        across, down = 22.0, 30.0
        rows, columns = np.mgrid[:SIZE, :SIZE]
        inside = ((columns - x) / across) ** 2 + ((rows - y) / down) ** 2 < 1
        image = np.full((SIZE, SIZE, 3), 90, np.uint8)
        image[inside] = COLOUR
        angle = np.linspace(0, 2 * np.pi, 68, endpoint=False)
        points = np.stack([x + across * np.cos(angle), y + down * np.sin(angle)], axis=1)
        return {
            "image": image,
            "segmentation": np.where(inside, SEGMENTS.index("face"), 0).astype(np.uint8),
            "landmarks": points.astype(np.float32),
            "pose": np.array([rng.uniform(-90, 90), 0.0, 0.0], np.float32),
        }
