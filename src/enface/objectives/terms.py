"""The generator's terms by name. A new one is a file beside this, a weight in the schema and a line below."""

from collections.abc import Callable, Collection
from dataclasses import dataclass

import torch
from jaxtyping import Float
from torch import Tensor

from enface.config.schema import Objective
from enface.objectives.adversarial import generator_loss
from enface.objectives.feature import FEATURE_METRICS
from enface.objectives.pixel import PIXEL_METRICS
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

    @property
    def largest(self) -> Float[Tensor, "batch 3 size size"]:
        """The largest generated image."""
        return self.images[max(self.images)]


@dataclass(frozen=True)
class Term:
    """One loss of the generator."""

    weight: Callable[[Objective], float]
    value: Callable[[Objective, GeneratorView], Float[Tensor, ""]]


def adversarial_term(objective: Objective, view: GeneratorView) -> Float[Tensor, ""]:
    """What the critics think of all sizes."""
    return generator_loss(objective.adversarial.kind, fake=view.score(view.images))


def feature_term(objective: Objective, view: GeneratorView) -> Float[Tensor, ""]:
    """Distance of the largest image's feature to the target."""
    return FEATURE_METRICS[objective.feature.metric](view.embed(view.largest), view.target)


def pixel_term(objective: Objective, view: GeneratorView) -> Float[Tensor, ""]:
    """Distance to the ground truth of the largest size, or the mean over sizes."""
    if view.truth is None:
        raise ValueError("the pixel term compares with the ground truth, but the batch has none")
    sizes = list(view.images) if objective.pixel.sizes == "all" else [max(view.images)]
    metric = PIXEL_METRICS[objective.pixel.metric]
    return torch.stack([metric(view.images[size], view.truth[size]) for size in sizes]).mean()


def symmetry_term(objective: Objective, view: GeneratorView) -> Float[Tensor, ""]:
    """Difference of the largest image to its mirror image."""
    return symmetry(view.largest)


GENERATOR_TERMS: dict[str, Term] = {
    "adversarial": Term(lambda objective: objective.adversarial_weight, adversarial_term),
    "feature": Term(lambda objective: objective.feature.weight, feature_term),
    "pixel": Term(lambda objective: objective.pixel.weight, pixel_term),
    "symmetry": Term(lambda objective: objective.symmetry.weight, symmetry_term),
}


def generator_terms(
    objective: Objective, view: GeneratorView, *, leave_out: Collection[str] = ()
) -> dict[str, Float[Tensor, ""]]:
    """Weighted terms by name; their sum, with L2, is what the generator minimises.

    Args:
        objective: weights and metrics.
        view: the batch; nothing of it is evaluated for a term of weight 0.
        leave_out: names of terms that do not count now, such as "adversarial" during warm-up.
    """
    return {
        name: weight * term.value(objective, view)
        for name, term in GENERATOR_TERMS.items()
        if name not in leave_out and (weight := term.weight(objective))
    }
