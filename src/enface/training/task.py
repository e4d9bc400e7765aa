"""What one update is made of: features, fakes and the named weighted terms of both sides (specification A.6).

The task knows networks and their objective, the loop knows phases; terms travel as dictionaries from here to
`metrics.jsonl`. Each image is encoded once and decoded once, however many updates read its batch: the
generator stands still while the critics learn, so their fake is the generator's own, cut from its graph.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace

import torch
from jaxtyping import Float
from torch import Tensor

from enface.config.schema import Bce, Objective, WganGp
from enface.data.batch import FrontalizationBatch
from enface.images import to_unit
from enface.models.normalizer import Encoded, FaceNormalizer
from enface.networks.interfaces import Critics
from enface.objectives.adversarial import critic_loss, drift
from enface.objectives.feature import similarities
from enface.objectives.penalties import gradient_penalty
from enface.objectives.terms import FrontView, GeneratorView, generator_terms

Images = dict[int, Tensor]
"""Size in pixels -> images in [-1, 1], Float "batch 3 size size"."""
Terms = dict[str, Tensor]
"""Name -> weighted scalar; their sum is what the side minimises, apart from L2."""


@dataclass(frozen=True)
class SharedBatch:
    """One batch as every update of the step sees it."""

    encoded: Encoded
    """What the guide made of the inputs."""
    target: Float[Tensor, "batch feature"]
    """What the feature term compares with: the inputs' features, or the ground truths'."""
    fake: Images
    """Generated from the inputs' features; with the generator's graph where the generator reads the batch."""
    real: Images
    truth: Images | None
    front: Encoded | None = None
    """What the guide made of the real frontals, where there is a front branch."""
    front_fake: Images | None = None
    """Generated from it."""
    condition: Float[Tensor, "batch channels height width"] | None = None
    """What conditional critics see of the inputs."""
    similarity: Float[Tensor, " batch"] | None = None
    """Cosine of the inputs' and the ground truths' features, where the pixel term wants it."""
    noise: Float[Tensor, "batch noise"] | None = None


class FrontalizationTask:
    """The networks with their objective; holds no optimiser and no schedule."""

    def __init__(
        self,
        normalizer: FaceNormalizer,
        *,
        critics: Critics,
        objective: Objective,
        joint_critic_pass: bool = True,
        masks: dict[int, Tensor] | None = None,
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
            masks: how much each pixel counts in the pixel term, "size size" by size.
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
        self._masks = masks
        self._precision = precision
        self._format = torch.channels_last if channels_last else torch.contiguous_format
        self._processes = processes

    def embed(self, images: Float[Tensor, "batch 3 height width"]) -> Float[Tensor, "batch feature"]:
        """The guide's features of images in [-1, 1], float32, at the precision of the training."""
        with self._autocast():
            return self.normalizer.embed(images).float()

    def share(
        self, batch: FrontalizationBatch, *, graph: bool, noise: Float[Tensor, "batch noise"] | None = None
    ) -> SharedBatch:
        """Encodes and decodes a batch once.

        Args:
            batch: uint8 images on the networks' device.
            graph: whether a generator update will read it.
            noise: of each sample, where the model takes any.
        """
        objective, profile = self._objective, self._unit(batch.profile)
        real = {size: self._unit(image) for size, image in batch.frontals.items()}
        truth = None
        if graph and batch.ground_truth is not None:
            truth = {size: self._unit(image) for size, image in batch.ground_truth.items()}
        with torch.no_grad():
            layer = self.critics.layer
            seen = (layer,) if self.critics.conditional and layer is not None else ()
            encoded = self.encode(profile, also=seen)
            front = self.encode(real[max(real)]) if objective.branches.front else None
            target, similarity = encoded.feature, None
            by_truth = objective.feature.weight and objective.feature.target == "ground_truth"
            weighted = objective.pixel.weight and objective.pixel.similarity_weighted
            if truth is not None and (by_truth or weighted):
                feature = self.embed(truth[max(truth)])
                target = feature if by_truth else target
                similarity = similarities(encoded.feature, feature) if weighted else None
        condition = None
        if self.critics.conditional:
            condition = profile if layer is None else as_map(encoded.layers[layer])
        return SharedBatch(
            encoded,
            target,
            self._decode(encoded, noise, graph=graph),
            real,
            truth,
            front=front,
            front_fake=None if front is None else self._decode(front, noise, graph=graph),
            condition=condition,
            similarity=similarity,
            noise=noise,
        )

    def decode_again(self, batch: SharedBatch) -> SharedBatch:
        """The batch as the generator, which has moved since, decodes it now; nothing is encoded again."""
        front = batch.front
        return replace(
            batch,
            fake=self._decode(batch.encoded, batch.noise, graph=True),
            front_fake=None if front is None else self._decode(front, batch.noise, graph=True),
        )

    def critic_terms(self, batch: SharedBatch, *, alpha: Float[Tensor, " batch"]) -> Terms:
        """The critics' terms; nothing in them leads back to the generator.

        Args:
            batch: from `share`.
            alpha: where between real (0) and generated (1) each sample's penalty is taken.
        """
        objective = self._objective
        game, shares = objective.adversarial, objective.branches
        kinds = [batch.real, batch.fake] + ([] if batch.front_fake is None else [batch.front_fake])
        with torch.no_grad():
            seen = [self._look({size: image.detach() for size, image in kind.items()}) for kind in kinds]
        real, fake, *front = self._score_each(seen, batch.condition)
        loss = critic_loss(
            game.kind,
            real=real,
            fake=fake,
            front=front[0] if front else None,
            shares=(shares.profile, shares.front),
            average=objective.critic_average,
            label_smoothing=game.label_smoothing if isinstance(game, Bce) else 0.0,
        )
        terms = {"adversarial": objective.adversarial_weight * loss}
        if objective.drift:
            terms["drift"] = objective.drift * (drift(real) + drift(fake)) / 2
        if isinstance(game, WganGp) and game.penalty:
            terms["penalty"] = game.penalty * gradient_penalty(
                lambda images: self.critics(self._beside(self._look(images), batch.condition)),
                real=batch.real,
                fake=batch.fake,
                alpha=alpha,
                scope=game.scope,
                space=game.space,
            )
        return terms

    def generator_terms(self, batch: SharedBatch, *, adversarial: bool = True, warm: bool = True) -> Terms:
        """The generator's terms; one of weight 0 is not computed.

        Args:
            batch: from `share` with `graph=True`.
            adversarial: False leaves that term out, in warm-up steps.
            warm: whether the warm-up is over.
        """
        embed, look = self._readers()
        front = None
        if batch.front is not None and batch.front_fake is not None:
            front = FrontView(batch.front_fake, batch.front.feature, batch.real)
        view = GeneratorView(
            batch.fake,
            batch.target,
            batch.truth,
            embed=embed,
            score=lambda images: self._score(look(images), batch.condition),
            front=front,
            similarity=batch.similarity,
            masks=self._masks,
        )
        leave_out = () if adversarial else ("adversarial",)
        terms = generator_terms(self._objective, view, leave_out=leave_out, warm=warm)
        if self._objective.pixel.metric == "l2_sum" and "pixel" in terms:
            terms["pixel"] = terms["pixel"] * self._processes
        return terms

    def encode(self, images: Tensor, *, also: tuple[str, ...] = ()) -> Encoded:
        """`FaceNormalizer.encode` at the precision of the training, its results float32."""
        with self._autocast():
            found = self.normalizer.encode(images, also=also)
        maps = {layer: values.float() for layer, values in found.maps.items()}
        return replace(found, feature=found.feature.float(), code=found.code.float(), maps=maps)

    def _decode(self, encoded: Encoded, noise: Tensor | None, *, graph: bool) -> Images:
        with torch.set_grad_enabled(graph), self._autocast():
            return self.normalizer.decode(encoded.code, encoded.maps, noise=noise)

    def _readers(self) -> tuple[Callable[[Tensor], Tensor], Callable[[Images], Images]]:
        """How a generator update embeds generated images, and what the critics see of them.

        Critics that look at a layer of the guide get it from the pass that also gives the feature.
        """
        layer = self.critics.layer
        if layer is None:
            return self.embed, self._look
        found: dict[int, tuple[Tensor, Tensor]] = {}

        def read(image: Tensor) -> tuple[Tensor, Tensor]:
            if id(image) not in found:
                with self._autocast():
                    feature, layers = self.normalizer.layers_of(image, (layer,))
                found[id(image)] = feature.float(), as_map(layers[layer])
            return found[id(image)]

        return lambda image: read(image)[0], lambda images: {max(images): read(images[max(images)])[1]}

    def _look(self, images: Images) -> Images:
        """What the critics see of images: themselves, or the guide's layer of the largest."""
        layer, size = self.critics.layer, max(images)
        if layer is None:
            return images
        with self._autocast():
            return {size: as_map(self.normalizer.layers_of(images[size], (layer,))[1][layer])}

    def _beside(self, seen: Images, condition: Tensor | None) -> Images:
        """With what conditional critics see of the inputs behind it."""
        if condition is None:
            return seen
        return {size: torch.cat([image, condition.to(image.dtype)], dim=1) for size, image in seen.items()}

    def _score(self, seen: Images, condition: Tensor | None) -> dict[str, Tensor]:
        with self._autocast():
            scores: dict[str, Tensor] = self.critics(self._beside(seen, condition))
        return scores

    def _score_each(self, seen: list[Images], condition: Tensor | None) -> list[dict[str, Tensor]]:
        """Scores of several kinds of images, in one pass where their statistics do not matter."""
        if not self._joint:
            return [self._score(images, condition) for images in seen]
        counts = [next(iter(images.values())).shape[0] for images in seen]
        together = {size: torch.cat([images[size] for images in seen]) for size in seen[1]}
        repeated = None if condition is None else condition.repeat(len(seen), 1, 1, 1)
        scores = self._score(together, repeated)
        pieces = {name: torch.split(values, counts) for name, values in scores.items()}
        return [{name: values[kind] for name, values in pieces.items()} for kind in range(len(seen))]

    def _unit(self, images: Tensor) -> Tensor:
        return to_unit(images).contiguous(memory_format=self._format)

    def _autocast(self) -> torch.autocast:
        device = next(self.generator.parameters()).device.type
        return torch.autocast(device, torch.bfloat16, enabled=self._precision == torch.bfloat16)


def as_map(layer: Tensor) -> Float[Tensor, "batch channels height width"]:
    """A layer that is a vector as a map of one pixel; maps stay."""
    return layer if layer.ndim == 4 else layer[:, :, None, None]
