"""How many photographs of real, turned heads give a frontal face, how fast, and with how much memory.

Photographs with 15 to 45 degrees of yaw are drawn evenly from a manifest (columns `file`, `yaw_deg`, and the
labelled face's box_x, box_y, box_w, box_h, pixels). They go from files to files through what the verb
`frontalize` calls: reading, detection, alignment, network, writing. Loading the model is timed apart. A
photograph counts when it gives an output; how many outputs show the labelled face is told beside it.

    python benchmarks/frontalize_photos.py --manifest lfw/manifest.csv --model runs/small_rendered
"""

import argparse
import csv
import json
import os
import resource
import shlex
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from machine import machine


def choose(manifest: Path, *, count: int, low: float, high: float) -> list[dict[str, str]]:
    """Rows with an absolute yaw from `low` to `high` degrees, evenly spaced over the manifest's order."""
    with manifest.open(newline="", encoding="utf-8") as stream:
        rows = [row for row in csv.DictReader(stream) if low <= abs(float(row["yaw_deg"])) <= high]
    if len(rows) < count:
        sys.exit(f"{manifest} has only {len(rows)} photographs from {low} to {high} degrees, not {count}")
    return [rows[k * len(rows) // count] for k in range(count)]


def shows_labelled_face(row: Any, label: dict[str, str]) -> bool:
    """Whether the middle of the labelled box lies in the detected one."""
    x = float(label["box_x"]) + float(label["box_w"]) / 2
    y = float(label["box_y"]) + float(label["box_h"]) / 2
    left, top = float(row.box_x), float(row.box_y)
    return left < x < left + float(row.box_width) and top < y < top + float(row.box_height)


def measure(args: argparse.Namespace, output: Path) -> dict[str, Any]:
    """Runs once, writing to `output`."""
    import torch

    from enface.inference import Frontalizer, frontalize_files

    torch.set_num_threads(args.threads)
    labels = choose(args.manifest, count=args.count, low=args.low, high=args.high)
    by_path = {str((args.manifest.parent / label["file"]).absolute()): label for label in labels}

    start = time.perf_counter()
    frontalizer = Frontalizer.load(args.model)
    loaded = time.perf_counter()
    result = frontalize_files(
        by_path, frontalizer=frontalizer, output=output, paste=args.paste, batch_size=args.batch_size
    )
    ended = time.perf_counter()

    good = [row for row in result.rows if row.status == "ok"]
    right = sum(shows_labelled_face(row, by_path[row.input]) for row in good)
    return {
        "photographs": len(labels),
        "yaw_degrees": [args.low, args.high],
        "with_output": len(good),
        "share_with_output": len(good) / len(labels),
        "share_of_the_labelled_face": right / len(labels),
        "failures": {Path(row.input).name: row.error for row in result.rows if row.status != "ok"},
        "seconds_loading": round(loaded - start, 3),
        "seconds": round(ended - loaded, 3),
        "photographs_per_second": round(len(labels) / (ended - loaded), 2),
        "peak_memory_mb": round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024, 1),
        "pasted_back": args.paste,
        "batch_size": args.batch_size,
        "model": frontalizer.model.name,
        "guides": list(frontalizer.model.guides),
        "command": shlex.join(["python", *sys.argv]),
        "machine": machine(args.threads),
    }


def main() -> None:
    """Prints JSON."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--manifest", type=Path, required=True)
    parser.add_argument("--model", default="photo", help="a shipped model, or folder of a model or of a run")
    parser.add_argument("--count", type=int, default=200)
    parser.add_argument("--low", type=float, default=15.0, help="least absolute yaw, degrees")
    parser.add_argument("--high", type=float, default=45.0, help="greatest absolute yaw, degrees")
    parser.add_argument("--paste", action="store_true")
    parser.add_argument("--batch-size", type=int, default=16)
    parser.add_argument("--threads", type=int, default=os.cpu_count() or 1)
    args = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        print(json.dumps(measure(args, Path(folder)), indent=2))


if __name__ == "__main__":
    main()
