"""Two processes and one give the same weights, for every kind of objective."""

import json
import os
import socket
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest
import torch

from enface.config.codec import dump_experiment
from enface.config.presets import get
from enface.config.schema import Guide, ThreeScaleGenerator
from enface.errors import ConfigError
from enface.training.distributed import Distributed, connect
from enface.training.loop import train

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


@pytest.mark.slow
def test_torchrun_trains_one_run_with_two_processes(tmp_path: Path) -> None:
    experiment = get("smoke").experiment
    experiment = replace(
        experiment,
        guide=Guide("rendered_a", weights="random", layer="pool"),
        generator=ThreeScaleGenerator(sizes=(7, 14, 28), width=0.1),
        data=replace(experiment.data, aligned_size=31, crop_size=28, workers=0),
    )
    config = tmp_path / "config.json"
    config.write_text(dump_experiment(experiment))
    arguments = ["-m", "enface", "train", "--config", str(config), "--quiet", "--output"]
    torchrun = [sys.executable, "-m", "torch.distributed.run", "--nproc-per-node", "2"]
    torchrun += ["--master-port", str(free_port())]
    variables = {**os.environ, "PYTHONPATH": str(TESTS.parent / "src"), "OMP_NUM_THREADS": "1"}
    command = [*torchrun, *arguments, str(tmp_path / "two")]
    done = subprocess.run(command, env=variables, capture_output=True, text=True, timeout=200, check=False)
    assert done.returncode == 0, done.stderr
    train(experiment, output=tmp_path / "one", progress=False)
    (launch,) = json.loads((tmp_path / "two" / "environment.json").read_text())
    assert launch["processes"] == 2
    rows = [
        [json.loads(line) for line in (tmp_path / run / "metrics.jsonl").read_text().splitlines()]
        for run in ("one", "two")
    ]
    assert [row["step"] for row in rows[0]] == [row["step"] for row in rows[1]] == [1, 2, 3, 4]
    # The first step has had no update yet; later ones differ by what Adam makes of rounding.
    for row, tolerance in ((0, 1e-5), (3, 0.1)):
        for name in ("generator/feature", "generator/pixel"):
            assert rows[0][row][name] == pytest.approx(rows[1][row][name], rel=tolerance), (row, name)


@pytest.mark.parametrize(("name", "words"), [("tpu", "unknown device"), ("meta", "not supported")])
def test_devices_that_cannot_be_used(name: str, words: str) -> None:
    with pytest.raises(ConfigError, match=words), connect(name):
        pass


@pytest.mark.skipif(torch.cuda.is_available(), reason="this machine has a CUDA device")
def test_cuda_without_a_device_says_so() -> None:
    with pytest.raises(ConfigError, match="no CUDA device"), connect("cuda"):
        pass
