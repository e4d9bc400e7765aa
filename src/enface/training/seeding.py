"""Randomness addressed by position: a draw depends on where the run stands, not on how it got there."""

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager

import torch
from jaxtyping import Float
from torch import Tensor


def derived_seed(seed: int, *position: int | str) -> int:
    """A 63-bit seed of the run's seed and a position such as ("alpha", step, phase)."""
    text = "/".join(map(str, (seed, *position)))
    return int.from_bytes(hashlib.blake2b(text.encode(), digest_size=8).digest()) >> 1


@contextmanager
def seeded(seed: int, *position: int | str, device: torch.device | None = None) -> Iterator[None]:
    """torch's global generators at a position for the block, for first weights and dropout; then as before.

    Args:
        seed: of the run.
        position: as for `derived_seed`.
        device: whose generator is put back beside the CPU's, where it has one.
    """
    number, on_gpu = derived_seed(seed, *position), device is not None and device.type == "cuda"
    with torch.random.fork_rng(devices=[device] if on_gpu else []):
        torch.default_generator.manual_seed(number)
        if on_gpu:
            torch.cuda.manual_seed(number)
        yield


def normal(seed: int, *position: int | str, count: int, length: int) -> Float[Tensor, "count length"]:
    """`count` vectors of N(0, 1) for a position; as in `uniform`, every process draws the whole batch's."""
    generator = torch.Generator().manual_seed(derived_seed(seed, *position))
    return torch.randn(count, length, generator=generator)


def uniform(seed: int, *position: int | str, count: int) -> Float[Tensor, " count"]:
    """`count` draws from U(0, 1) for a position; every process draws the whole batch's and takes its own."""
    generator = torch.Generator().manual_seed(derived_seed(seed, *position))
    return torch.rand(count, generator=generator)
