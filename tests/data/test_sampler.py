"""The order is a permutation per pass; ranks and resumption only cut it, they never change it."""

from itertools import islice

import pytest
from hypothesis import given
from hypothesis import strategies as st

from enface.data.randomness import Stream, generator_at
from enface.data.sampler import PositionSampler, shuffled_index

lengths = st.integers(1, 40)
seeds = st.integers(0, 2**70)


@given(length=lengths, seed=seeds, lap=st.integers(0, 5))
def test_every_pass_is_a_permutation(length: int, seed: int, lap: int) -> None:
    one_pass = list(islice(PositionSampler(length, seed=seed, start=lap * length), length))
    assert sorted(one_pass) == list(range(length))


@given(length=lengths, seed=seeds, start=st.integers(0, 100))
def test_resuming_at_a_position_continues_the_order(length: int, seed: int, start: int) -> None:
    whole = list(islice(PositionSampler(length, seed=seed), start + 20))
    assert list(islice(PositionSampler(length, seed=seed, start=start), 20)) == whole[start:]


@given(
    length=lengths,
    seed=seeds,
    world=st.integers(1, 5),
    per_rank=st.integers(1, 6),
    start=st.integers(0, 50),
)
def test_ranks_partition_every_global_batch(
    length: int, seed: int, world: int, per_rank: int, start: int
) -> None:
    size = world * per_rank
    whole = list(islice(PositionSampler(length, seed=seed, start=start).positions(), 3 * size))
    by_rank = [
        list(
            islice(
                PositionSampler(length, seed=seed, start=start, rank=r, world=world).positions(), 3 * per_rank
            )
        )
        for r in range(world)
    ]
    for batch in range(3):
        union = [p for rank in by_rank for p in rank[batch * per_rank : (batch + 1) * per_rank]]
        assert sorted(union) == whole[batch * size : (batch + 1) * size]


def test_passes_and_seeds_and_streams_differ() -> None:
    first = [shuffled_index(p, length=50, seed=1) for p in range(100)]
    assert first[:50] != first[50:]
    assert first[:50] != [shuffled_index(p, length=50, seed=2) for p in range(50)]
    frontal = [shuffled_index(p, length=50, seed=1, stream=Stream.FRONTAL_ORDER) for p in range(50)]
    assert first[:50] != frontal


def test_neighbouring_positions_share_no_numbers() -> None:
    # 64 draws each from positions 0..31 of every stream: a shared counter range would repeat numbers.
    draws = [
        float(x)
        for position in range(32)
        for stream in Stream
        for x in generator_at(position, seed=7, stream=stream).random(64)
    ]
    assert len(set(draws)) == len(draws)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"length": 0, "seed": 0}, "length is 0"),
        ({"length": 3, "seed": 0, "start": -1}, "start is -1"),
        ({"length": 3, "seed": 0, "rank": 2, "world": 2}, "rank is 2 of world 2"),
    ],
)
def test_bad_arguments_are_named(arguments: dict[str, int], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        PositionSampler(**arguments)
