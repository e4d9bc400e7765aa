"""What an evaluation costs: identification from cached embeddings, a first evaluation, a large search.

    python benchmarks/evaluation_cost.py [--parts identification first search] [--judge rendered_b]

- identification: 10,000 probes of 1,000 people, embeddings of picture, mirror image and frontal face read
  from a file as the cache has them; then every arm, two gates fitted, rates, CMC, ROC and intervals over
  people at 7 angles.
- first: the model `photo` on the rendered faces of the package, with an empty cache and again with the full
  one, by stage.
- search: 100,000 probes against 10,000 people, every score counted, never holding the matrix; with a quarter
  of the probes as well, so that one sees what grows.

Each part runs in a process of its own, so that its peak memory is its own. Beside wall time stands the
processor time of the process, which other work on the machine does not stretch. Prints JSON.
"""

import argparse
import json
import os
import platform
import subprocess
import sys
import tempfile
import time
import tracemalloc
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import torch

from enface.data.records import FaceRecord, Manifest
from enface.evaluation.arms import JudgedFaces
from enface.evaluation.bootstrapping import Bootstrap
from enface.evaluation.judge import load_judge
from enface.evaluation.judging import peak_memory
from enface.evaluation.protocols import Probe, Protocol, open_protocol
from enface.evaluation.recognition import identify
from enface.evaluation.runner import evaluate
from enface.evaluation.signals import SIGNALS, SignalInput
from enface.evaluation.subject import as_subject
from enface.metrics.matching import make_bundles
from enface.metrics.search import search
from enface.models.library import load_turner

PROBES, PEOPLE, FEATURE = 10_000, 1_000, 128
MANY_PROBES, MANY_PEOPLE = 100_000, 10_000
YAWS = tuple(range(-90, 91, 15))


def timed(work: Callable[[], Any]) -> tuple[dict[str, float], Any]:
    """Wall and processor seconds, and the result."""
    start, started = time.perf_counter(), time.process_time()
    result = work()
    seconds = {"wall": time.perf_counter() - start, "processor": time.process_time() - started}
    return {name: round(value, 2) for name, value in seconds.items()}, result


def identification(_: argparse.Namespace) -> dict[str, Any]:
    """Planted embeddings, written to files and read again as the cache does."""
    generator = np.random.Generator(np.random.Philox(key=0))
    centre = generator.normal(size=(PEOPLE, FEATURE))
    owner = np.arange(PROBES) % PEOPLE
    rows = {
        f"{side}_{view}": (base + spread * generator.normal(size=base.shape)).astype(np.float32)
        for side, base, more in (("probes", centre[owner], 1.0), ("gallery", centre, 0.0))
        for view, spread in (("raw", 0.5 + more), ("frontalised", 0.8 + more), ("mirrored", 0.5 + more))
    }
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "embeddings.npz"
        np.savez(file, **rows)  # type: ignore[arg-type]

        def read() -> dict[str, np.ndarray]:
            with np.load(file) as arrays:
                return {name: arrays[name] for name in arrays.files}

        reading, found = timed(read)
    names = [f"{i:04}" for i in range(PEOPLE)]
    gallery = tuple(FaceRecord(f"g{name}.png", name, role="gallery", split="test") for name in names)
    probes = tuple(
        Probe(FaceRecord(f"p{i}.png", names[owner[i]], split="test"), None, YAWS[i // PEOPLE % len(YAWS)])
        for i in range(PROBES)
    )
    manifest = Manifest(Path(), (*gallery, *(probe.record for probe in probes)))
    protocol = Protocol("rendered", manifest, "planted", False, gallery, probes, ())

    def measure() -> int:
        seen, enrolled = (
            JudgedFaces(*(found[f"{side}_{view}"] for view in ("raw", "frontalised", "mirrored")))
            for side in ("probes", "gallery")
        )
        blank = np.zeros((PROBES, 1, 1, 3), dtype=np.uint8)
        given = SignalInput(
            images=blank,
            frontals=blank,
            points=(None,) * PROBES,
            yaws=np.array([float(probe.yaw) for probe in probes]),
            raw=seen.raw,
            frontalised=seen.frontalised,
            norms=np.ones(PROBES),
        )
        result = identify(
            protocol,
            probes=seen,
            gallery=enrolled,
            bootstrap=Bootstrap(),
            signals=SIGNALS,
            signal_input=given,
        )
        return len(result.probes)

    before = peak_memory()
    times = [timed(measure) for _ in range(3)]
    return {
        "probes": PROBES,
        "gallery": PEOPLE,
        "feature": FEATURE,
        "arms": times[0][1],
        "read_seconds": reading,
        "measure_seconds": [seconds for seconds, _ in times],
        "peak_megabytes": round(peak_memory() / 1e6),
        "peak_megabytes_before": round(before / 1e6),
    }


def first(arguments: argparse.Namespace) -> dict[str, Any]:
    """One evaluation with an empty cache, then with the full one."""
    protocol = open_protocol("rendered", None)
    assert isinstance(protocol, Protocol)
    model = as_subject(load_turner("photo"))
    judge = load_judge(arguments.judge, guide=model.guide)
    result: dict[str, Any] = {"judge": arguments.judge, "probes": len(protocol.probes)}
    with tempfile.TemporaryDirectory() as folder:
        for name in ("first", "second"):
            seconds, evaluation = timed(
                lambda: evaluate(model, protocol=protocol, judge=judge, name="photo", cache=Path(folder))
            )
            cost = evaluation.results.cost
            assert cost is not None
            result[name] = {
                "seconds": seconds,
                "by_stage": {stage: round(value, 2) for stage, value in cost.seconds.items()},
                "peak_megabytes": round(cost.peak_memory / 1e6),
            }
    return result


def large_search(_: argparse.Namespace) -> dict[str, Any]:
    """Random unit rows; memory beyond that of the rows themselves is what the search takes."""
    generator = np.random.Generator(np.random.Philox(key=0))
    people = [f"{i:05}" for i in range(MANY_PEOPLE)]
    owner = np.arange(MANY_PROBES) % MANY_PEOPLE
    gallery = generator.normal(size=(MANY_PEOPLE, FEATURE)).astype(np.float32)
    probes = gallery[owner]
    probes += generator.standard_normal(size=probes.shape, dtype=np.float32)
    for rows in (gallery, probes):
        rows /= np.linalg.norm(rows, axis=1, keepdims=True)
    bundles = make_bundles(MANY_PEOPLE)
    who = [people[i] for i in owner]
    result: dict[str, Any] = {"gallery": MANY_PEOPLE, "feature": FEATURE}
    tracemalloc.start()
    for count in (MANY_PROBES // 4, MANY_PROBES):
        tracemalloc.reset_peak()
        seconds, found = timed(
            lambda count=count: search(
                probes[:count],
                gallery=gallery,
                probe_people=who[:count],
                gallery_people=people,
                bundles=bundles,
            )
        )
        counted = found.counts.genuine_count + found.counts.impostor_count
        assert counted == count * MANY_PEOPLE
        result[f"{count}_probes"] = {
            "seconds": seconds,
            "scores_per_processor_second": round(counted / seconds["processor"]),
            "rank1": float(np.mean(found.places == 1)),
            "extra_megabytes": round(tracemalloc.get_traced_memory()[1] / 1e6),
            "matrix_megabytes": round(4 * counted / 1e6),
        }
    return result


PARTS: dict[str, Callable[[argparse.Namespace], dict[str, Any]]] = {
    "identification": identification,
    "first": first,
    "search": large_search,
}


def main() -> None:
    """Prints one JSON object."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--parts", nargs="+", choices=PARTS, default=list(PARTS))
    parser.add_argument("--judge", default="rendered_b")
    parser.add_argument("--here", action="store_true", help="run the one part in this process")
    arguments = parser.parse_args()
    torch.set_num_threads(1)
    if arguments.here:
        print(json.dumps(PARTS[arguments.parts[0]](arguments)))
        return
    report: dict[str, Any] = {
        "machine": platform.processor() or platform.machine(),
        "processors": os.cpu_count(),
        "threads": 1,
    }
    environment = {**os.environ, "OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"}
    for part in arguments.parts:
        command = [sys.executable, __file__, "--here", "--parts", part, "--judge", arguments.judge]
        done = subprocess.run(command, env=environment, check=True, capture_output=True, text=True)
        report[part] = json.loads(done.stdout.splitlines()[-1])
    print(json.dumps(report, indent=2))


if __name__ == "__main__":
    main()
