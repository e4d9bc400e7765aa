"""Randomness addressed by position: a draw depends on where the run stands, not on how it got there."""

import hashlib

import torch
from jaxtyping import Float
from torch import Tensor


def derived_seed(seed: int, *position: int | str) -> int:
    """A 63-bit seed of the run's seed and a position such as ("alpha", step, phase)."""
    text = "/".join(map(str, (seed, *position)))
    return int.from_bytes(hashlib.blake2b(text.encode(), digest_size=8).digest()) >> 1


def reseed(seed: int, *, step: int, rank: int) -> None:
    """Sets torch's global generators for one step, so that a resumed run draws what an unbroken one would."""
    torch.manual_seed(derived_seed(seed, "step", step, rank))


def normal(seed: int, *position: int | str, count: int, length: int) -> Float[Tensor, "count length"]:
    """`count` vectors of N(0, 1) for a position; as in `uniform`, every process draws the whole batch's."""
    generator = torch.Generator().manual_seed(derived_seed(seed, *position))
    return torch.randn(count, length, generator=generator)


def uniform(seed: int, *position: int | str, count: int) -> Float[Tensor, " count"]:
    """`count` draws from U(0, 1) for a position; every process draws the whole batch's and takes its own."""
    generator = torch.Generator().manual_seed(derived_seed(seed, *position))
    return torch.rand(count, generator=generator)
