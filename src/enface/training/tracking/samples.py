"""Sample grids: the same faces every time, so that pictures of two steps can be compared."""

from dataclasses import replace

import numpy as np
import torch
from jaxtyping import UInt8

from enface.config.schema import Data
from enface.data.batch import FrontalizationBatch
from enface.data.loader import make_loader
from enface.images import grid, tensor_to_hwc, to_uint8, to_unit
from enface.networks.interfaces import Generator
from enface.training.task import FrontalizationTask

FACES = 8
"""Columns of a grid."""


def sample_faces(data: Data, *, sizes: tuple[int, ...]) -> FrontalizationBatch:
    """Faces of the training split, the same in every run on the same data; nothing about them is random."""
    plain = replace(data, crop="center", mirror=False, brightness=0, workers=0)
    return next(iter(make_loader(plain, sizes=sizes, batch_size=FACES, seed=0)))


class SampleGrid:
    """A fixed batch of faces that the current generator is shown again and again."""

    def __init__(self, task: FrontalizationTask, batch: FrontalizationBatch) -> None:
        """Encodes the faces once.

        Args:
            task: how training encodes and decodes.
            batch: the faces, on the networks' device.
        """
        self._batch = batch
        self._normalizer = task.normalizer
        with torch.no_grad():
            self._encoded = task.encode(to_unit(batch.profile))

    @torch.no_grad()
    def draw(self, generator: Generator) -> UInt8[np.ndarray, "height width 3"]:
        """One column a face: input, generated at the largest size, ground truth where there is one."""
        training = generator.training
        generator.eval()
        images = self._normalizer.with_generator(generator).decode(self._encoded.code, self._encoded.maps)
        generator.train(training)
        largest = max(images)
        rows = [self._batch.profile, to_uint8(images[largest])]
        if self._batch.ground_truth is not None:
            rows.append(self._batch.ground_truth[largest])
        return grid([[tensor_to_hwc(image) for image in row.cpu()] for row in rows])
