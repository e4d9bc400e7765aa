"""The field network with its samples and losses (protocol `SupervisedTask`)."""

import numpy as np
import torch
import torch.nn.functional as F
from jaxtyping import Float, Int
from numpy import ndarray
from torch import Tensor

from enface.networks.warp import MATTE, WarpNetwork
from enface.networks.warp.blocks import mirrored
from enface.rendering.geometry_set.shards import ShardReader
from enface.rendering.truth.layers import SEGMENTS
from enface.training.seeding import derived_seed, seeded
from enface.training.warp.origin import Origin
from enface.training.warp.pictures import jittered_pictures, numpy_generator
from enface.training.warp.placing import jittered_grids, moved_fields
from enface.training.warp.recipe import WarpRecipe

_READ = (
    "image",
    "segmentation",
    "landmarks",
    "pose",
    "kept.field",
    "kept.classes",
    "neutral.field",
    "neutral.classes",
)
_MATTE_OF = {
    "background": "background",
    "hair": "hair",
    "covering": "hair",
    "cloth": "cloth",
    "occluder": "cloth",
    "glasses": "glasses",
}
"""Segments that are not `face`."""
_SHARES = {"seen": 1.0, "mirrored": 0.5, "hidden": 0.5, "absent": 0.06}
"""Weights of frontal pixels in the losses of fields."""


class FieldTask:
    """Network, samples and losses of the field.

    Args:
        recipe: of the whole model, of which `field` is this training's.
        reader: the rendered set.
    """

    def __init__(self, recipe: WarpRecipe, reader: ShardReader) -> None:
        self.name = "field"
        self.recipe = Origin(recipe)
        self.settings = recipe.field
        self.reader = reader
        self.samples = reader.plan.samples
        with seeded(self.settings.schedule.seed, "network"):
            self.network = WarpNetwork(size=self.settings.size, components=self.settings.components)

    def read(self, samples: Int[ndarray, " batch"]) -> dict[str, Tensor]:
        """Samples by number."""
        return {k: torch.from_numpy(v) for k, v in self.reader.read(samples.tolist(), _READ).items()}

    def losses(self, batch: dict[str, Tensor], *, generator: torch.Generator) -> dict[str, Tensor]:
        """Weighted terms of a batch, each picture in one mode drawn at random."""
        weights = self.settings.weights
        count = len(batch["image"])
        device = batch["image"].device
        neutral = (torch.rand(count, generator=generator) < 0.5).to(device)
        # Fields and places in bfloat16 would be truth to a third of a pixel only.
        with torch.autocast(device.type, enabled=False):
            images, fields, classes, matte = self._placed(batch, neutral, generator)
        output = self.network(images.contiguous(memory_format=torch.channels_last), neutral)
        field = fields[torch.arange(count), neutral.long()]
        share = _pixel_weights(classes, midline=weights.midline)
        total = 2.0 * share.sum()
        both = (output.modes - fields).abs().sum(dim=2).mean(dim=1, keepdim=True)
        error = (output.field - field).abs()
        across = _slope(output.field - field, 3) * share[..., 1:]
        down = _slope(output.field - field, 2) * share[..., 1:, :]
        return {
            "coarse": weights.coarse * (both * share).sum() / total,
            "field": weights.field * (error * share).sum() / total,
            "gradient": weights.gradient * (across.sum() + down.sum()) / total,
            "classes": weights.classes * F.cross_entropy(output.classes, classes),
            "matte": weights.matte * F.cross_entropy(output.matte, matte),
        }

    def principal_components(self) -> None:
        """Computes mean and components of the fields and hands them to the network."""
        recipe = self.settings
        chosen = np.linspace(0, self.samples - 1, min(self.samples, recipe.component_samples)).astype(int)
        placed: list[Float[Tensor, "batch 2 2 h w"]] = []
        generator = torch.Generator().manual_seed(derived_seed(recipe.schedule.seed, "components"))
        for first in range(0, len(chosen), 256):
            batch = self.read(np.unique(chosen[first : first + 256]))
            mirror = torch.zeros(len(batch["image"]), dtype=torch.bool)
            grid = jittered_grids(
                batch, mirror, size=recipe.size, jitter=recipe.jitter, rng=numpy_generator(generator)
            )
            placed.append(_both_fields(batch, grid))
        fields = torch.cat(placed)
        fields = torch.cat([fields, torch.stack([mirrored(fields[:, m]) for m in (0, 1)], dim=1)])
        for mode in (0, 1):
            rows = fields[:, mode].flatten(1)
            mean = rows.mean(dim=0)
            kept = min(recipe.components, len(rows))
            with seeded(recipe.schedule.seed, "svd"):
                _, size, vectors = torch.svd_lowrank(
                    rows - mean, q=min(recipe.components + 16, len(rows)), niter=3
                )
            basis = vectors.T[:kept] * (size[:kept, None] / len(rows) ** 0.5)
            self.network.mean[mode] = mean
            self.network.basis[mode, :kept] = basis

    def _placed(
        self, batch: dict[str, Tensor], neutral: Tensor, generator: torch.Generator
    ) -> tuple[Tensor, Tensor, Tensor, Tensor]:
        """Aligned pictures in [-1, 1], fields of both modes, classes of the chosen mode, matte."""
        count, size = len(neutral), self.settings.size
        mirror = (torch.rand(count, generator=generator) < 0.5).to(neutral.device)
        images, grid = jittered_pictures(
            batch, mirror, size=size, jitter=self.settings.jitter, generator=generator
        )
        labels = _matte_table().to(neutral.device)[batch["segmentation"].long()]
        places = F.affine_grid(grid, [count, 1, size // 2, size // 2], align_corners=False)
        matte = F.grid_sample(labels[:, None].float(), places, mode="nearest", align_corners=False)
        fields = _both_fields(batch, grid)
        classes = torch.where(neutral[:, None, None], batch["neutral.classes"], batch["kept.classes"]).long()
        # A mirrored picture's frontal face is mirrored too; the grid has mirrored where the field points.
        fields = torch.where(mirror[:, None, None, None, None], fields.flip(4), fields)
        classes = torch.where(mirror[:, None, None], classes.flip(2), classes)
        return images, fields, classes, matte[:, 0].long()


def _both_fields(
    batch: dict[str, Tensor], grid: Float[Tensor, "batch 2 3"]
) -> Float[Tensor, "batch 2 2 h w"]:
    modes = [moved_fields(batch[f"{mode}.field"].float(), grid) for mode in ("kept", "neutral")]
    return torch.stack(modes, dim=1)


def _pixel_weights(classes: Int[Tensor, "batch h w"], *, midline: float) -> Float[Tensor, "batch 1 h w"]:
    """What is seen counts most, the middle of the face more than its rim, and where its halves meet."""
    table = torch.tensor([_SHARES[name] for name in ("absent", "seen", "mirrored", "hidden")])
    line = torch.linspace(-1.0, 1.0, classes.shape[-1])
    centred = 0.5 + torch.exp(-((line[None, :] / 0.55) ** 2 + ((line[:, None] - 0.05) / 0.6) ** 2))
    centred = centred + midline * torch.exp(-((line[None, :] / 0.08) ** 2)) * (centred > 0.9)
    return (table.to(classes.device)[classes] * centred.to(classes.device))[:, None]


def _slope(values: Float[Tensor, "batch 2 h w"], axis: int) -> Tensor:
    return values.diff(dim=axis).abs()


def _matte_table() -> Int[Tensor, " segments"]:
    return torch.tensor([MATTE.index(_MATTE_OF.get(name, "face")) for name in SEGMENTS])
