"""The generator's terms by name. A new one is a file beside this, a weight in the schema and a line below."""

from collections.abc import Callable, Collection
from dataclasses import dataclass

import torch
from jaxtyping import Float
from torch import Tensor

from enface.config.schema import Objective
from enface.objectives.adversarial import generator_loss
from enface.objectives.feature import FEATURE_METRICS
from enface.objectives.pixel import pixel_distance
from enface.objectives.symmetry import symmetry


@dataclass(frozen=True)
class GeneratorView:
    """What the generator's terms may look at. Scores and features are asked for only by terms that count."""

    images: dict[int, Float[Tensor, "batch 3 size size"]]
    """Generated, in [-1, 1], by size."""
    target: Float[Tensor, "batch feature"]
    """Feature that the largest image should have."""
    truth: dict[int, Float[Tensor, "batch 3 size size"]] | None
    """Paired frontal faces in [-1, 1] by size, where there are pairs."""
    embed: Callable[[Tensor], Tensor]
    """Images in [-1, 1] -> features, by the frozen recognizer."""
    score: Callable[[dict[int, Tensor]], dict[str, Tensor]]
    """Images by size -> scores by critic."""
    front: "FrontView | None" = None
    """The branch from real frontal faces to themselves, where there is one."""
    similarity: Float[Tensor, " batch"] | None = None
    """Cosine of the features of each input and its paired frontal face, where a term wants it."""
    masks: dict[int, Float[Tensor, "size size"]] | None = None
    """How much each pixel counts, by size."""

    @property
    def largest(self) -> Float[Tensor, "batch 3 size size"]:
        """The largest generated image."""
        return self.images[max(self.images)]


@dataclass(frozen=True)
class FrontView:
    """What became of real frontal faces (specification B.3)."""

    images: dict[int, Float[Tensor, "batch 3 size size"]]
    """Generated from them, in [-1, 1], by size."""
    target: Float[Tensor, "batch feature"]
    """Their features."""
    truth: dict[int, Float[Tensor, "batch 3 size size"]]
    """The frontal faces themselves."""


@dataclass(frozen=True)
class Term:
    """One loss of the generator."""

    weight: Callable[[Objective], float]
    after_warmup: Callable[[Objective], float]
    """Factor on the weight once the warm-up is over."""
    value: Callable[[Objective, GeneratorView], Float[Tensor, ""]]


def adversarial_term(objective: Objective, view: GeneratorView) -> Float[Tensor, ""]:
    """What the critics think of all sizes, of both branches by their shares."""

    def loss(images: dict[int, Tensor]) -> Tensor:
        scores = view.score(images)
        return generator_loss(objective.adversarial.kind, fake=scores, average=objective.critic_average)

    return _shared(objective, view, loss(view.images), lambda front: loss(front.images))


def feature_term(objective: Objective, view: GeneratorView) -> Float[Tensor, ""]:
    """Distance of the largest image's feature to the target, of both branches by their shares."""
    distance = FEATURE_METRICS[objective.feature.metric]
    return _shared(
        objective,
        view,
        distance(view.embed(view.largest), view.target),
        lambda front: distance(view.embed(front.images[max(front.images)]), front.target),
    )


def _shared(
    objective: Objective, view: GeneratorView, profile: Tensor, front: Callable[[FrontView], Tensor]
) -> Tensor:
    shares = objective.branches
    return profile if view.front is None else shares.profile * profile + shares.front * front(view.front)


def pixel_term(objective: Objective, view: GeneratorView) -> Float[Tensor, ""]:
    """Distance to the ground truth of the largest size, or the mean over sizes."""
    term = objective.pixel
    if term.target == "ground_truth":
        images, truth = view.images, view.truth
    elif view.front is not None:
        images, truth = view.front.images, view.front.truth
    if truth is None:
        raise ValueError("the pixel term compares with the ground truth, but the batch has none")
    distances = [
        pixel_distance(
            images[size],
            truth[size],
            metric=term.metric,
            value_range=term.range,
            mask=view.masks[size] if view.masks else None,
            sample_weights=view.similarity,
        )
        for size in (images if term.sizes == "all" else [max(images)])
    ]
    return torch.stack(distances).mean()


def symmetry_term(objective: Objective, view: GeneratorView) -> Float[Tensor, ""]:
    """Difference of the largest image to its mirror image."""
    return symmetry(view.largest)


GENERATOR_TERMS: dict[str, Term] = {
    "adversarial": Term(lambda o: o.adversarial_weight, lambda _: 1.0, adversarial_term),
    "feature": Term(lambda o: o.feature.weight, lambda o: o.feature.after_warmup, feature_term),
    "pixel": Term(lambda o: o.pixel.weight, lambda o: o.pixel.after_warmup, pixel_term),
    "symmetry": Term(lambda o: o.symmetry.weight, lambda _: 1.0, symmetry_term),
}


def generator_terms(
    objective: Objective, view: GeneratorView, *, leave_out: Collection[str] = (), warm: bool = True
) -> dict[str, Float[Tensor, ""]]:
    """Weighted terms by name; their sum, with L2, is what the generator minimises.

    Args:
        objective: weights and metrics.
        view: the batch; nothing of it is evaluated for a term of weight 0.
        leave_out: names of terms that do not count now, such as "adversarial" during warm-up.
        warm: whether the warm-up is over.
    """
    return {
        name: weight * term.value(objective, view)
        for name, term in GENERATOR_TERMS.items()
        if name not in leave_out
        and (weight := term.weight(objective) * (term.after_warmup(objective) if warm else 1.0))
    }
