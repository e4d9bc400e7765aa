"""Positions in, a finished batch out: the work of one loader process."""

from collections.abc import Sequence

import numpy as np
import torch
from torch.utils.data import Dataset

from enface.config.schema import Data
from enface.data.batch import FrontalizationBatch
from enface.data.faceset import Faces
from enface.data.pairing import Pairs
from enface.data.randomness import Stream, generator_at
from enface.data.transforms import brighten, mirror, random_crop, shrink
from enface.errors import EnfaceError


class SampleSource(Dataset[FrontalizationBatch | EnfaceError]):
    """Batches by their positions; a sample depends on its position and the seed, on nothing else.

    Args:
        data: crops, flips and small frontals; its paths are not read again.
        faces: pictures of inputs and ground truth.
        frontal_faces: pictures of the frontal draw; may be `faces`.
        pairs: who goes with whom.
        sizes: sizes of frontals and ground truth, pixels, each at most `data.crop_size`.
        seed: of every random choice.
    """

    def __init__(
        self,
        data: Data,
        *,
        faces: Faces,
        frontal_faces: Faces,
        pairs: Pairs,
        sizes: tuple[int, ...],
        seed: int,
    ) -> None:
        self._data = data
        self._faces = faces
        self._frontal_faces = frontal_faces
        self._pairs = pairs
        self._sizes = sizes
        self._seed = seed

    def __getitem__(self, positions: Sequence[int]) -> FrontalizationBatch | EnfaceError:
        """The batch, or what is wrong with one of its files.

        An error is returned, not raised: a raised one would reach the user as a worker's traceback.
        """
        try:
            return self.batch(positions)
        except EnfaceError as error:
            return error

    def batch(self, positions: Sequence[int]) -> FrontalizationBatch:
        """The samples at these positions.

        Raises:
            ImageError, FaceError: a picture cannot be read or aligned; the file is named.
        """
        count, crop = len(positions), self._data.crop_size
        profile = torch.empty((count, 3, crop, crop), dtype=torch.uint8)
        frontals = self._empty(count)
        truth = None if self._pairs.truths is None else self._empty(count)
        for i, position in enumerate(positions):
            draw = self._pairs.draw(position, self._seed)
            generator = generator_at(position, seed=self._seed, stream=Stream.AUGMENTATION)
            # Drawn even when unused, so that switching the mirror off leaves the crops as they were.
            flipped = bool(generator.random() < 0.5) and self._data.mirror
            lighter = self._brightness(position)
            face = self._input(draw.profile, flipped=flipped, generator=generator)
            _put(profile[i], brighten(face, by=lighter[0]))
            frontal = brighten(self._frontal_faces.centre(draw.frontal, size=crop), by=lighter[1])
            for size, target in frontals.items():
                _put(target[i], shrink(frontal, size=size, method=self._data.small_frontals))
            if truth is not None and draw.truth is not None:
                face = self._truth(draw.truth)
                if flipped and self._data.mirror_ground_truth:
                    face = mirror(face)
                for size, target in truth.items():
                    _put(target[i], shrink(face, size=size))
        return FrontalizationBatch(
            profile=profile,
            frontals=frontals,
            ground_truth=truth,
            positions=torch.tensor(positions, dtype=torch.int64),
        )

    def _brightness(self, position: int) -> tuple[float, float]:
        """Grey levels by which input and frontal become lighter, each drawn for itself."""
        limit = self._data.brightness
        if not limit:
            return 0.0, 0.0
        drawn = generator_at(position, seed=self._seed, stream=Stream.BRIGHTNESS).uniform(-limit, limit, 2)
        return float(drawn[0]), float(drawn[1])

    def _truth(self, index: int) -> np.ndarray:
        crop = self._data.crop_size
        pictures = [self._faces.centre(int(i), size=crop) for i in self._pairs.pictures_of(index)]
        if len(pictures) == 1:
            return pictures[0]
        mean: np.ndarray = np.stack(pictures).mean(axis=0)
        return mean.round().astype(np.uint8)

    def _input(self, index: int, *, flipped: bool, generator: np.random.Generator) -> np.ndarray:
        crop = self._data.crop_size
        if self._data.crop == "center":
            face = self._faces.centre(index, size=crop)
            return mirror(face) if flipped else face
        face = self._faces.image(index)
        return random_crop(mirror(face) if flipped else face, size=crop, generator=generator)

    def _empty(self, count: int) -> dict[int, torch.Tensor]:
        return {size: torch.empty((count, 3, size, size), dtype=torch.uint8) for size in self._sizes}


def _put(target: torch.Tensor, image: np.ndarray) -> None:
    # Through numpy, which reads flipped and decimated views that torch cannot wrap.
    np.copyto(target.numpy(), image.transpose(2, 0, 1))
