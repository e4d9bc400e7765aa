"""Every setting of the log makes a step: at half the size and a fraction of the width, on rendered faces."""

from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass, replace

import pytest
import torch

from enface.config import presets
from enface.config.presets.seed import SEED_LOG
from enface.config.schema import Experiment, Guide, SingleScaleGenerator, ThreeScaleGenerator
from enface.data.batch import FrontalizationBatch
from enface.data.loader import make_loader
from enface.training.assembly import assemble
from enface.training.checks import check_experiment
from enface.training.distributed import Distributed
from enface.training.trainer import Trainer

CPU = torch.device("cpu")
WIDTH, BATCH = 0.0625, 2


@dataclass(frozen=True)
class Expected:
    """What specification B.2 says of a setting, in terms of its step."""

    critic: set[str]
    generator: set[str]
    critic_updates: int
    critics: tuple[str, ...] = ("28", "56", "112")
    clipped: bool = False


PLAIN, PENALISED = {"adversarial"}, {"adversarial", "penalty"}
UNPAIRED, PAIRED = {"adversarial", "feature"}, {"adversarial", "feature", "pixel"}
REGIONS = Expected(PENALISED, UNPAIRED, 1, critics=("whole", "eyes", "nose", "mouth", "face"))
EXPECTED = {
    "seed_default": Expected(PLAIN, UNPAIRED, 5, clipped=True),
    "c_1_8": Expected(PLAIN, UNPAIRED, 5, clipped=True),
    "c_1_1": Expected(PLAIN, PAIRED, 5, clipped=True),
    "c_1_2": Expected(PENALISED, UNPAIRED, 1),
    "c_1_3": Expected(PLAIN, PAIRED, 1),
    "c_1_4": REGIONS,
    "c_1_5": REGIONS,
    "c_1_5_code": REGIONS,
    "c_wgan_gp_0": Expected(PENALISED, UNPAIRED, 5),
}


def reduced(experiment: Experiment) -> Experiment:
    """The same setting small enough for a test; nothing that decides its terms or its schedule changes."""
    generator = experiment.generator
    small: ThreeScaleGenerator | SingleScaleGenerator
    if isinstance(generator, ThreeScaleGenerator):
        small = replace(generator, sizes=(28, 56, 112), width=WIDTH)
    else:
        small = replace(generator, size=112, width=WIDTH)
    return replace(
        experiment,
        guide=Guide(recognizer="rendered_a", weights="random", layer="pool"),
        generator=small,
        critics=replace(experiment.critics, width=WIDTH),
        schedule=replace(experiment.schedule, batch_size=BATCH),
        data=replace(experiment.data, aligned_size=125, crop_size=112, workers=0),
    )


class Counted(Iterator[FrontalizationBatch]):
    """Counts the batches that a step draws."""

    def __init__(self, batches: Iterator[FrontalizationBatch]) -> None:
        self._batches, self.drawn = batches, 0

    def __next__(self) -> FrontalizationBatch:
        self.drawn += 1
        return next(self._batches)


def test_every_setting_of_the_log_is_expected_here() -> None:
    assert {preset.name for preset in SEED_LOG} == set(EXPECTED)


@pytest.mark.parametrize("name", EXPECTED)
def test_a_setting_makes_a_step_of_its_terms(name: str) -> None:
    experiment, expected = reduced(presets.get(name).experiment), EXPECTED[name]
    check_experiment(experiment)
    parts = assemble(experiment, device=CPU)
    trainer = Trainer(parts.task, experiment=experiment, distributed=Distributed(CPU))
    generator, critics = parts.task.generator, parts.task.critics
    assert critics.names == expected.critics
    before = [kernel.detach().clone() for kernel in (*generator.kernels(), *critics.kernels())]
    schedule = experiment.schedule
    loader = make_loader(experiment.data, sizes=parts.sizes, batch_size=BATCH, seed=experiment.seed)
    with closing(loader):
        batches = Counted(loader)
        # The first step after the boost has the setting's own number of critic updates.
        values = trainer.step(schedule.warmup_steps + schedule.boost_steps, batches)
    assert batches.drawn == expected.critic_updates + 1
    terms = {f"critic/{term}" for term in expected.critic} | {f"generator/{t}" for t in expected.generator}
    assert set(values) == terms | {"critic/gradient", "generator/gradient"}
    assert all(torch.isfinite(value) for value in values.values())
    assert (max(float(p.detach().abs().max()) for p in critics.parameters()) <= 0.01) == expected.clipped
    for old, new in zip(before, (*generator.kernels(), *critics.kernels()), strict=True):
        assert torch.isfinite(new).all()
        assert not torch.equal(old, new)
