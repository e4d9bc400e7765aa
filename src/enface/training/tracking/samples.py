"""Sample grids: the same faces every time, so that pictures of two steps can be compared."""

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import torch
from jaxtyping import UInt8
from torch import Tensor, nn

from enface.config.schema import Data
from enface.data.batch import FrontalizationBatch
from enface.data.loader import make_loader
from enface.images import grid, tensor_to_hwc, to_uint8, to_unit

FACES = 8
"""Columns of a grid."""


def sample_faces(data: Data, *, sizes: tuple[int, ...]) -> FrontalizationBatch:
    """Faces of the training split, the same in every run on the same data, without random crop or flip."""
    plain = replace(data, crop="center", mirror=False, workers=0)
    return next(iter(make_loader(plain, sizes=sizes, batch_size=FACES, seed=0)))


class SampleGrid:
    """A fixed batch of faces that the current generator is shown again and again."""

    def __init__(self, embed: Callable[[Tensor], Tensor], batch: FrontalizationBatch) -> None:
        """Encodes the faces once.

        Args:
            embed: images in [-1, 1] -> features, by the recognizer that guides the training.
            batch: the faces, on the recognizer's device.
        """
        self._batch = batch
        with torch.no_grad():
            self._features = embed(to_unit(batch.profile))

    @torch.no_grad()
    def draw(self, generator: nn.Module) -> UInt8[np.ndarray, "height width 3"]:
        """One column a face: input, generated at the largest size, ground truth where there is one."""
        training = generator.training
        generator.eval()
        images = generator(self._features)
        generator.train(training)
        largest = max(images)
        rows = [self._batch.profile, to_uint8(images[largest])]
        if self._batch.ground_truth is not None:
            rows.append(self._batch.ground_truth[largest])
        return grid([[tensor_to_hwc(image) for image in row.cpu()] for row in rows])
