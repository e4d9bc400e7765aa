"""Pictures per second of the renderer, on one core.

    python benchmarks/render_speed.py [--prototype FOLDER] [--sizes 64 128 224] [--people 8]

CPU time of making a person, and of a picture of which everything is new: expression, clothes, background,
camera, light and shadows (the fifteen probes of one session of `session-looks`), in memory, without JPEG.
Then of a sample of the source without files, `render:in-the-wild`, persons and JPEG included, by how many
successive samples show one person. With --prototype, the folder of the dense prototype that this renderer
replaces (it finds its head by itself or by FACE_ASSET), each person is followed by one of the prototype under
the same cameras, lights and expressions. Prints JSON.
"""

import argparse
import importlib
import json
import platform
import resource
import sys
import time
from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np

from enface.data.rendered import open_rendered
from enface.data.sampler import shuffled_index
from enface.rendering.asset import load_asset
from enface.rendering.asset.store import find_asset
from enface.rendering.dataset.photographer import take_picture
from enface.rendering.dataset.plan import NUMBERED_EXPRESSIONS, plan_person, preset
from enface.rendering.studio import Studio

SEED = 77
LIVE_SAMPLES = 120


def timed(work: Callable[[], object]) -> float:
    """Milliseconds of CPU time."""
    start = time.process_time()
    work()
    return 1e3 * (time.process_time() - start)


def compare(size: int, *, people: int, prototype: ModuleType | None) -> dict[str, Any]:
    """Medians over people; the first of each, which loads or compiles, does not count."""
    studio = Studio(load_asset(find_asset()), size=size, seed=SEED)
    recipe = preset("session-looks")
    ours: list[tuple[float, float]] = []
    theirs: list[tuple[float, float]] = []
    for person in range(people + 1):
        probes = [
            p for p in plan_person(recipe, seed=SEED, person=person) if p.session == 1 and not p.gallery
        ]
        making = timed(lambda person=person: studio.person(person, 1))
        taking = timed(lambda person=person, probes=probes: [take_picture(studio, person, p) for p in probes])
        ours.append((making, taking / len(probes)))
        if prototype is not None:
            theirs.append(_prototype(prototype, person, probes, size))
    found: dict[str, Any] = {"this": _summary(ours[1:])}
    if theirs:
        found["prototype"] = _summary(theirs[1:])
        for part in ("person_ms", "picture_ms"):
            found[f"times_as_fast_{part[:-3]}"] = round(found["prototype"][part] / found["this"][part], 2)
    return found


def _prototype(gen: ModuleType, person: int, probes: list[Any], size: int) -> tuple[float, float]:
    made: list[Any] = []
    making = timed(lambda: made.append(gen.S.Identity(SEED * 1000 + person)))
    rng = np.random.default_rng(person)

    def take() -> None:
        for p in probes:
            name = NUMBERED_EXPRESSIONS[p.expression - 1]
            gen.one(made[0], p.camera, p.illumination, name, rng, size)

    return making, timed(take) / len(probes)


def _summary(times: list[tuple[float, float]]) -> dict[str, float]:
    person, picture = np.median(np.array(times), axis=0)
    return {
        "person_ms": round(float(person), 1),
        "picture_ms": round(float(picture), 1),
        "pictures_a_second": round(1e3 / float(picture), 1),
    }


def live(together: int, *, size: int) -> float:
    """Samples a second of the source without files, in the order of training."""
    source = open_rendered(f"render:in-the-wild,people=500,size={size},seed={SEED}")
    source.picture(0)
    order = [shuffled_index(k, length=len(source), seed=1, run=together) for k in range(LIVE_SAMPLES)]
    return round(1e3 * LIVE_SAMPLES / timed(lambda: [source.picture(k) for k in order]), 1)


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--prototype", type=Path)
    parser.add_argument("--sizes", nargs="*", type=int, default=[64, 128, 224])
    parser.add_argument("--people", type=int, default=8)
    arguments = parser.parse_args()
    prototype = None
    if arguments.prototype is not None:
        sys.path.insert(0, str(arguments.prototype))
        prototype = importlib.import_module("gen")
    report: dict[str, Any] = {"machine": f"{platform.machine()}, {platform.platform()}"}
    for size in arguments.sizes:
        report[f"{size} px"] = compare(size, people=arguments.people, prototype=prototype)
    report["samples a second without files, 144 px"] = {
        f"{together} together": live(together, size=144) for together in (1, 5, 10)
    }
    report["peak_memory_mb"] = round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)
    print(json.dumps(report, indent=2))


if __name__ == "__main__":
    main()
