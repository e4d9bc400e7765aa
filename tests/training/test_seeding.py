"""Randomness addressed by position."""

import torch

from enface.training.seeding import derived_seed, seeded, uniform


def test_positions_do_not_collide_where_their_digits_do() -> None:
    assert derived_seed(0, 1, 23) != derived_seed(0, 12, 3)
    assert len({derived_seed(0, "step", step, rank) for step in range(100) for rank in range(4)}) == 400


def test_a_seeded_block_repeats_a_step_separates_ranks_and_leaves_no_trace() -> None:
    def draw(step: int, rank: int) -> list[float]:
        with seeded(7, "step", step, rank):
            return torch.rand(3).tolist()

    before = torch.get_rng_state()
    assert draw(5, 0) == draw(5, 0)
    assert draw(5, 0) != draw(5, 1)
    assert draw(5, 0) != draw(6, 0)
    assert torch.equal(torch.get_rng_state(), before)


def test_a_seeded_block_draws_what_torch_draws_from_that_seed() -> None:
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(derived_seed(7, "network"))
        expected = torch.rand(3)
    with seeded(7, "network"):
        assert torch.equal(torch.rand(3), expected)


def test_uniform_leaves_the_global_generator_alone() -> None:
    torch.manual_seed(1)
    expected = torch.rand(1)
    torch.manual_seed(1)
    draws = uniform(0, "alpha", 3, count=1000)
    assert torch.equal(torch.rand(1), expected)
    assert draws.min() >= 0 and draws.max() < 1
    assert abs(draws.mean() - 0.5) < 0.05
