"""A very small model: three sizes at 7, 14 and 28 px, on noise."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import torch
from torch import Tensor, nn

from enface.config.presets import get
from enface.config.schema import (
    Adam,
    Experiment,
    FeatureTerm,
    Objective,
    RegionCritics,
    SingleScaleGenerator,
    SizeCritics,
    ThreeScaleGenerator,
)
from enface.data.batch import FrontalizationBatch
from enface.models.normalizer import FaceNormalizer
from enface.networks.critics import build_critics
from enface.networks.generators import build_generator
from enface.training.distributed import Distributed
from enface.training.task import FrontalizationTask
from enface.training.trainer import Trainer

FEATURES = 12


class TinyRecognizer(nn.Module):
    """Two strided convolutions and a mean; counts the images it encodes without a graph."""

    def __init__(self) -> None:
        super().__init__()
        torch.manual_seed(99)
        self.body = nn.Sequential(
            nn.Conv2d(3, 8, 3, 2), nn.LeakyReLU(0.2), nn.Conv2d(8, FEATURES, 3, 2), nn.Flatten(2)
        )
        self.requires_grad_(False).eval()
        self.encoded = 0

    def forward(self, images: Tensor) -> Tensor:
        if not images.requires_grad:
            self.encoded += len(images)
        features: Tensor = self.body(images).mean(2)
        return features


def tiny_experiment(**changes: Any) -> Experiment:
    """The smoke preset cut down; `objective`, `schedule`, ... replace whole parts."""
    base = replace(
        get("smoke").experiment,
        generator=ThreeScaleGenerator(sizes=(7, 14, 28), width=0.1),
        critics=SizeCritics(width=0.1),
        objective=Objective(feature=FeatureTerm(weight=1.0)),
        generator_optimizer=Adam(learning_rate=1e-3),
        critic_optimizer=Adam(learning_rate=1e-3),
    )
    schedule = replace(base.schedule, critic_steps=2, boost_steps=0, warmup_steps=0, batch_size=4)
    return replace(base, **{"schedule": schedule, **changes})


def region_experiment(**changes: Any) -> Experiment:
    """As `tiny_experiment` with one size and five region critics, at 112 px."""
    return tiny_experiment(
        **{
            "generator": SingleScaleGenerator(size=112, width=0.05),
            "critics": RegionCritics(width=0.05),
            **changes,
        }
    )


def noise_batches(
    sizes: tuple[int, ...], *, batch_size: int, rank: int = 0, world: int = 1, truth: bool = True
) -> Iterator[FrontalizationBatch]:
    """Endless batches of noise; a sample depends on its position alone, as from the real loader."""
    first = rank
    while True:
        positions = list(range(first, first + batch_size, world))

        def images(size: int, what: int, positions: list[int] = positions) -> Tensor:
            generators = [torch.Generator().manual_seed(3 * p + what) for p in positions]
            drawn = [torch.randint(0, 256, (3, size, size), generator=g) for g in generators]
            return torch.stack(drawn).to(torch.uint8)

        yield FrontalizationBatch(
            profile=images(max(sizes), 0),
            frontals={size: images(size, 1) for size in sizes},
            ground_truth={size: images(size, 2) for size in sizes} if truth else None,
            positions=torch.tensor(positions),
        )
        first += batch_size


def tiny_trainer(experiment: Experiment, distributed: Distributed | None = None) -> Trainer:
    """A trainer with first weights from seed 0."""
    distributed = distributed or Distributed(torch.device("cpu"))
    recognizer = TinyRecognizer()
    torch.manual_seed(0)
    generator = build_generator(experiment.generator, feature_size=FEATURES)
    critics = build_critics(experiment.critics, sizes=generator.sizes)
    generator.to(memory_format=torch.channels_last)
    critics.to(memory_format=torch.channels_last)
    task = FrontalizationTask(
        FaceNormalizer(recognizer, generator),
        critics=critics,
        objective=experiment.objective,
        joint_critic_pass=experiment.critics.norm != "batch",
        precision=torch.bfloat16 if experiment.performance.precision == "bfloat16" else torch.float32,
        processes=distributed.world,
    )
    return Trainer(task, experiment=experiment, distributed=distributed)
