"""How far rendered frontal faces lie from photographs of frontal faces, as a recognizer sees them.

    python benchmarks/rendered_distance.py PHOTOGRAPHS NAME=MANIFEST ... [--count 900] [--recognizer reid0095]

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
from itertools import zip_longest
from pathlib import Path
from typing import Any

import numpy as np
import torch
from tqdm import tqdm

from enface.data.faceset import aligned_window
from enface.data.manifest import read_manifest
from enface.data.records import FaceRecord, Manifest
from enface.errors import FaceError
from enface.faces.detectors.registry import make_detector
from enface.faces.templates import CROP_FRACTION
from enface.images import hwc_to_tensor, read_image, to_unit
from enface.metrics.distribution import frechet_distance, kernel_distance
from enface.recognizers.frozen import FrozenRecognizer
from enface.recognizers.registry import load_recognizer

CROP = 224
POINTS = [f"{point}_{axis}" for point in ("eye_a", "eye_b", "nose", "mouth_a", "mouth_b") for axis in "xy"]
FRONTAL = 10.0


def crop(file: Path, points: np.ndarray) -> np.ndarray:
    """The recognizers' crop of a picture."""
    frame = CROP / CROP_FRACTION
    return aligned_window(read_image(file), points=points, frame=frame, margin=(frame - CROP) / 2, size=CROP)


def photographs(table: Path) -> list[np.ndarray]:
    """Crops of the reference."""
    with table.open(newline="", encoding="utf-8") as stream:
        rows = [row for row in csv.DictReader(stream) if row["role"] == "frontal"]
    return [
        crop(table.parent / row["file"], np.array([float(row[name]) for name in POINTS]).reshape(5, 2))
        for row in tqdm(rows, desc="photographs", unit="face")
    ]


def spread_over_people(manifest: Manifest) -> list[FaceRecord]:
    """Frontal pictures: the first of everybody, then the second, and so on."""
    people: dict[str, list[FaceRecord]] = {}
    for record in manifest.records:
        if abs(record.yaw or 0.0) <= FRONTAL and abs(record.pitch or 0.0) <= FRONTAL:
            people.setdefault(record.subject, []).append(record)
    return [record for turn in zip_longest(*people.values()) for record in turn if record is not None]


def rendered(manifest: Manifest, *, count: int) -> tuple[list[np.ndarray], dict[str, int]]:
    """Crops of rendered faces, and what they are of."""
    detector = make_detector("yunet")
    crops, people, missed = [], set(), 0
    for record in tqdm(spread_over_people(manifest), desc=manifest.root.name, unit="face"):
        if len(crops) == count:
            break
        image = read_image(manifest.file(record))
        try:
            faces = detector.detect(image)
        except FaceError:
            faces = []
        if not faces:
            missed += 1
            continue
        crops.append(crop(manifest.file(record), faces[0].points))
        people.add(record.subject)
    return crops, {"pictures": len(crops), "people": len(people), "not_found": missed}


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
        crops, about = rendered(read_manifest(path), count=arguments.count)
        report[name] = about | distances(embed(recognizer, crops), reference)
    print(json.dumps(report, indent=2))


if __name__ == "__main__":
    main()
