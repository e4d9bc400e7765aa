"""Which updates one training step makes, as data (specification A.7)."""

from dataclasses import dataclass
from typing import Literal

from enface.config.schema import Schedule


@dataclass(frozen=True)
class Phase:
    """One update of one side."""

    network: Literal["critic", "generator", "both"]
    """both: the two sides' gradients are taken before either moves (to-do 14)."""
    batch: int
    """Which of the step's batches it reads, from 0."""
    adversarial: bool = True
    """False for the generator's warm-up steps and where the adversarial term has weight 0."""


def critic_updates(step: int, schedule: Schedule) -> int:
    """Critic updates of step `step` (from 0): none in the warm-up, then boosted, then `critic_steps`.

    The boost counts from the first step that has critics: after a warm-up it is they who are behind.
    """
    if step < schedule.warmup_steps:
        return 0
    boosted = step < schedule.warmup_steps + schedule.boost_steps
    return schedule.boost_critic_steps if boosted else schedule.critic_steps


def phases_of(step: int, schedule: Schedule, *, adversarial: bool = True) -> tuple[Phase, ...]:
    """The step's updates in order: the critics', then the generator's.

    Args:
        step: number of the step, from 0.
        schedule: the run's schedule.
        adversarial: False where the adversarial term has weight 0; then nothing needs the critics.
    """
    critics = critic_updates(step, schedule) if adversarial else 0
    networks: list[Literal["critic", "generator", "both"]] = ["critic"] * critics
    networks += ["generator"] * schedule.generator_steps
    if schedule.simultaneous and critics:
        networks[critics - 1 : critics + 1] = ["both"]
    fresh, scored = schedule.fresh_batch == "phase", adversarial and step >= schedule.warmup_steps
    return tuple(
        Phase(network, index if fresh else 0, network == "critic" or scored)
        for index, network in enumerate(networks)
    )


def batches_before(step: int, schedule: Schedule, *, adversarial: bool = True) -> int:
    """Batches that all steps before `step` drew: where a resumed run goes on reading."""
    if schedule.fresh_batch == "step":
        return step
    generators = step * schedule.generator_steps
    if not adversarial:
        return generators
    trained = max(0, step - schedule.warmup_steps)
    boosted = min(trained, schedule.boost_steps)
    kinds = ((boosted, schedule.boost_critic_steps), (trained - boosted, schedule.critic_steps))
    # A step without critics has nothing that the generator's first update could be made together with.
    shared = sum(steps for steps, updates in kinds if updates) if schedule.simultaneous else 0
    return generators + sum(steps * updates for steps, updates in kinds) - shared


def images_per_step(schedule: Schedule) -> int:
    """Input images that the generator is updated on in one step."""
    return schedule.batch_size * schedule.generator_steps


def steps_of(schedule: Schedule) -> int:
    """Steps of the whole run: the last one may pass `images` by less than a step's."""
    return -(-schedule.images // images_per_step(schedule))


def rate_factor(step: int, schedule: Schedule) -> float:
    """What both learning rates are multiplied by in step `step` (A.7)."""
    return float(schedule.rate_decay ** (step / schedule.rate_decay_steps))
