"""How far rendered frontal faces lie from photographs of frontal faces, as a recognizer sees them.

    python benchmarks/rendered_distance.py PHOTOGRAPHS NAME=MANIFEST ... [--count 900] [--recognizer reid0095]

MANIFEST may be a set without files, such as render:in-the-wild,people=200.

PHOTOGRAPHS is a CSV file with columns file, role and ten landmark columns (eye_a_x to mouth_b_y); its rows of
role "frontal" are the reference. Of each rendered manifest the first COUNT pictures within 10 degrees of yaw
and pitch are taken, spread over people. YuNet finds the five points of the rendered ones, for those of the
photographs come from a detector too; faces that it does not find are counted and left out. Prints the squared
Frechet distance and the kernel distance of the embeddings, and as a floor those between two halves of the
photographs. Frechet distances of unequal numbers of pictures do not compare.
"""

import argparse
import csv
import json
from collections.abc import Callable, Iterator
from functools import partial
from itertools import zip_longest
from pathlib import Path
from typing import Any

import numpy as np
import torch
from tqdm import tqdm

from enface.data.faceset import aligned_window
from enface.data.manifest import read_manifest
from enface.data.rendered import open_rendered
from enface.data.rendered_source import is_rendered
from enface.errors import FaceError
from enface.faces.detectors.registry import make_detector
from enface.faces.templates import CROP_FRACTION
from enface.images import hwc_to_tensor, read_image, to_unit
from enface.metrics.distribution import frechet_distance, kernel_distance
from enface.recognizers.frozen import FrozenRecognizer
from enface.recognizers.registry import load_recognizer
from enface.rendering.asset import load_asset
from enface.rendering.asset.store import find_asset
from enface.rendering.dataset.plan import draw_shot

CROP = 224
POINTS = [f"{point}_{axis}" for point in ("eye_a", "eye_b", "nose", "mouth_a", "mouth_b") for axis in "xy"]
FRONTAL = 10.0


def crop(image: np.ndarray, points: np.ndarray) -> np.ndarray:
    """The recognizers' crop of a picture."""
    frame = CROP / CROP_FRACTION
    return aligned_window(image, points=points, frame=frame, margin=(frame - CROP) / 2, size=CROP)


def photographs(table: Path) -> list[np.ndarray]:
    """Crops of the reference."""
    with table.open(newline="", encoding="utf-8") as stream:
        rows = [row for row in csv.DictReader(stream) if row["role"] == "frontal"]
    return [
        crop(
            read_image(table.parent / row["file"]),
            np.array([float(row[name]) for name in POINTS]).reshape(5, 2),
        )
        for row in tqdm(rows, desc="photographs", unit="face")
    ]


def frontal_pictures(source: str) -> Iterator[tuple[str, Callable[[], np.ndarray]]]:
    """Person and picture of every frontal one, in the set's order; made or read when called."""
    if not is_rendered(source):
        manifest = read_manifest(source)
        for record in manifest.records:
            if abs(record.yaw or 0.0) <= FRONTAL and abs(record.pitch or 0.0) <= FRONTAL:
                yield record.subject, partial(read_image, manifest.file(record))
        return
    live, asset = open_rendered(source), load_asset(find_asset())
    settings = live.settings
    for index, listed in enumerate(live.listed()):
        taken = draw_shot(listed.planned, asset, seed=settings.seed, person=listed.person, size=settings.size)
        camera = taken.shot.camera
        if abs(camera.yaw) <= FRONTAL and abs(camera.pitch) <= FRONTAL:
            yield listed.subject, lambda index=index: live.picture(index).pixels


def rendered(source: str, *, count: int) -> tuple[list[np.ndarray], dict[str, int]]:
    """Crops of rendered faces, and what they are of: the first of everybody, then the second, and so on."""
    people: dict[str, list[Callable[[], np.ndarray]]] = {}
    for subject, make in frontal_pictures(source):
        people.setdefault(subject, []).append(make)
    turns = zip_longest(*people.values())
    detector = make_detector("yunet")
    crops: list[np.ndarray] = []
    seen, missed = set(), 0
    with tqdm(total=count, desc=source, unit="face") as bar:
        for subject, make in ((s, m) for turn in turns for s, m in zip(people, turn, strict=True)):
            if make is None or len(crops) == count:
                continue
            image = make()
            try:
                faces = detector.detect(image)
            except FaceError:
                faces = []
            if not faces:
                missed += 1
                continue
            crops.append(crop(image, faces[0].points))
            seen.add(subject)
            bar.update()
    return crops, {"pictures": len(crops), "people": len(seen), "not_found": missed}


def embed(recognizer: FrozenRecognizer, crops: list[np.ndarray]) -> np.ndarray:
    """Embeddings of unit length."""
    parts = []
    for start in tqdm(range(0, len(crops), 64), desc="embed", unit="batch"):
        batch = torch.stack([hwc_to_tensor(face) for face in crops[start : start + 64]])
        with torch.no_grad():
            parts.append(torch.nn.functional.normalize(recognizer(to_unit(batch))).double().numpy())
    return np.concatenate(parts)


def distances(first: np.ndarray, second: np.ndarray) -> dict[str, float]:
    """Of embeddings."""
    return {
        "frechet": round(frechet_distance(first, second), 4),
        "kernel": round(kernel_distance(first, second), 5),
    }


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("photographs", type=Path)
    parser.add_argument("rendered", nargs="+", metavar="NAME=MANIFEST")
    parser.add_argument("--count", type=int, default=900)
    parser.add_argument("--recognizer", default="reid0095")
    arguments = parser.parse_args()
    recognizer = load_recognizer(arguments.recognizer)
    reference = embed(recognizer, photographs(arguments.photographs))
    report: dict[str, Any] = {
        "photographs": len(reference),
        "halves of the photographs": distances(reference[::2], reference[1::2]),
    }
    for text in arguments.rendered:
        name, _, path = text.partition("=")
        crops, about = rendered(path, count=arguments.count)
        report[name] = about | distances(embed(recognizer, crops), reference)
    print(json.dumps(report, indent=2))


if __name__ == "__main__":
    main()
