"""What a step of every preset costs at its real size.

    python benchmarks/preset_cost.py [--presets NAME ...] [--threads 1] > docs/results/preset_cost.json

Batches of four faces of the set inside the package, untrained guides where the originals' weights are absent,
no boosted and at most one warm-up step, else the preset as it is, in float32 or what it says. Each preset
trains for two steps in a process of its own; the second one counts, with its share of the loader. Processor
seconds per 1,000 images, counted as `enface train` counts them, and peak memory. Prints JSON.
"""

import argparse
import json
import resource
import subprocess
import sys
import tempfile
import time
from dataclasses import replace
from pathlib import Path
from typing import Any

from enface.config import presets
from enface.config.schema import Experiment

BATCH = 4
STEPS = 2


def reduced(experiment: Experiment, *, threads: int) -> Experiment:
    """The preset with small batches and two ordinary steps."""
    from enface.recognizers.registry import CARDS, RANDOM
    from enface.training.phases import images_per_step

    card = CARDS[experiment.guide.recognizer]
    schedule = replace(
        experiment.schedule,
        batch_size=BATCH,
        boost_steps=0,
        warmup_steps=min(1, experiment.schedule.warmup_steps),
        checkpoint_every=1000,
        sample_every=1000,
        log_every=1,
    )
    return replace(
        experiment,
        guide=replace(experiment.guide, weights=None if card.shipped or card.resource else RANDOM),
        schedule=replace(schedule, images=STEPS * images_per_step(schedule)),
        data=replace(experiment.data, workers=0),
        performance=replace(experiment.performance, threads=threads),
    )


def measure(name: str, *, threads: int) -> dict[str, Any]:
    """Trains one preset for two steps in this process."""
    from enface.training.loop import train
    from enface.training.phases import images_per_step
    from enface.training.trainer import Trainer

    seconds: list[float] = []
    step = Trainer.step

    def timed(self: Trainer, *args: Any, **options: Any) -> Any:
        start = time.process_time()
        values = step(self, *args, **options)
        seconds.append(time.process_time() - start)
        return values

    Trainer.step = timed  # type: ignore[method-assign]
    experiment = reduced(presets.get(name).experiment, threads=threads)
    with tempfile.TemporaryDirectory() as folder:
        train(experiment, output=Path(folder) / "run", preset=name, progress=False)
    images = images_per_step(experiment.schedule)
    return {
        "preset": name,
        "precision": experiment.performance.precision,
        "images_a_step": images,
        "processor_seconds_per_1000_images": round(1000 * seconds[-1] / images),
        "peak_mib": round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024),
    }


def main() -> None:
    """Prints JSON."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--presets", nargs="+", choices=presets.names(), default=presets.names())
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--worker", action="store_true", help=argparse.SUPPRESS)
    args = parser.parse_args()
    if args.worker:
        print(json.dumps(measure(args.presets[0], threads=args.threads)))
        return
    import torch

    from enface.training.run_folder import environment

    rows = []
    for name in args.presets:
        command = [sys.executable, __file__, "--worker", "--presets", name, "--threads", str(args.threads)]
        answer = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True)
        rows.append(json.loads(answer.stdout.splitlines()[-1]))
        print(json.dumps(rows[-1]), file=sys.stderr, flush=True)
    machine = environment(device=torch.device("cpu"), world=1)
    print(
        json.dumps(
            {"machine": machine | {"threads": args.threads}, "batch": BATCH, "presets": rows}, indent=2
        )
    )


if __name__ == "__main__":
    main()
