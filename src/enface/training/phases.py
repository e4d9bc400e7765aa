"""Which updates one training step makes, as data (specification A.7)."""

from dataclasses import dataclass
from typing import Literal

from enface.config.schema import Schedule


@dataclass(frozen=True)
class Phase:
    """One update of one side."""

    network: Literal["critic", "generator"]
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
    """The step's updates in order: the critics', then the generator's one.

    Args:
        step: number of the step, from 0.
        schedule: the run's schedule.
        adversarial: False where the adversarial term has weight 0; then nothing needs the critics.
    """
    critics = critic_updates(step, schedule) if adversarial else 0
    fresh = schedule.fresh_batch == "phase"
    return (
        *(Phase("critic", index if fresh else 0) for index in range(critics)),
        Phase("generator", critics if fresh else 0, adversarial and step >= schedule.warmup_steps),
    )


def batches_before(step: int, schedule: Schedule, *, adversarial: bool = True) -> int:
    """Batches that all steps before `step` drew: where a resumed run goes on reading."""
    if schedule.fresh_batch == "step" or not adversarial:
        return step
    trained = max(0, step - schedule.warmup_steps)
    boosted = min(trained, schedule.boost_steps)
    return step + boosted * schedule.boost_critic_steps + (trained - boosted) * schedule.critic_steps


def steps_of(schedule: Schedule) -> int:
    """Steps of the whole run: the last one may pass `images` by less than a batch."""
    return -(-schedule.images // schedule.batch_size)
