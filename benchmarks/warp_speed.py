"""Faces per second of a warp model: the networks alone, and everything from frame to face, at several sizes.

Every case runs in turn with the others, `--rounds` times; medians are printed, with parameters and
multiply-adds.

    python benchmarks/warp_speed.py --model photo --threads 2
"""

import argparse
import json
import os
import platform
import resource
import statistics
import time
from collections.abc import Callable

import torch
from torch import nn
from torch.utils.flop_counter import FlopCounterMode

from enface.models.library import load_turner
from enface.models.warp.turner import WarpTurner
from enface.networks.warp.views import Views
from enface.training.run_folder import environment


def multiply_adds(call: Callable[[], object]) -> float:
    """Of one call, in millions; what the counter knows: convolutions and matrix products."""
    with FlopCounterMode(display=False) as counter:
        call()
    return counter.get_total_flops() / 2e6


def parameters(network: nn.Module) -> int:
    """Trained numbers."""
    return sum(p.numel() for p in network.parameters())


def main() -> None:
    """Prints JSON."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--model", default="photo")
    parser.add_argument("--threads", type=int, default=os.cpu_count() or 1)
    parser.add_argument("--batch", type=int, default=8)
    parser.add_argument("--rounds", type=int, default=5)
    args = parser.parse_args()
    torch.set_num_threads(args.threads)
    turner = load_turner(args.model)
    if not isinstance(turner, WarpTurner):
        parser.error(f"{args.model} is no warp model")
    model = turner.model
    small = torch.rand(args.batch, 3, model.field.size, model.field.size) * 2 - 1
    mode = torch.zeros(args.batch, dtype=torch.bool)
    weights = torch.rand(args.batch, 1, 64, 64)
    views = Views(small, small.flip(3), weights, weights.flip(3), weights)

    def whole(side: int) -> Callable[[], object]:
        frames = torch.rand(args.batch, 3, side, side) * 2 - 1
        return lambda: model(frames)

    cases: dict[str, Callable[[], object]] = {
        "field network": lambda: model.field(small, mode),
        "finisher": lambda: model.finisher(views, mode),
        "all, 128 px frame": whole(128),
        "all, 250 px frame (224 px face)": whole(250),
        "all, 500 px frame (448 px face)": whole(500),
        "all, 1000 px frame (896 px face)": whole(1000),
    }
    seconds: dict[str, dict[str, list[float]]] = {name: {"float32": [], "bfloat16": []} for name in cases}
    with torch.inference_mode():
        for turn in range(args.rounds + 1):
            for name, call in cases.items():
                for precision in ("float32", "bfloat16"):
                    with torch.autocast("cpu", torch.bfloat16, enabled=precision == "bfloat16"):
                        start = time.perf_counter()
                        call()
                        if turn:  # the first round warms up
                            seconds[name][precision].append(time.perf_counter() - start)
        counted = {
            "field network": multiply_adds(lambda: model.field(small[:1], mode[:1])),
            "finisher": multiply_adds(lambda: model.finisher(Views(*(v[:1] for v in views)), mode[:1])),
        }
    report = {
        "faces_per_second": {
            name: {p: round(args.batch / statistics.median(times), 1) for p, times in by_precision.items()}
            for name, by_precision in seconds.items()
        },
        "parameters": {"field": parameters(model.field), "finisher": parameters(model.finisher)},
        "million_multiply_adds": {name: round(value) for name, value in counted.items()},
        "peak_memory_mb": round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024),
        "batch": args.batch,
        "machine": {
            **environment(device=torch.device("cpu"), world=1),
            "threads": args.threads,
            "system": platform.platform(),
            "load": os.getloadavg(),
        },
    }
    print(json.dumps(report, indent=2))


if __name__ == "__main__":
    main()
