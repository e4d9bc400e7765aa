"""A small recognizer as a supervised task."""

import hashlib
from dataclasses import dataclass

import torch
from jaxtyping import Float, Int
from numpy import ndarray
from torch import Tensor, nn

from enface.recognizers.architectures.small import SMALL_SIZES, build_small
from enface.training.recognizer.augment import jittered_view
from enface.training.recognizer.crops import Crops, make_labels
from enface.training.recognizer.objective import RecognizerObjective, small_pictures
from enface.training.recognizer.recipe import Recipe
from enface.training.seeding import seeded


@dataclass(frozen=True)
class Origin:
    """What decides the weights; a checkpoint of another one is refused."""

    recipe: Recipe
    faces: str
    """Hash of the names, people and looks of the training faces."""


class RecognizerInTraining(nn.Module):
    """A recognizer with what exists only while it is trained.

    Args:
        recipe: of the run.
        people: how many are told apart.
        looks: how many people and sessions together.
    """

    def __init__(self, recipe: Recipe, *, people: int, looks: int) -> None:
        super().__init__()
        seed = recipe.schedule.seed
        with seeded(seed, "network"):
            self.recognizer = build_small(recipe.architecture, input_size=recipe.input_size)
        with seeded(seed, "objective"):
            self.objective = RecognizerObjective(
                recipe, sizes=SMALL_SIZES[recipe.architecture], people=people, looks=looks
            )

    def embed(self, images: Float[Tensor, "batch 3 size size"]) -> Float[Tensor, "batch feature"]:
        """Embeddings, without a graph, on the recognizer's device; images in [-1, 1]."""
        device = next(self.recognizer.parameters()).device
        with torch.no_grad():
            embedding: Tensor = self.recognizer(images.to(device), ("embedding",))["embedding"]
        return embedding.cpu()


class RecognizerTask:
    """A recipe with its faces.

    Args:
        recipe: everything that decides the weights but the faces.
        crops: aligned training frames, one gallery image per person and session among them.

    Raises:
        ManifestError: a person has no gallery image in a session.
    """

    def __init__(self, recipe: Recipe, crops: Crops) -> None:
        self.name = recipe.name
        self.recipe = Origin(recipe, _digest(crops))
        self.crops = crops
        self.samples = len(crops.records)
        self.labels = make_labels(crops.records)
        self.pictures = small_pictures(crops.batch(self.labels.gallery.numpy()), size=recipe.picture_size)
        self.network: nn.Module = RecognizerInTraining(
            recipe, people=self.labels.people, looks=self.labels.looks
        )

    def read(self, samples: Int[ndarray, " batch"]) -> dict[str, Tensor]:
        """Frames, class indices, and the small gallery picture of each one's look."""
        look = self.labels.look[samples]
        return {
            "frames": self.crops.batch(samples),
            "person": self.labels.person[samples],
            "look": look,
            "pictures": self.pictures[look],
        }

    def losses(self, batch: dict[str, Tensor], *, generator: torch.Generator) -> dict[str, Tensor]:
        """Weighted terms of one batch of freshly jittered faces."""
        assert isinstance(self.network, RecognizerInTraining)
        recipe, objective = self.recipe.recipe, self.network.objective
        frames = batch["frames"]
        # Colours in bfloat16 would have seven bits, and a blur's sums fewer.
        with torch.autocast(frames.device.type, enabled=False):
            images = jittered_view(frames, recipe.jitter, size=recipe.input_size, generator=generator)
        features = self.network.recognizer(
            images.contiguous(memory_format=torch.channels_last), objective.layers
        )
        with torch.autocast(images.device.type, enabled=False):
            terms: dict[str, Tensor] = objective(
                features, person=batch["person"], look=batch["look"], pictures=batch["pictures"]
            )
        return terms


def _digest(crops: Crops) -> str:
    names = "\n".join(f"{r.path} {r.subject} {r.session} {r.role}" for r in crops.records)
    return hashlib.sha256(names.encode()).hexdigest()
