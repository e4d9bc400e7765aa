"""What a warp model costs in float32, in bfloat16 and as an exported graph: faces per second of the networks
alone and from photograph file to written face, memory, parameters, multiply-adds, and what the outputs lose.

Variants run in turn with each other, `--rounds` times, so that other work on the machine meets all alike; the
first round warms up and does not count. Medians are printed: of wall clock, and of this process's processor
time, which other work hardly changes where one thread is asked for.

    python benchmarks/warp_speed.py networks --threads 1
    python benchmarks/warp_speed.py files --threads 1 --photos FOLDER_OR_FILES
    python benchmarks/warp_speed.py memory
    python benchmarks/warp_speed.py changes

`files` takes YuNet where it is fetched, else the finder; without --photos it works on copies of the
astronaut. `changes` needs the recognizer `reid0095` (`enface fetch reid0095`). Graphs are written to --graphs
and taken from there the next time.
"""

import argparse
import json
import os
import platform
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import nn
from torch.utils.flop_counter import FlopCounterMode

from enface.data.embedded import embedded_manifest
from enface.data.faceset import AlignedFaces, aligned_crop
from enface.data.records import Manifest
from enface.export import export_model
from enface.export.formats import Session, open_graph
from enface.export.graphs import graph_of
from enface.images import hwc_to_tensor, to_unit, write_image
from enface.inference import Frontalizer, frontalize_files
from enface.models.library import load_turner
from enface.models.turner import Crop, FaceTurner, Origin, TurnedFace
from enface.models.warp.evidence import Evidence
from enface.models.warp.turner import WarpTurner
from enface.networks.warp.views import Views
from enface.training.run_folder import environment

FRAMES = {142: "128 px", 250: "224 px", 500: "448 px", 1000: "896 px"}
"""Sides of the frame, and of the face in it."""
Times = dict[str, list[tuple[float, float]]]


def alternate(cases: dict[str, Callable[[], object]], *, rounds: int) -> Times:
    """Seconds of each call: wall clock and processor time."""
    times: Times = {name: [] for name in cases}
    for turn in range(rounds + 1):
        for name, call in cases.items():
            wall, busy = time.perf_counter(), time.process_time()
            call()
            if turn:
                times[name].append((time.perf_counter() - wall, time.process_time() - busy))
    return times


def rates(times: Times, *, faces: int) -> dict[str, dict[str, float]]:
    """Faces per second of wall clock and of processor time; medians, and the latter's extremes."""
    table = {}
    for name, measured in times.items():
        wall, busy = zip(*measured, strict=True)
        table[name] = {
            "per_second": round(faces / statistics.median(wall), 2),
            "per_processor_second": round(faces / statistics.median(busy), 2),
            "lowest": round(faces / max(busy), 2),
            "highest": round(faces / min(busy), 2),
        }
    return table


def graph_file(args: argparse.Namespace, size: int, suffix: str = "onnx") -> Path:
    """The model as a graph for frames of this side, written where it is not there."""
    path: Path = args.graphs / f"{Path(args.model).name}-{size}.{suffix}"
    if not path.is_file():
        export_model(args.model, path, size=size)
    return path


def bfloat16(call: Callable[[], object]) -> Callable[[], object]:
    """The call with convolutions and products in bfloat16."""

    def run() -> object:
        with torch.autocast("cpu", torch.bfloat16):
            return call()

    return run


def networks(args: argparse.Namespace) -> dict[str, Any]:
    """Frames in memory to outputs in memory, and the two networks by themselves."""
    turner = warp_model(args)
    model = turner.model
    report: dict[str, Any] = {"batch": args.batch, "sizes": {}}
    with torch.inference_mode():
        for size in args.frames:
            graph = graph_of(turner, size=size)
            inputs = graph.example(torch.rand(args.batch, 3, size, size) * 2 - 1)
            named = {port.name: x.numpy() for port, x in zip(graph.inputs, inputs, strict=True)}
            onnx = open_graph(graph_file(args, size), threads=args.threads)
            cases: dict[str, Callable[[], object]] = {
                "float32": lambda graph=graph, inputs=inputs: graph(*inputs),  # type: ignore[misc]
                "bfloat16": bfloat16(lambda graph=graph, inputs=inputs: graph(*inputs)),  # type: ignore[misc]
                "onnx": lambda onnx=onnx, named=named: onnx(named),  # type: ignore[misc]
            }
            if args.pt2:
                program = open_graph(graph_file(args, size, "pt2"))
                cases["pt2"] = lambda program=program, named=named: program(named)  # type: ignore[misc]
            report["sizes"][FRAMES.get(size, f"frame of {size} px")] = rates(
                alternate(cases, rounds=args.rounds), faces=args.batch
            )
        small = torch.rand(args.batch, 3, model.field.size, model.field.size) * 2 - 1
        mode = torch.zeros(args.batch, dtype=torch.bool)
        weights = torch.rand(args.batch, 1, 64, 64)
        views = Views(small, small.flip(3), weights, weights.flip(3), weights)
        parts: dict[str, Callable[[], object]] = {
            "field network": lambda: model.field(small, mode),
            "finisher": lambda: model.finisher(views, mode),
        }
        parts |= {f"{name}, bfloat16": bfloat16(call) for name, call in list(parts.items())}
        report["parts"] = rates(alternate(parts, rounds=args.rounds), faces=args.batch)
        one = Views(*(v[:1] for v in views))
        report["million_multiply_adds"] = {
            "field network": multiply_adds(lambda: model.field(small[:1], mode[:1])),
            "finisher": multiply_adds(lambda: model.finisher(one, mode[:1])),
            "one face": multiply_adds(lambda: model(torch.rand(1, 3, 250, 250))),
        }
    report["parameters"] = {"field": parameters(model.field), "finisher": parameters(model.finisher)}
    return report


def multiply_adds(call: Callable[[], object]) -> int:
    """Of one call, in millions; what the counter knows: convolutions and matrix products."""
    with FlopCounterMode(display=False) as counter:
        call()
    return round(counter.get_total_flops() / 2e6)


def parameters(network: nn.Module) -> int:
    """Trained numbers."""
    return sum(p.numel() for p in network.parameters())


class OtherSide:
    """A model that is asked for faces of another size than it would choose (`FaceTurner`)."""

    def __init__(self, turner: FaceTurner, frame: int) -> None:
        self._turner = turner
        self.name, self.guides, self.whole_frame = turner.name, turner.guides, turner.whole_frame
        self.frame = frame
        self.fingerprint = f"{turner.fingerprint}/{frame}"

    def crop_side(self, available: float) -> int:
        return self.frame * 224 // 250

    def turn(self, images: Sequence[Crop]) -> list[TurnedFace]:
        return self._turner.turn(images)


class GraphTurner(OtherSide):
    """An exported graph in place of the model; pictures of the evidence are those of the maps, undrawn."""

    def __init__(self, turner: FaceTurner, frame: int, session: Session) -> None:
        super().__init__(turner, frame)
        self._session = session

    def turn(self, images: Sequence[Crop]) -> list[TurnedFace]:
        frames = np.stack(images).transpose(0, 3, 1, 2).astype(np.float32) / np.float32(127.5) - 1
        found = self._session({"frame": np.ascontiguousarray(frames), "neutral": np.zeros(len(images), bool)})
        frontals, maps = (
            np.ascontiguousarray(levels.clip(0, 255).round().astype(np.uint8).transpose(0, 2, 3, 1))
            for levels in ((found["frontal"] + 1) * 127.5, found["evidence"] * 255)
        )
        return [
            TurnedFace(frontal, Origin(Evidence(*map(float, shares)), picture, float(trust)))
            for frontal, picture, shares, trust in zip(
                frontals, maps, found["shares"], found["confidence"], strict=True
            )
        ]


class NoNetwork(OtherSide):
    """Gives the input back: what is left is the cost of everything else."""

    def turn(self, images: Sequence[Crop]) -> list[TurnedFace]:
        edge = (len(images[0]) - self.crop_side(0.0)) // 2
        crops = [np.ascontiguousarray(image[edge:-edge, edge:-edge]) for image in images]
        return [TurnedFace(crop, Origin(Evidence(1.0, 0.0, 0.0), crop, 1.0)) for crop in crops]


def files(args: argparse.Namespace) -> dict[str, Any]:
    """Photograph files to written files."""
    exact = Frontalizer.load(args.model)
    fast = load_turner(args.model, precision="bfloat16")
    report: dict[str, Any] = {"batch": args.batch, "detector": type(exact.detector).__name__, "sizes": {}}
    with tempfile.TemporaryDirectory() as folder:
        photos = args.photos or copies(Path(folder), args.batch)
        for size in (142, 250):
            turners: dict[str, FaceTurner] = {
                "float32": OtherSide(exact.model, size),
                "bfloat16": OtherSide(fast, size),
                "onnx": GraphTurner(
                    exact.model, size, open_graph(graph_file(args, size), threads=args.threads)
                ),
                "no network": NoNetwork(exact.model, size),
            }
            faces: dict[str, int] = {}

            def run(name: str, turner: FaceTurner) -> None:
                frontalizer = Frontalizer(turner, detector=exact.detector)
                output = Path(folder) / f"{name}-{turner.fingerprint[-3:]}"
                done = frontalize_files(
                    photos, frontalizer=frontalizer, output=output, batch_size=args.batch, overwrite=True
                )
                faces[name] = sum(row.status == "ok" for row in done.rows)  # noqa: B023

            times = alternate(
                {name: (lambda n=name, t=turner: run(n, t)) for name, turner in turners.items()},  # type: ignore[misc]
                rounds=args.rounds,
            )
            count = faces["float32"]
            report["sizes"][FRAMES[size]] = {"faces": count, **rates(times, faces=count)}
    return report


def copies(folder: Path, count: int) -> list[Path]:
    """The astronaut (NASA, public domain) as several JPEG files."""
    from skimage.data import astronaut

    paths = [folder / f"astronaut-{k}.jpg" for k in range(count)]
    for path in paths:
        write_image(path, astronaut())
    return paths


TORCH = """
import sys, torch
from enface.models.library import load_turner
torch.set_num_threads(1)
turner = load_turner(sys.argv[1], precision=sys.argv[3])
import numpy as np
turner.turn(list(np.random.default_rng(0).integers(0, 256, (int(sys.argv[2]), 250, 250, 3), dtype=np.uint8)))
"""
ONNX = """
import sys, numpy as np, onnxruntime
options = onnxruntime.SessionOptions()
options.intra_op_num_threads = 1
session = onnxruntime.InferenceSession(sys.argv[1], options, providers=["CPUExecutionProvider"])
count = int(sys.argv[2])
session.run(None, {"frame": np.zeros((count, 3, 250, 250), np.float32), "neutral": np.zeros(count, bool)})
"""
# Not getrusage: what it tells of a child is at least what the parent held.
TELL = """
line = next(line for line in open("/proc/self/status") if line.startswith("VmHWM"))
print(round(int(line.split()[1]) / 1024))
"""


def memory(args: argparse.Namespace) -> dict[str, Any]:
    """Peak resident memory of fresh processes that load a model and turn faces of 224 px once, MB (Linux)."""
    graph = str(graph_file(args, 250))
    return {
        "import torch alone": peak("import torch\n"),
        "import onnxruntime alone": peak("import numpy, onnxruntime\n"),
        **{
            f"{name}, {count} faces": peak(code, model, str(count), *rest)
            for count in (1, args.batch)
            for name, code, model, rest in (
                ("float32", TORCH, args.model, ["float32"]),
                ("bfloat16", TORCH, args.model, ["bfloat16"]),
                ("onnx without torch", ONNX, graph, []),
            )
        },
    }


def peak(code: str, *arguments: str) -> int:
    """What a fresh interpreter says of itself."""
    done = subprocess.run(
        [sys.executable, "-c", code + TELL, *arguments], capture_output=True, text=True, check=True
    )
    return int(done.stdout.split()[-1])


def changes(args: argparse.Namespace) -> dict[str, Any]:
    """What bfloat16 and the graph change in the outputs, on rendered test people of the package."""
    from enface.recognizers.registry import load_recognizer

    judge = load_recognizer("reid0095").fold_batch_norm()
    whole = embedded_manifest().select(split="test")
    people = sorted({record.subject for record in whole.records})[: args.people]
    probes = [
        r for r in whole.select(subjects=people, role="probe").records if not r.pitch and r.session == "01"
    ]
    galleries = {
        r.subject: aligned_crop(whole, r, 224)
        for r in whole.select(subjects=people, role="gallery").records
        if r.session == "01"
    }
    faces = AlignedFaces(Manifest(whole.root, tuple(probes)), aligned_size=250)
    frames = [faces.image(k) for k in range(len(probes))]
    exact = load_turner(args.model)
    turned = {
        "float32": in_batches(exact, frames),
        "bfloat16": in_batches(load_turner(args.model, precision="bfloat16"), frames),
        "onnx": in_batches(GraphTurner(exact, 250, open_graph(graph_file(args, 250))), frames),
    }

    def embed(pictures: Sequence[np.ndarray]) -> torch.Tensor:
        with torch.inference_mode():
            stacked = to_unit(torch.stack([hwc_to_tensor(picture) for picture in pictures]))
            return nn.functional.normalize(torch.cat([judge(part) for part in stacked.split(16)]), dim=1)

    truth = embed([galleries[record.subject] for record in probes])
    features = {name: embed([face.frontal for face in found]) for name, found in turned.items()}
    likeness = {name: (feature * truth).sum(dim=1) for name, feature in features.items()}
    report: dict[str, Any] = {"faces": len(probes), "people": len(people)}
    report["cosine_to_the_true_frontal"] = {n: round(float(v.mean()), 4) for n, v in likeness.items()}
    for name in ("bfloat16", "onnx"):
        grey = [
            np.abs(a.frontal.astype(int) - b.frontal)
            for a, b in zip(turned[name], turned["float32"], strict=True)
        ]
        cosine = (features[name] * features["float32"]).sum(dim=1)
        trust = [
            abs(a.origin.confidence - b.origin.confidence)
            for a, b in zip(turned[name], turned["float32"], strict=True)
            if a.origin is not None and b.origin is not None
        ]
        change = (likeness[name] - likeness["float32"]).abs()
        report[name] = {
            "grey_levels_mean": round(float(np.mean(grey)), 4),
            "grey_levels_worst_face": round(max(float(g.mean()) for g in grey), 4),
            "grey_levels_largest": int(np.max(grey)),
            "cosine_with_float32_mean": round(float(cosine.mean()), 5),
            "cosine_with_float32_lowest": round(float(cosine.min()), 5),
            "cosine_to_truth_changes_mean": round(float(change.mean()), 5),
            "cosine_to_truth_changes_largest": round(float(change.max()), 5),
            "confidence_changes_largest": round(max(trust), 5),
        }
    return report


def in_batches(turner: FaceTurner, frames: Sequence[Crop]) -> list[TurnedFace]:
    """Turns eight at a time."""
    return [face for k in range(0, len(frames), 8) for face in turner.turn(frames[k : k + 8])]


def warp_model(args: argparse.Namespace) -> WarpTurner:
    """The model, or the end."""
    turner = load_turner(args.model)
    if not isinstance(turner, WarpTurner):
        sys.exit(f"{args.model} is no warp model")
    return turner


PARTS = {"networks": networks, "files": files, "memory": memory, "changes": changes}


def main() -> None:
    """Prints JSON."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("part", choices=PARTS)
    parser.add_argument("--model", default="photo")
    parser.add_argument("--threads", type=int, default=os.cpu_count() or 1)
    parser.add_argument("--batch", type=int, default=8)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--frames", type=int, nargs="+", default=list(FRAMES))
    parser.add_argument("--pt2", action="store_true", help="also torch.export's format")
    parser.add_argument("--people", type=int, default=50)
    parser.add_argument("--photos", type=Path, nargs="+")
    parser.add_argument("--graphs", type=Path, default=Path(tempfile.gettempdir()) / "enface-graphs")
    args = parser.parse_args()
    torch.set_num_threads(args.threads)
    report = PARTS[args.part](args)
    report["machine"] = {
        **environment(device=torch.device("cpu"), world=1),
        "threads": args.threads,
        "system": platform.platform(),
        "load": os.getloadavg(),
        "peak_memory_mb": round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024),
    }
    print(json.dumps(report, indent=2))


if __name__ == "__main__":
    main()
