"""The landmark network as a supervised task."""

import numpy as np
import torch
from jaxtyping import Float, Int
from numpy import ndarray
from torch import Tensor, nn

from enface.faces.loose_crop import upright_crop
from enface.networks.landmarks import LandmarkNetwork
from enface.rendering.geometry_set.shards import ShardReader
from enface.training.landmarks.framing import Crops, Faces, cut
from enface.training.landmarks.objective import landmark_losses
from enface.training.landmarks.photograph import photographed
from enface.training.landmarks.recipe import LandmarkRecipe
from enface.training.landmarks.wrong import wrong_crops

NAMES = ("image", "landmarks", "visible", "pose")


class LandmarkTask:
    """A recipe with its pictures.

    Args:
        recipe: everything that decides the weights.
        reader: of the rendered set.
    """

    def __init__(self, recipe: LandmarkRecipe, reader: ShardReader) -> None:
        self.name = recipe.name
        self.recipe = recipe
        self.reader = reader
        self.samples = recipe.samples
        with torch.random.fork_rng(devices=[]):
            torch.manual_seed(recipe.schedule.seed)
            self.network: nn.Module = LandmarkNetwork(input_size=recipe.input_size)

    def read(self, samples: Int[ndarray, " batch"]) -> dict[str, Tensor]:
        """Pictures with their truth, as `Faces` holds it."""
        return faces_of(self.reader.read(samples.tolist(), NAMES))._asdict()

    def losses(self, batch: dict[str, Tensor], *, generator: torch.Generator) -> dict[str, Tensor]:
        """Terms of one batch of crops, freshly framed and photographed on the CPU, whatever the device."""
        device = batch["points"].device
        faces = Faces(**{name: value.cpu() for name, value in batch.items()})
        # Points in bfloat16 would be truth to a quarter pixel only.
        with torch.autocast("cpu", enabled=False):
            crops = self.crops(faces, generator=generator)
        crops = Crops(*(value.to(device) for value in crops))
        images = crops.images.contiguous(memory_format=torch.channels_last)
        return landmark_losses(self.network(images), crops, self.recipe)

    def crops(self, faces: Faces, *, generator: torch.Generator) -> Crops:
        """What the network is given: right crops, and a share of wrong ones."""
        recipe, size = self.recipe, self.recipe.input_size
        wrong = round(recipe.wrong * len(faces.points))
        parts = []
        if wrong:
            parts.append(wrong_crops(Faces(*(f[:wrong] for f in faces)), size=size, generator=generator))
        parts.append(cut(Faces(*(f[wrong:] for f in faces)), recipe.framing, size=size, generator=generator))
        together = Crops(*(torch.cat(pair) for pair in zip(*parts, strict=True)))
        return photographed(together, recipe.photograph, generator=generator)


def faces_of(arrays: dict[str, ndarray]) -> Faces:
    """A batch from the arrays of a geometry set."""
    pictures = torch.from_numpy(arrays["image"]).permute(0, 3, 1, 2)
    size = pictures.shape[-1]
    crops = [
        upright_crop(points, roll=float(pose[2]))
        for points, pose in zip(arrays["landmarks"], arrays["pose"], strict=True)
    ]
    middles = np.array([[crop.x, crop.y] for crop in crops])
    sides = np.array([[crop.side] for crop in crops])
    # Half a side of `size` pixels is one unit.
    loose = np.hstack([_to_unit(middles, size), sides / size])
    return Faces(
        pictures=pictures,
        points=torch.from_numpy(_to_unit(arrays["landmarks"], size).astype(np.float32)),
        visible=torch.from_numpy(arrays["visible"]),
        pose=torch.from_numpy(arrays["pose"]),
        loose=torch.from_numpy(loose.astype(np.float32)),
    )


def _to_unit(points: Float[ndarray, "*shape 2"], size: int) -> Float[ndarray, "*shape 2"]:
    """Pixels to the range from -1 to 1 that spans an image of `size` pixels."""
    return np.asarray((points + 0.5) * (2 / size) - 1)
