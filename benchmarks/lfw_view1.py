"""Verification accuracy on the LFW View-1 development pairs, through enface's own detector and alignment.

    python benchmarks/lfw_view1.py LFW_FOLDER [--recognizers reid0095 mobilefacenet] [--json FILE]

LFW_FOLDER holds `pairsDevTest.txt` and `images/NAME/NAME_0001.jpg` (deep-funneled, 250 px). A photograph's
face is the detection nearest to its centre, as LFW was made. The photographs are read, never copied.

Two ways to the recognizer's input are measured. "crop": enface's aligned crop, then the recognizer's one
fixed map; this is how recognizers see faces everywhere in enface. "points": a similarity fitted to the five
detected landmarks of each face, as the weights were meant to be fed; this checks that they are loaded right.
"""

import argparse
import itertools
import json
import sys
from collections.abc import Callable
from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F
from jaxtyping import Bool, Float
from tqdm import tqdm

from enface.faces import geometry
from enface.faces.align import align
from enface.faces.detectors.protocol import Detection, Detector
from enface.faces.detectors.registry import make_detector
from enface.faces.geometry import Pixels
from enface.images import hwc_to_tensor, read_image, to_unit
from enface.metrics.verification import best_accuracy
from enface.recognizers.card import RecognizerCard
from enface.recognizers.frozen import FrozenRecognizer
from enface.recognizers.registry import load_recognizer

FOLDS = 10
FRAME = 250
BATCH = 32
EDGE = 13  # the centre crop of 224 starts here


def read_pairs(path: Path) -> tuple[list[tuple[str, str]], Bool[np.ndarray, " pairs"]]:
    """Names of both photographs of each pair, and whether they show the same person."""
    pairs, same = [], []
    for line in path.read_text().splitlines():
        fields = line.split()
        if len(fields) == 3:
            pairs.append((_photo(fields[0], fields[1]), _photo(fields[0], fields[2])))
        elif len(fields) == 4:
            pairs.append((_photo(fields[0], fields[1]), _photo(fields[2], fields[3])))
        else:
            continue  # the first line counts the pairs
        same.append(len(fields) == 3)
    return pairs, np.array(same)


def _photo(name: str, number: str) -> str:
    return f"{name}/{name}_{int(number):04d}.jpg"


def central(detections: list[Detection], size: int) -> Detection:
    """The detection whose box's middle is nearest to the middle of a square photograph."""

    def distance(detection: Detection) -> float:
        box = detection.box
        return float(np.hypot(box.x + box.width / 2 - size / 2, box.y + box.height / 2 - size / 2))

    return min(detections, key=distance)


def detect_all(folder: Path, photos: list[str], detector: Detector) -> tuple[dict[str, Detection], list[str]]:
    """Face by photograph, and the photographs without one."""
    faces, failed = {}, []
    for photo in tqdm(photos, desc="detecting", unit="photo"):
        image = read_image(folder / "images" / photo)
        found = detector.detect(image)
        if found:
            faces[photo] = central(found, image.shape[1])
        else:
            failed.append(photo)
    return faces, failed


@torch.inference_mode()
def embed(
    recognizer: FrozenRecognizer,
    faces: Callable[[str], Pixels],
    photos: list[str],
    *,
    placed: bool,
    flip: bool,
) -> dict[str, torch.Tensor]:
    """Unit embeddings by photograph; with `flip` the mirrored image's embedding is added."""
    function = recognizer.embed_placed if placed else recognizer
    parts = []
    for start in tqdm(range(0, len(photos), BATCH), desc=recognizer.card.name, unit="batch"):
        images = to_unit(torch.stack([hwc_to_tensor(faces(p)) for p in photos[start : start + BATCH]]))
        features = function(images)
        if flip:
            features = features + function(images.flip(-1))
        parts.append(F.normalize(features))
    return dict(zip(photos, torch.cat(parts), strict=True))


def fold_accuracy(
    scores: Float[np.ndarray, " pairs"], *, same: Bool[np.ndarray, " pairs"]
) -> tuple[float, float]:
    """Mean accuracy of ten folds, each at the threshold that suits the other nine, and its standard error."""
    kinds = [np.flatnonzero(same), np.flatnonzero(~same)]
    folds = [np.concatenate(parts) for parts in zip(*(np.array_split(k, FOLDS) for k in kinds), strict=True)]
    accuracies = []
    for fold in folds:
        rest = np.setdiff1d(np.arange(len(same)), fold)
        _, threshold = best_accuracy(scores[rest], same=same[rest])
        accuracies.append(np.mean((scores[fold] >= threshold) == same[fold]))
    return float(np.mean(accuracies)), float(np.std(accuracies, ddof=1) / FOLDS**0.5)


def main() -> int:
    """Prints one line per recognizer."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("folder", type=Path)
    parser.add_argument("--recognizers", nargs="+", default=["reid0095", "mobilefacenet"])
    parser.add_argument("--json", type=Path, help="write the figures here as well")
    args = parser.parse_args()
    torch.set_num_threads(1)
    pairs, same = read_pairs(args.folder / "pairsDevTest.txt")
    photos = sorted({photo for pair in pairs for photo in pair})
    faces, failed = detect_all(args.folder, photos, make_detector("yunet"))
    points = {photo: found.points for photo, found in faces.items()}
    usable = np.array([all(photo in points for photo in pair) for pair in pairs])
    kept = [pair for pair, use in zip(pairs, usable, strict=True) if use]
    print(
        f"{len(photos)} photographs, {len(failed)} without a face, {len(kept)} of {len(pairs)} pairs usable"
    )

    def crop(photo: str) -> Pixels:
        face = align(read_image(args.folder / "images" / photo), points[photo], size=FRAME).image
        return face[EDGE : FRAME - EDGE, EDGE : FRAME - EDGE]

    rows = []
    for name in args.recognizers:
        recognizer = load_recognizer(name).fold_batch_norm()

        def place(photo: str, card: RecognizerCard = recognizer.card) -> Pixels:
            matrix = geometry.fit_similarity(points[photo], np.array(card.points))
            height, width = card.input_size
            return geometry.warp(
                read_image(args.folder / "images" / photo), matrix, height=height, width=width
            )

        # Weights that want the whole crop have no points of their own.
        routes = ("crop",) if recognizer.card.points is None else ("crop", "points")
        for route, flip in itertools.product(routes, (False, True)):
            placed = route == "points"
            features = embed(recognizer, place if placed else crop, list(points), placed=placed, flip=flip)
            scores = np.array([float(features[a] @ features[b]) for a, b in kept])
            best, threshold = best_accuracy(scores, same=same[usable])
            mean, error = fold_accuracy(scores, same=same[usable])
            rows.append(
                {
                    "recognizer": name,
                    "route": route,
                    "mirrored_added": flip,
                    "pairs": len(kept),
                    "best_accuracy": best,
                    "threshold": threshold,
                    "ten_fold_accuracy": mean,
                    "ten_fold_standard_error": error,
                }
            )
            print(
                f"{name}, {route}{', mirrored added' if flip else ''}: best threshold {100 * best:.2f} % "
                f"(at {threshold:.3f}), ten folds {100 * mean:.2f} +- {100 * error:.2f} %",
                flush=True,
            )
    if args.json:
        args.json.write_text(json.dumps({"failed": failed, "rows": rows}, indent=2) + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
