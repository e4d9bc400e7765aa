"""One process of the two-process test: trains every objective for three steps and saves the weights."""

import sys
from dataclasses import replace
from pathlib import Path

import torch

from enface.config.schema import (
    Experiment,
    FeatureTerm,
    Lsgan,
    Objective,
    PixelTerm,
    SingleScaleGenerator,
    SymmetryTerm,
    Wgan,
    WganGp,
)
from enface.training.distributed import Distributed, connect
from training.tiny import noise_batches, region_experiment, tiny_experiment, tiny_trainer

STEPS = 3
FEATURE = FeatureTerm(weight=1.0)


def experiments() -> dict[str, Experiment]:
    """Every kind of term; small learning rates, since Adam's first updates turn rounding into whole steps."""
    # A clip of 0.01 would leave so small a critic with nothing but rounding to learn from.
    wgan = Wgan(clip=0.5)
    games = {
        "wgan": Objective(adversarial=wgan, feature=FEATURE),
        "wgan_gp": Objective(adversarial=WganGp(), feature=FEATURE),
        "lsgan": Objective(adversarial=Lsgan(), feature=FEATURE, symmetry=SymmetryTerm(weight=1.0)),
        "pixel_mean": Objective(
            adversarial=wgan, feature=FEATURE, pixel=PixelTerm(weight=5.0, sizes="all"), l2=0.1
        ),
        "pixel_sum": Objective(
            adversarial_weight=0.0, feature=FEATURE, pixel=PixelTerm(weight=1e-4, metric="l2_sum")
        ),
    }
    summed = Objective(adversarial=WganGp(scope="summed"), feature=FEATURE)
    cases = {name: tiny_experiment(objective=objective) for name, objective in games.items()}
    # Pixel norm over few channels has gradients in the hundreds, which make chaos of rounding.
    calm = SingleScaleGenerator(size=112, width=0.25, norm="none", activation="leaky")
    cases["regions"] = region_experiment(objective=summed, generator=calm)
    return {name: _slow(case) for name, case in cases.items()}


def _slow(case: Experiment) -> Experiment:
    # A large epsilon makes Adam continuous where a gradient is nearly zero, so that weights can be compared.
    adam = replace(case.generator_optimizer, learning_rate=1e-4, epsilon=1e-3)
    return replace(case, generator_optimizer=adam, critic_optimizer=adam)


def train_all(distributed: Distributed) -> dict[str, dict[str, torch.Tensor]]:
    """Weights and terms after `STEPS` steps, by experiment."""
    results = {}
    for name, experiment in experiments().items():
        trainer = tiny_trainer(experiment, distributed)
        batches = noise_batches(
            trainer.task.generator.sizes,
            batch_size=experiment.schedule.batch_size,
            rank=distributed.rank,
            world=distributed.world,
        )
        values = [trainer.step(step, batches) for step in range(STEPS)][-1]
        networks = torch.nn.ModuleList([trainer.task.generator, trainer.task.critics])
        results[name] = {**networks.state_dict(), **values}
    return results


if __name__ == "__main__":
    torch.set_num_threads(1)
    with connect("cpu") as group:
        torch.save(train_all(group), Path(sys.argv[1]) / f"rank{group.rank}.pt")
