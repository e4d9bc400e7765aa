"""What one update is made of: features, fakes and the named weighted terms of both sides (specification A.6).

The task knows networks and their objective, the loop knows phases; terms travel as dictionaries from here to
`metrics.jsonl`. Each image is encoded once and decoded once, however many updates read its batch: the
generator stands still while the critics learn, so their fake is the generator's own, cut from its graph.
"""

from dataclasses import dataclass

import torch
from jaxtyping import Float
from torch import Tensor

from enface.config.schema import Objective, WganGp
from enface.data.batch import FrontalizationBatch
from enface.images import to_unit
from enface.models.normalizer import FaceNormalizer
from enface.networks.interfaces import Critics
from enface.objectives.adversarial import critic_loss
from enface.objectives.penalties import gradient_penalty
from enface.objectives.terms import GeneratorView, generator_terms

Images = dict[int, Tensor]
"""Size in pixels -> images in [-1, 1], Float "batch 3 size size"."""
Terms = dict[str, Tensor]
"""Name -> weighted scalar; their sum is what the side minimises, apart from L2."""


@dataclass(frozen=True)
class SharedBatch:
    """One batch as every update of the step sees it."""

    target: Float[Tensor, "batch feature"]
    """What the feature term compares with: the inputs' features, or the ground truths'."""
    fake: Images
    """Generated from the inputs' features; with the generator's graph where the generator reads the batch."""
    real: Images
    truth: Images | None


class FrontalizationTask:
    """The networks with their objective; holds no optimiser and no schedule."""

    def __init__(
        self,
        normalizer: FaceNormalizer,
        *,
        critics: Critics,
        objective: Objective,
        joint_critic_pass: bool = True,
        precision: torch.dtype = torch.float32,
        channels_last: bool = True,
        processes: int = 1,
    ) -> None:
        """Takes networks that already lie on their device.

        Args:
            normalizer: frozen recognizer and trained generator.
            critics: trained with the generator.
            objective: terms and weights.
            joint_critic_pass: whether real and generated images may go through the critics as one batch;
                not so with batch norm, whose statistics belong to one kind.
            precision: dtype of the networks' autocast; losses and penalties are float32 always.
            channels_last: memory format of images.
            processes: over how many processes gradients are averaged; a term that sums over the batch is
                multiplied by it, since the mean of the parts' sums is that much smaller than the whole's.
        """
        self.normalizer = normalizer
        self.generator = normalizer.generator
        self.critics = critics
        self._objective = objective
        self._joint = joint_critic_pass
        self._precision = precision
        self._format = torch.channels_last if channels_last else torch.contiguous_format
        self._processes = processes

    def embed(self, images: Float[Tensor, "batch 3 height width"]) -> Float[Tensor, "batch feature"]:
        """The guide's features of images in [-1, 1], float32, at the precision of the training."""
        with self._autocast():
            return self.normalizer.embed(images).float()

    def share(self, batch: FrontalizationBatch, *, graph: bool) -> SharedBatch:
        """Encodes and decodes a batch once.

        Args:
            batch: uint8 images on the networks' device.
            graph: whether a generator update will read it.
        """
        with torch.no_grad():
            features = self.embed(self._unit(batch.profile))
        with torch.set_grad_enabled(graph), self._autocast():
            fake = self.normalizer.decode(features)
        truth, target = None, features
        if graph and batch.ground_truth is not None:
            truth = {size: self._unit(image) for size, image in batch.ground_truth.items()}
            if self._objective.feature.target == "ground_truth" and self._objective.feature.weight:
                with torch.no_grad():
                    target = self.embed(truth[max(truth)])
        real = {size: self._unit(image) for size, image in batch.frontals.items()}
        return SharedBatch(target, fake, real, truth)

    def critic_terms(self, batch: SharedBatch, *, alpha: Float[Tensor, " batch"]) -> Terms:
        """The critics' terms; nothing in them leads back to the generator.

        Args:
            batch: from `share`.
            alpha: where between real (0) and generated (1) each sample's penalty is taken.
        """
        game, weight = self._objective.adversarial, self._objective.adversarial_weight
        fake = {size: image.detach() for size, image in batch.fake.items()}
        real_scores, fake_scores = self._score_both(batch.real, fake)
        terms = {"adversarial": weight * critic_loss(game.kind, real=real_scores, fake=fake_scores)}
        if isinstance(game, WganGp) and game.penalty:
            terms["penalty"] = game.penalty * gradient_penalty(
                self.critics,
                real=batch.real,
                fake=fake,
                alpha=alpha,
                scope=game.scope,
                space=game.space,
            )
        return terms

    def generator_terms(self, batch: SharedBatch, *, adversarial: bool = True) -> Terms:
        """The generator's terms; one of weight 0 is not computed.

        Args:
            batch: from `share` with `graph=True`.
            adversarial: False leaves that term out, in warm-up steps.
        """
        view = GeneratorView(batch.fake, batch.target, batch.truth, embed=self.embed, score=self._score)
        terms = generator_terms(self._objective, view, leave_out=() if adversarial else ("adversarial",))
        if self._objective.pixel.metric == "l2_sum" and "pixel" in terms:
            terms["pixel"] = terms["pixel"] * self._processes
        return terms

    def _score(self, images: Images) -> dict[str, Tensor]:
        with self._autocast():
            scores: dict[str, Tensor] = self.critics(images)
        return scores

    def _score_both(self, real: Images, fake: Images) -> tuple[dict[str, Tensor], dict[str, Tensor]]:
        if not self._joint:
            return self._score(real), self._score(fake)
        count = next(iter(real.values())).shape[0]
        both = self._score({size: torch.cat([real[size], fake[size]]) for size in fake})
        return {k: v[:count] for k, v in both.items()}, {k: v[count:] for k, v in both.items()}

    def _unit(self, images: Tensor) -> Tensor:
        return to_unit(images).contiguous(memory_format=self._format)

    def _autocast(self) -> torch.autocast:
        device = next(self.generator.parameters()).device.type
        return torch.autocast(device, torch.bfloat16, enabled=self._precision == torch.bfloat16)
