"""Which record comes at which position of an endless, per pass reshuffled order."""

import itertools
from collections.abc import Iterator
from functools import lru_cache

import numpy as np
from jaxtyping import Int64
from torch.utils.data import Sampler

from enface.data.randomness import Stream, generator_at


def shuffled_index(
    position: int, *, length: int, seed: int, stream: Stream = Stream.PROFILE_ORDER, run: int = 1
) -> int:
    """The index at `position`: pass `position // length` is one permutation of `range(length)`.

    The same arguments give the same index in every process.

    Args:
        position: 0 or more.
        length: number of things to walk over, at least 1.
        seed: 0 or more.
        stream: orders with different streams are independent.
        run: indices that stay together: `run` successive indices, from a multiple of `run` on, follow each
            other; only their groups are shuffled.
    """
    lap, offset = divmod(position, length)
    return int(_permutation(lap, length, seed, stream, run)[offset])


# Prefetching straddles at most two passes, and two orders (inputs and frontals) are walked at once.
@lru_cache(maxsize=8)
def _permutation(lap: int, length: int, seed: int, stream: Stream, run: int) -> Int64[np.ndarray, "length"]:
    groups = generator_at(lap, seed=seed, stream=stream).permutation(-(-length // run))
    if run == 1:
        return groups
    indices = (groups[:, None] * run + np.arange(run)).ravel()
    return indices[indices < length]  # the last group may be smaller


class PositionSampler(Sampler[int]):
    """Endless indices 0..length-1, each once per pass, with resume and rank as arguments.

    Position `p` always holds `shuffled_index(p)`. Rank r of w processes gets the positions
    `start + r`, `start + r + w`, ...: as long as the global batch size is a multiple of w, the union of
    the processes' k-th batches is the k-th batch of one process.

    Args:
        length: number of records, at least 1.
        seed: decides the order.
        start: positions (over all ranks) that were consumed before.
        rank: this process, 0..world-1.
        world: number of processes.

    Raises:
        ValueError: for a length, start, rank or world outside these ranges.
    """

    def __init__(self, length: int, *, seed: int, start: int = 0, rank: int = 0, world: int = 1) -> None:
        if length < 1:
            raise ValueError(f"length is {length}, but nothing can be drawn from less than 1 record")
        if start < 0:
            raise ValueError(f"start is {start}, allowed is 0 or more")
        if not 0 <= rank < world:
            raise ValueError(f"rank is {rank} of world {world}, allowed is 0..world-1")
        self.length = length
        self.seed = seed
        self.start = start
        self.rank = rank
        self.world = world

    def positions(self) -> Iterator[int]:
        """The endless positions of this rank."""
        return itertools.count(self.start + self.rank, self.world)

    def __iter__(self) -> Iterator[int]:
        return (shuffled_index(position, length=self.length, seed=self.seed) for position in self.positions())
