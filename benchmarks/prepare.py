"""How fast photographs become aligned faces, how many of them do, and where their landmarks end up.

`enface prepare` runs on the same photographs with each number of workers, into an empty folder each time.
The landmarks of the written manifest lie in the crops; their distance from the template's mean face, turned
to the estimated yaw, is what the fit left over.

    python benchmarks/prepare.py PHOTOS --source lfw --count 300
"""

import argparse
import json
import os
import platform
import shutil
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import numpy as np

from enface.data.manifest import read_manifest
from enface.faces.landmarks import NOSE
from enface.faces.pose import estimate_yaw
from enface.faces.templates import DEFAULT_TEMPLATE, get_template
from enface.images import SUFFIXES
from enface.preparation.plan import Roles
from enface.preparation.prepare import Prepared, prepare_set
from enface.preparation.sources import get_source
from enface.preparation.worker import Crops


def some_photographs(folder: Path, into: Path, *, count: int) -> int:
    """Copies evenly spread photographs of a folder into another one, with their names; returns how many."""
    files = sorted(file for file in folder.rglob("*") if file.suffix.lower() in SUFFIXES)
    chosen = [
        files[i]
        for i in np.unique(np.linspace(0, len(files) - 1, min(count, len(files))).round().astype(int))
    ]
    for file in chosen:
        target = into / file.relative_to(folder)
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(file, target)
    return len(chosen)


def left_over(manifest: Path, *, size: int) -> dict[str, float]:
    """Distance of landmarks in the crops from the turned template, in pixels of a 250 px frame."""
    template = get_template(DEFAULT_TEMPLATE)
    fitted, noses = [], []
    for record in read_manifest(manifest).records:
        if record.points is None:
            continue
        points = record.points * template.size / size
        distances = np.linalg.norm(points - template.turned(estimate_yaw(record.points)), axis=1)
        fitted.append(float(np.delete(distances, NOSE).mean()))
        noses.append(float(distances[NOSE]))
    return {
        "faces": len(fitted),
        "mean_px_eyes_and_mouth": round(float(np.mean(fitted)), 2),
        "p95_px_eyes_and_mouth": round(float(np.percentile(fitted, 95)), 2),
        "mean_px_nose": round(float(np.mean(noses)), 2),
        "frame_px": template.size,
    }


def timed(source: str, photographs: Path, output: Path, *, workers: int, size: int) -> dict[str, Any]:
    """One preparation into an empty folder."""
    crops = Crops(detector="yunet", options={}, face=get_source(source).face, size=size, quality=95)
    processor, wall = os.times(), time.perf_counter()
    prepared: Prepared = prepare_set(
        source, photographs, output, crops=crops, roles=Roles(), workers=workers, progress=False
    )
    wall = time.perf_counter() - wall
    after = os.times()
    spent = sum(after[i] - processor[i] for i in range(4))
    counts = prepared.card["counts"]
    return {
        "workers": workers,
        "photographs": counts["pictures"],
        "prepared": counts.get("ok", 0),
        "seconds": round(wall, 1),
        "photographs_per_second": round(counts["pictures"] / wall, 2),
        "processor_seconds": round(spent, 1),
        "photographs_per_processor_second": round(counts["pictures"] / spent, 2),
        "counts": counts,
        "landmarks": left_over(prepared.manifest, size=size),
    }


def main() -> None:
    """Prints JSON."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("photographs", type=Path)
    parser.add_argument("--source", choices=["casia", "lfw", "folder"], default="folder")
    parser.add_argument("--count", type=int, default=300)
    parser.add_argument("--size", type=int, default=250)
    parser.add_argument("--workers", type=int, nargs="+", default=[1, 2])
    args = parser.parse_args()
    results = []
    with tempfile.TemporaryDirectory() as folder:
        photographs = Path(folder) / "photographs"
        some_photographs(args.photographs, photographs, count=args.count)
        for workers in args.workers:
            output = Path(folder) / f"prepared-{workers}"
            results.append(timed(args.source, photographs, output, workers=workers, size=args.size))
            print(json.dumps(results[-1]), file=sys.stderr, flush=True)
    machine = {"system": platform.platform(), "cores": os.cpu_count(), "load": os.getloadavg()}
    command = " ".join([Path(sys.argv[0]).name, *sys.argv[1:]])
    print(json.dumps({"command": command, "machine": machine, "results": results}, indent=2))


if __name__ == "__main__":
    main()
