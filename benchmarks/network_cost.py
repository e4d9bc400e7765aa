"""What every small network of enface costs on one thread: parameters, multiply-adds, milliseconds.

    python benchmarks/network_cost.py [--recognizers rendered_a reid0095] [--times 100] [--json FILE]

A recognizer is given one face as the 224 px crop that it is given everywhere in enface, with batch norms
folded; its own resampling is part of the time, the mirrored picture is not. `landmarks_v1` is one look at its
own input, `finder_v2` one picture of 640 x 480. Multiply-adds are half of what torch's counter of floating
point operations counts: convolutions and matrix products. Milliseconds are processor time of this process;
median (and lowest), in turns over all networks, so that other work on the machine meets all alike.
"""

import argparse
import json
import platform
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import nn
from torch.utils.flop_counter import FlopCounterMode

from enface.models.finder import Finder
from enface.models.landmarker import Landmarker
from enface.recognizers.registry import load_recognizer

Run = Callable[[], Any]


def recognizer_run(name: str) -> tuple[nn.Module, Run]:
    """A recognizer and one embedding by it."""
    recognizer = load_recognizer(name).fold_batch_norm()
    face = torch.rand(1, 3, 224, 224) * 2 - 1
    return recognizer, lambda: recognizer(face)


def other_runs() -> dict[str, tuple[nn.Module, Run]]:
    """The networks that look at photographs."""
    landmarker, finder = Landmarker.load(), Finder.load()
    size = landmarker.card.input_size
    crop = torch.zeros(1, 3, size, size).to(memory_format=torch.channels_last)
    picture = np.full((480, 640, 3), 120, dtype=np.uint8)
    return {
        "landmarks_v1": (landmarker.network, lambda: landmarker.network(crop)),
        "finder_v2": (finder.network, lambda: finder.detect(picture)),
    }


def multiply_adds(run: Run) -> int:
    """Of one call."""
    counter = FlopCounterMode(display=False)
    with torch.no_grad(), counter:  # inference mode hides operations from the counter
        run()
    return int(counter.get_total_flops()) // 2


def weights(network: nn.Module) -> int:
    """Numbers that were trained; graphs that were read from a file hold them as buffers."""
    trained = sum(parameter.numel() for parameter in network.parameters())
    return trained or sum(buffer.numel() for buffer in network.buffers() if buffer.is_floating_point())


@torch.no_grad()
def milliseconds(runs: dict[str, Run], times: int) -> dict[str, list[float]]:
    """Processor time of each call, in turns."""
    spent: dict[str, list[float]] = {name: [] for name in runs}
    for _ in range(times):
        for name, run in runs.items():
            start = time.process_time()
            run()
            spent[name].append(1000 * (time.process_time() - start))
    return spent


def main() -> None:
    """Prints a Markdown table."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument(
        "--recognizers", nargs="*", default=["rendered_a", "rendered_b", "reid0095", "mobilefacenet"]
    )
    parser.add_argument("--times", type=int, default=100)
    parser.add_argument("--json", type=Path, help="write the figures here as well")
    arguments = parser.parse_args()
    torch.set_num_threads(1)
    networks = {name: recognizer_run(name) for name in arguments.recognizers} | other_runs()
    unfolded = {name: weights(load_recognizer(name)) for name in arguments.recognizers}
    rows = {
        name: {"parameters": unfolded.get(name) or weights(network), "multiply_adds": multiply_adds(run)}
        for name, (network, run) in networks.items()
    }
    spent = milliseconds({name: run for name, (_, run) in networks.items()}, arguments.times)
    print(f"{platform.processor() or platform.machine()}, torch {torch.__version__}, one thread\n")
    print("| | parameters | million multiply-adds | ms: median | lowest |")
    print("| --- | --- | --- | --- | --- |")
    for name, row in rows.items():
        row["milliseconds"] = float(np.median(spent[name]))
        row["lowest_milliseconds"] = min(spent[name])
        print(
            f"| `{Path(name).name}` | {row['parameters']:,} | {row['multiply_adds'] / 1e6:.1f} "
            f"| {row['milliseconds']:.1f} | {row['lowest_milliseconds']:.1f} |"
        )
    if arguments.json:
        arguments.json.write_text(json.dumps(rows, indent=2) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
