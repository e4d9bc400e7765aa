"""The processes of a run: `torchrun` starts them, gloo (CPU) or NCCL (CUDA) connects them."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import torch
import torch.distributed as dist

from enface.errors import ConfigError


@dataclass(frozen=True)
class Distributed:
    """This process among the run's processes."""

    device: torch.device
    rank: int = 0
    world: int = 1

    @property
    def is_main(self) -> bool:
        """Whether this process writes files and shows progress."""
        return self.rank == 0

    def barrier(self) -> None:
        """Waits for every process."""
        if self.world > 1:
            dist.barrier()

    def mean_(self, tensor: torch.Tensor) -> torch.Tensor:
        """Averages a tensor over all processes in place."""
        if self.world > 1:
            dist.all_reduce(tensor)
            tensor /= self.world
        return tensor


@contextmanager
def connect(device: str) -> Iterator[Distributed]:
    """Joins the process group that torchrun's environment describes; without one the run is this process.

    Args:
        device: "cpu", "cuda" (each process takes its own of the machine) or a name such as "cuda:1".

    Raises:
        ConfigError: for a device that this torch does not have.
    """
    world, rank = int(os.environ.get("WORLD_SIZE", "1")), int(os.environ.get("RANK", "0"))
    chosen = usable_device(device, local_rank=int(os.environ.get("LOCAL_RANK", "0")))
    if world == 1:
        yield Distributed(chosen)
        return
    dist.init_process_group("nccl" if chosen.type == "cuda" else "gloo", rank=rank, world_size=world)
    try:
        yield Distributed(chosen, rank=rank, world=world)
    finally:
        dist.destroy_process_group()


def usable_device(name: str, *, local_rank: int = 0) -> torch.device:
    """The device of a name; where it is a GPU, it becomes this process's own.

    Args:
        name: "cpu", "cuda" or "cuda:N".
        local_rank: which GPU of the machine "cuda" is.

    Raises:
        ConfigError: for a device that this torch does not have.
    """
    try:
        device = torch.device(name)
    except RuntimeError as error:
        raise ConfigError(f"unknown device {name!r}; use cpu, cuda or cuda:N") from error
    if device.type == "cuda":
        if not torch.cuda.is_available():
            raise ConfigError(f"device {name!r} asked for, but this torch sees no CUDA device; use cpu")
        device = torch.device("cuda", local_rank if device.index is None else device.index)
        if device.index >= torch.cuda.device_count():
            raise ConfigError(
                f"device {device} asked for, but this torch sees {torch.cuda.device_count()} CUDA device(s), "
                "counted from 0"
            )
        torch.cuda.set_device(device)
    elif device.type != "cpu":
        raise ConfigError(f"device {name!r} is not supported; use cpu, cuda or cuda:N")
    return device
