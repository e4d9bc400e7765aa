"""What a finder finds in composed pictures, by yaw and by size, and how often it is wrong."""

import itertools
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np
import torch
from jaxtyping import Bool, Float, Int, UInt8
from numpy import ndarray

from enface.faces.detectors.protocol import Detection
from enface.faces.detectors.suppression import overlaps
from enface.images import tensor_to_hwc, to_uint8
from enface.models.finder import Finder
from enface.rendering.geometry_set.shards import ShardReader
from enface.training.finder.clutter_pool import ClutterPool
from enface.training.finder.compose import compose
from enface.training.finder.heads import NAMES, heads_of
from enface.training.finder.recipe import Composition, FinderRecipe
from enface.training.finder.truth import FACE, NOTHING
from enface.training.landmarks.photograph import developed

YAW_EDGES = (0, 15, 30, 45, 60, 75, 95)
SIDE_EDGES = (24, 40, 80, 200)
SAME = 0.4
"""Intersection over union from which a box shows a face."""
_BATCH = 24
_LOWEST = 0.05
"""Scores below are not kept."""


@dataclass(frozen=True, eq=False)
class Scene:
    """One composed picture and the heads in it."""

    image: UInt8[ndarray, "size size 3"]
    boxes: Float[ndarray, "heads 4"]
    """Of their faces: x, y, width, height."""
    kind: Int[ndarray, " heads"]
    """Of them (`enface.training.finder.truth`)."""
    sample: Int[ndarray, " heads"]
    """Of them, in the set they come from."""
    yaw: Float[ndarray, " heads"]
    """Absolute, degrees."""


@dataclass(frozen=True, eq=False)
class Sighting:
    """One composed picture, looked at."""

    sample: Int[ndarray, " faces"]
    """Of the faces that must be found."""
    yaw: Float[ndarray, " faces"]
    """Absolute, degrees."""
    side: Float[ndarray, " faces"]
    score: Float[ndarray, " faces"]
    """Of the best box over each; 0 where there is none."""
    alarms: Float[ndarray, " alarms"]
    """Scores of boxes that show nothing."""


@dataclass(frozen=True)
class RecallRow:
    """Faces of one range."""

    label: str
    faces: int
    found: float
    """Share, per cent."""


def validation_composition(recipe: FinderRecipe) -> Composition:
    """Pictures of 320 px with faces of 24 to 200 px; the finder's pyramid looks at them."""
    return replace(
        recipe.composition,
        size=320,
        side=(24.0, 200.0),
        far_side=(0.0, 24.0, 200.0),
        found=(24.0, 220.0),
        ignored=(16.0, 400.0),
    )


def look(
    finder: Finder,
    recipe: FinderRecipe,
    reader: ShardReader,
    samples: Sequence[int],
    *,
    pool: ClutterPool,
    rounds: int = 1,
    seed: int = 0,
) -> list[Sighting]:
    """Composes pictures of a set's heads and looks for the faces, with any score.

    Args:
        finder: whose score does not matter.
        recipe: of the pictures.
        reader: of heads.
        samples: which of them.
        pool: of clutter that was not trained on.
        rounds: how many pictures per head.
        seed: of every draw.
    """
    eager = Finder(finder.card, finder.network, score=_LOWEST, overlap=finder.overlap)
    scenes = compose_scenes(recipe, reader, samples, pool=pool, rounds=rounds, seed=seed)
    return [sighting(eager.detect(scene.image), scene) for scene in scenes]


def compose_scenes(
    recipe: FinderRecipe,
    reader: ShardReader,
    samples: Sequence[int],
    *,
    pool: ClutterPool,
    rounds: int = 1,
    seed: int = 0,
) -> Iterator[Scene]:
    """Pictures of a set's heads, the same ones whoever looks at them; arguments as those of `look`."""
    settings = validation_composition(recipe)
    generator = torch.Generator().manual_seed(seed)
    for _, chosen in itertools.product(range(rounds), _batches(samples)):
        arrays = reader.read(chosen, (*NAMES, "pose"))
        yaw, sample = np.abs(arrays["pose"][:, 0]), np.array(chosen)
        composed = compose(heads_of(arrays), pool, settings, generator=generator)
        images = to_uint8(developed(composed.images, recipe.photograph, generator=generator))
        for image, boxes, kind, head in zip(
            images, composed.boxes.double().numpy(), composed.kind.numpy(), composed.head.numpy(), strict=True
        ):
            corners = np.concatenate([boxes[:, :2] - boxes[:, 2:] / 2, boxes[:, 2:]], axis=1)
            yield Scene(tensor_to_hwc(image), corners, kind, sample=sample[head], yaw=yaw[head])


def sighting(found: Sequence[Detection], scene: Scene) -> Sighting:
    """Which boxes show which faces."""
    boxes, kind = scene.boxes, scene.kind
    best = np.zeros(len(boxes))
    alarms = []
    for face in found:
        shared = overlaps(boxes, np.array(face.box))
        over = int(shared.argmax())
        if shared[over] >= SAME and kind[over] == FACE:
            best[over] = max(best[over], face.score)
        elif not _near(boxes[kind != NOTHING], face):
            alarms.append(face.score)
    must = kind == FACE
    return Sighting(
        sample=scene.sample[must],
        yaw=scene.yaw[must],
        side=boxes[must, 2:].max(axis=1),
        score=best[must],
        alarms=np.array(alarms, dtype=np.float64),
    )


def threshold(seen: Sequence[Sighting], *, alarms: float) -> float:
    """The lowest score, in hundredths, at which there are at most so many false alarms per picture."""
    scores = np.concatenate([one.alarms for one in seen])
    for hundredths in range(10, 95):
        if (scores >= hundredths / 100).sum() <= alarms * len(seen):
            return hundredths / 100
    return 0.95


def recall(seen: Sequence[Sighting], *, score: float) -> list[RecallRow]:
    """By yaw, by size, and of all."""
    yaw = np.concatenate([one.yaw for one in seen])
    side = np.concatenate([one.side for one in seen])
    found = np.concatenate([one.score for one in seen]) >= score
    ranges: list[tuple[str, Bool[ndarray, " faces"]]] = [
        (f"yaw {low} to {high}", (yaw >= low) & (yaw < high)) for low, high in itertools.pairwise(YAW_EDGES)
    ]
    ranges += [
        (f"{low} to {high} px", (side >= low) & (side < high)) for low, high in itertools.pairwise(SIDE_EDGES)
    ]
    ranges.append(("all", np.ones(len(yaw), dtype=bool)))
    return [
        RecallRow(label, int(here.sum()), 100 * float(found[here].mean()))
        for label, here in ranges
        if here.any()
    ]


def false_alarms(seen: Sequence[Sighting], *, score: float) -> float:
    """Per picture."""
    return float(sum((one.alarms >= score).sum() for one in seen)) / len(seen)


def _near(boxes: Float[ndarray, "faces 4"], face: Detection) -> bool:
    """Whether a box has its middle in one of these faces: not a right answer, but no invention."""
    middle = np.array([face.box.x + face.box.width / 2, face.box.y + face.box.height / 2])
    return bool(((boxes[:, :2] <= middle) & (middle <= boxes[:, :2] + boxes[:, 2:])).all(axis=1).any())


def _batches(samples: Sequence[int]) -> Iterator[Sequence[int]]:
    for first in range(0, len(samples), _BATCH):
        yield samples[first : first + _BATCH]
