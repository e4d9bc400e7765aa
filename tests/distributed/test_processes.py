"""Two processes and one give the same weights, for every kind of objective."""

import os
import socket
import subprocess
import sys
from pathlib import Path

import pytest
import torch

from enface.errors import ConfigError
from enface.training.distributed import Distributed, connect

TESTS = Path(__file__).parents[1]
sys.path.append(str(TESTS))


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def environment(rank: int, world: int, port: int) -> dict[str, str]:
    """What torchrun would set."""
    return {
        **os.environ,
        "PYTHONPATH": os.pathsep.join([str(TESTS.parent / "src"), str(TESTS)]),
        "OMP_NUM_THREADS": "1",
        "MASTER_ADDR": "127.0.0.1",
        "MASTER_PORT": str(port),
        "RANK": str(rank),
        "LOCAL_RANK": str(rank),
        "WORLD_SIZE": str(world),
    }


def launch(world: int, *arguments: str) -> None:
    port = free_port()
    processes = [
        subprocess.Popen(
            [sys.executable, *arguments],
            env=environment(rank, world, port),
            stderr=subprocess.PIPE,
            text=True,
        )
        for rank in range(world)
    ]
    for process in processes:
        _, errors = process.communicate(timeout=120)
        assert process.returncode == 0, errors


@pytest.mark.slow
def test_two_processes_equal_one(tmp_path: Path) -> None:
    from distributed.worker import train_all

    launch(2, str(TESTS / "distributed" / "worker.py"), str(tmp_path))
    ranks = [torch.load(tmp_path / f"rank{rank}.pt", weights_only=True) for rank in range(2)]
    alone = train_all(Distributed(torch.device("cpu")))
    assert ranks[0].keys() == alone.keys()
    for name, expected in alone.items():
        for key, value in expected.items():
            assert torch.equal(ranks[0][name][key], ranks[1][name][key]), (name, key)
            torch.testing.assert_close(
                ranks[0][name][key], value, rtol=1e-4, atol=1e-6, msg=lambda m, n=name, k=key: f"{n} {k}: {m}"
            )


@pytest.mark.parametrize(("name", "words"), [("tpu", "unknown device"), ("meta", "not supported")])
def test_devices_that_cannot_be_used(name: str, words: str) -> None:
    with pytest.raises(ConfigError, match=words), connect(name):
        pass


@pytest.mark.skipif(torch.cuda.is_available(), reason="this machine has a CUDA device")
def test_cuda_without_a_device_says_so() -> None:
    with pytest.raises(ConfigError, match="no CUDA device"), connect("cuda"):
        pass
