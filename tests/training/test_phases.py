"""Steps as lists of phases."""

from dataclasses import replace

import pytest

from enface.config.schema import Schedule
from enface.training.phases import Phase, batches_before, critic_updates, phases_of, steps_of

SCHEDULE = Schedule(critic_steps=5, boost_steps=25, boost_critic_steps=25)


def test_the_logs_default_boosts_25_times_25_then_takes_5() -> None:
    counts = [critic_updates(step, SCHEDULE) for step in range(30)]
    assert counts == [25] * 25 + [5] * 5


def test_the_generator_comes_last_and_once() -> None:
    phases = phases_of(100, SCHEDULE)
    assert [p.network for p in phases] == ["critic"] * 5 + ["generator"]
    assert [p.batch for p in phases] == [0, 1, 2, 3, 4, 5]


def test_a_shared_batch_serves_every_phase() -> None:
    assert {p.batch for p in phases_of(100, replace(SCHEDULE, fresh_batch="step"))} == {0}


def test_warm_up_has_no_critics_and_no_adversarial_term_and_delays_the_boost() -> None:
    schedule = replace(SCHEDULE, warmup_steps=3, boost_steps=2, boost_critic_steps=4, critic_steps=1)
    assert phases_of(2, schedule) == (Phase("generator", 0, adversarial=False),)
    assert [critic_updates(step, schedule) for step in range(7)] == [0, 0, 0, 4, 4, 1, 1]
    assert phases_of(3, schedule)[-1].adversarial


def test_without_an_adversarial_term_there_are_no_critics() -> None:
    assert phases_of(0, SCHEDULE, adversarial=False) == (Phase("generator", 0, adversarial=False),)


@pytest.mark.parametrize("fresh", ["phase", "step"])
@pytest.mark.parametrize("adversarial", [True, False])
@pytest.mark.parametrize("simultaneous", [True, False])
@pytest.mark.parametrize(("boosted", "later"), [(4, 5), (0, 2), (3, 0)])
def test_batches_before_counts_what_the_phases_draw(
    fresh: str, adversarial: bool, simultaneous: bool, boosted: int, later: int
) -> None:
    schedule = replace(
        SCHEDULE,
        warmup_steps=2,
        boost_steps=3,
        boost_critic_steps=boosted,
        critic_steps=later,
        simultaneous=simultaneous,
        fresh_batch=fresh,
    )
    drawn = 0
    for step in range(12):
        assert batches_before(step, schedule, adversarial=adversarial) == drawn
        drawn += len({p.batch for p in phases_of(step, schedule, adversarial=adversarial)})


def test_a_run_ends_with_the_step_that_reaches_its_images() -> None:
    assert steps_of(Schedule(images=10, batch_size=5)) == 2
    assert steps_of(Schedule(images=11, batch_size=5)) == 3
