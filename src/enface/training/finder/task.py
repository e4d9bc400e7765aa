"""The face finder as a supervised task."""

import torch
from jaxtyping import Int
from numpy import ndarray
from torch import Tensor, nn

from enface.networks.finder import STRIDE, FinderNetwork
from enface.rendering.geometry_set.shards import ShardReader
from enface.training.finder.clutter_pool import ClutterPool
from enface.training.finder.compose import Composed, compose
from enface.training.finder.heads import NAMES, Heads, heads_of
from enface.training.finder.objective import finder_losses, targets_of
from enface.training.finder.recipe import FinderRecipe
from enface.training.landmarks.photograph import developed


class FinderTask:
    """A recipe with its heads and its clutter.

    Args:
        recipe: everything that decides the weights.
        reader: of the rendered set.
    """

    def __init__(self, recipe: FinderRecipe, reader: ShardReader) -> None:
        self.name = recipe.name
        self.recipe = recipe
        self.reader = reader
        self.samples = recipe.samples
        self.pool = ClutterPool(recipe.clutter, seed=recipe.schedule.seed)
        with torch.random.fork_rng(devices=[]):
            torch.manual_seed(recipe.schedule.seed)
            self.network: nn.Module = FinderNetwork()

    def read(self, samples: Int[ndarray, " batch"]) -> dict[str, Tensor]:
        """Heads, as `Heads` holds them."""
        return heads_of(self.reader.read(samples.tolist(), NAMES))._asdict()

    def losses(self, batch: dict[str, Tensor], *, generator: torch.Generator) -> dict[str, Tensor]:
        """Terms of one batch of freshly composed pictures."""
        device = batch["points"].device
        # Boxes in bfloat16 would be truth to a quarter pixel only.
        with torch.autocast(device.type, enabled=False):
            heads = Heads(**{name: value.cpu() for name, value in batch.items()})
            composed = self.composed(heads, generator=generator)
            cells = composed.images.shape[-1] // STRIDE
            targets = targets_of(
                composed.boxes.to(device), composed.kind.to(device), rows=cells, columns=cells
            )
        images = composed.images.to(device).contiguous(memory_format=torch.channels_last)
        return finder_losses(self.network(images), targets, self.recipe)

    def composed(self, heads: Heads, *, generator: torch.Generator) -> Composed:
        """What the network is given: heads in clutter, photographed."""
        recipe = self.recipe
        composed = compose(heads, self.pool, recipe.composition, generator=generator)
        return composed._replace(images=developed(composed.images, recipe.photograph, generator=generator))
