"""Images per second of the input pipeline, against bare JPEG decoding of the same files.

The pipeline is what `enface train` gets: decode, align, crop, flip, shrink, pair, batch. Every sample needs
three pictures (input, frontal, ground truth), so pictures per second are three times the samples. Three
states are timed on 0, 1 and 2 workers:

- uncached: every picture is decoded and aligned each time, as for a set larger than the cache;
- cached: the steady state of a set that fits, after every worker has seen every picture;
- decode: Pillow reads the same files, in the same order, in this process, and nothing else.

States take turns within each round; the result is the median over rounds.

    python benchmarks/loader.py --rounds 5
"""

import argparse
import json
import os
import platform
import statistics
import sys
import time
from collections.abc import Callable, Generator
from contextlib import ExitStack, closing
from dataclasses import replace
from functools import partial

import numpy as np
import PIL
import torch
from PIL import Image

from enface.config import presets
from enface.config.schema import Data
from enface.data.batch import FrontalizationBatch
from enface.data.embedded import embedded_manifest
from enface.data.loader import CACHE_BYTES, make_loader
from enface.data.pairing import make_pairs

PICTURES_PER_SAMPLE = 3
WORKERS = (0, 1, 2)
Loader = Generator[FrontalizationBatch, None, None]


def main() -> None:
    """Prints one JSON object."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--preset", default="small_rendered", help="whose data settings and sizes to take")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--batches", type=int, default=30, help="timed per state and round")
    arguments = parser.parse_args()

    torch.set_num_threads(1)
    experiment = presets.get(arguments.preset).experiment
    batch_size = experiment.schedule.batch_size
    data = replace(experiment.data, manifest=None, frontal_manifest=None, pairing="paired")
    sizes = getattr(experiment.generator, "sizes", (data.crop_size,))
    count = arguments.batches * batch_size

    rates: dict[str, list[float]] = {}
    with ExitStack() as stack:

        def loader(workers: int, cache_bytes: int) -> Loader:
            return stack.enter_context(
                closing(
                    make_loader(
                        replace(data, workers=workers),
                        sizes=sizes,
                        batch_size=batch_size,
                        seed=0,
                        cache_bytes=cache_bytes,
                    )
                )
            )

        # Seconds that each state takes for `count` samples.
        states: dict[str, Callable[[], float]] = {"decode": partial(decode, data, count)}
        for workers in WORKERS:
            for name, cache_bytes in (("uncached", 0), ("cached", CACHE_BYTES)):
                batches = loader(workers, cache_bytes)
                # Fills the caches: each worker has to meet every picture by itself, so until none is new.
                passes = (3 * max(1, workers) if cache_bytes else 0) * samples_per_pass(data)
                draw(batches, max(4, passes // batch_size))
                states[f"{name}, {workers} workers"] = partial(
                    timed_draw, batches, arguments.batches, workers=workers
                )
        for _ in range(arguments.rounds):
            for name, state in states.items():
                seconds = state()
                rates.setdefault(name, []).append(PICTURES_PER_SAMPLE * count / seconds)

    medians = {name: statistics.median(values) for name, values in rates.items()}
    result = {
        "preset": arguments.preset,
        "aligned_size": data.aligned_size,
        "crop_size": data.crop_size,
        "sizes": sizes,
        "batch_size": batch_size,
        "pictures_per_sample": PICTURES_PER_SAMPLE,
        "pictures_per_round": PICTURES_PER_SAMPLE * count,
        "pictures_per_second": {name: round(value) for name, value in medians.items()},
        "samples_per_second": {
            name: round(value / PICTURES_PER_SAMPLE) for name, value in medians.items() if name != "decode"
        },
        "ratio_to_decode": {name: round(value / medians["decode"], 3) for name, value in medians.items()},
        "rounds": {name: [round(value) for value in values] for name, values in rates.items()},
        "machine": {
            "processor": processor(),
            "cores": os.cpu_count(),
            "load_at_end": os.getloadavg()[0] if hasattr(os, "getloadavg") else None,
            "system": platform.platform(),
            "python": platform.python_version(),
            "torch": torch.__version__,
            "numpy": np.__version__,
            "pillow": PIL.__version__,
        },
    }
    json.dump(result, sys.stdout, indent=2)
    print()


def samples_per_pass(data: Data) -> int:
    """Inputs in one pass over the training people."""
    return len(make_pairs(embedded_manifest(), data.pairing))


def draw(batches: Loader, count: int) -> None:
    """Takes batches and drops them."""
    for _ in range(count):
        next(batches)


def timed_draw(batches: Loader, count: int, *, workers: int) -> float:
    """Seconds for some batches, without what workers had made in advance before."""
    draw(batches, 2 * workers)  # torch prefetches two batches per worker
    started = time.perf_counter()
    draw(batches, count)
    seconds = time.perf_counter() - started
    time.sleep(0.5 if workers else 0)  # until the queue is full again, so that the next state runs alone
    return seconds


def decode(data: Data, samples: int) -> float:
    """Seconds to read the pictures of the first samples with Pillow, into arrays."""
    manifest = embedded_manifest()
    pairs = make_pairs(manifest, data.pairing)
    started = time.perf_counter()
    for position in range(samples):
        for index in pairs.draw(position, 0):
            if index is not None:
                with Image.open(manifest.file(manifest.records[index])) as image:
                    np.asarray(image.convert("RGB"))
    return time.perf_counter() - started


def processor() -> str:
    """Name of the processor, as the system tells it."""
    try:
        with open("/proc/cpuinfo") as stream:  # noqa: PTH123
            return next(line.partition(":")[2].strip() for line in stream if line.startswith("model name"))
    except (OSError, StopIteration):
        return platform.processor()


if __name__ == "__main__":
    main()
