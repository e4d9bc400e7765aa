"""How many faces the package's own finder finds, how often it is wrong, and what it costs, beside YuNet.

    python benchmarks/finder.py photos MANIFEST [--number 500] [--between]
    python benchmarks/finder.py empty MANIFEST [--number 500]
    python benchmarks/finder.py rendered FOLDER [--number 500]
    python benchmarks/finder.py groups FOLDER
    python benchmarks/finder.py cost

MANIFEST is a CSV file with the columns file (relative to it), box_x, box_y, box_w and box_h: photographs and
the box of the face that is meant. FOLDER is a rendered geometry set of people who were not trained on
(`finder_v2`: seed 9000001, 64 people, 1 session, 12 pictures).

A face is found when a box covers it with an intersection over union of 0.4 or more. Pictures without a face:
half of them are tiles of 256 px of the pictures of scikit-image that show none, the other half strips of the
photographs beside every face that YuNet finds there even at a score of 0.3, its box made 1.5 times as wide.
"groups" composes one picture of 320 px per head of FOLDER, with up to three heads of 24 to 200 px before
clutter, as the recipe's validation does, and prints what is found of each group of people.
Nothing here took part in training or in choosing a threshold. Each command takes --network, a name or a
folder.
"""

import argparse
import csv
import itertools
from pathlib import Path

import numpy as np
import torch
from torch import nn
from tqdm import tqdm

from enface.faces.detectors.protocol import Detector
from enface.faces.detectors.suppression import overlaps
from enface.faces.detectors.yunet import YuNet
from enface.faces.landmarks68 import detector_box
from enface.images import read_image
from enface.models.finder import FINDER, Finder
from enface.models.landmark_detector import ConfirmedFinder
from enface.models.landmarker import Landmarker
from enface.rendering.geometry_set.shards import ShardReader
from enface.training.finder.clutter_pool import ClutterPool
from enface.training.finder.recipe import RECIPES
from enface.training.finder.validation import (
    SAME,
    YAW_EDGES,
    compose_scenes,
    false_alarms,
    recall,
    sighting,
)
from groups import print_groups_of_set, table
from landmarks import milliseconds

FACELESS = (
    *("brick", "cell", "clock_motion", "coffee", "coins", "color", "grass", "gravel", "hubble_deep_field"),
    *("ihc", "microaneurysms", "moon", "motorcycle_left", "page", "retina", "rocket", "text", "chelsea"),
)
"""Of scikit-image; chelsea is a cat."""
TILE, NARROWEST = 256, 48
ANY = 1e-6
"""Score of any box: detectors were asked for what they are sure of."""
CLUTTER_SEED = 9_000_400
"""Of drawn pictures that nobody was trained on."""


def detectors(network: str) -> dict[str, Detector]:
    """What is compared."""
    finder = Finder.load(network)
    confirmed = ConfirmedFinder(finder, Landmarker.load())
    return {"YuNet": YuNet(), "finder": finder, "finder, confirmed by landmarks": confirmed}


def chosen(manifest: Path, number: int, *, between: bool = False) -> list[tuple[Path, np.ndarray]]:
    """Photographs evenly spread over the manifest, or those half-way between them, with their boxes."""
    with manifest.open(newline="", encoding="utf-8") as stream:
        rows = list(csv.DictReader(stream))
    places = np.linspace(0, len(rows) - 1, min(number, len(rows)))
    if between:
        places = (places[:-1] + places[1:]) / 2
    picked = [rows[k] for k in places.astype(int)]
    names = ("box_x", "box_y", "box_w", "box_h")
    return [(manifest.parent / row["file"], np.array([float(row[name]) for name in names])) for row in picked]


def boxes_of(detector: Detector, image: np.ndarray) -> np.ndarray:
    """Boxes that a detector draws."""
    return np.array([face.box for face in detector.detect(image)], dtype=float).reshape(-1, 4)


def covered(boxes: np.ndarray, box: np.ndarray) -> float:
    """Largest intersection over union."""
    return float(overlaps(boxes, box).max(initial=0.0))


def photos(found_by: dict[str, Detector], manifest: Path, number: int, *, between: bool = False) -> None:
    """Recall of the faces that are meant, and what else is taken for one."""
    rows = chosen(manifest, number, between=between)
    cautious = YuNet(score=0.3)
    hits: dict[str, list[float]] = {name: [] for name in found_by}
    others: dict[str, list[tuple[int, int]]] = {name: [] for name in found_by}
    for path, meant in rows:
        image = read_image(path)
        seen = boxes_of(cautious, image)
        for name, detector in found_by.items():
            boxes = boxes_of(detector, image)
            hits[name].append(covered(boxes, meant))
            rest = boxes[overlaps(boxes, meant) < SAME]
            unseen = [box for box in rest if covered(seen, box) < 0.2]
            others[name].append((len(rest), len(unseen)))
    print(f"{len(rows)} photographs\n")
    table(
        ["", "found, %", "median overlap", "other boxes per picture", "of them, where YuNet at 0.3 has none"],
        [
            [name, f"{100 * np.mean(np.array(hits[name]) >= SAME):.1f}", f"{np.median(hits[name]):.2f}"]
            + [f"{value:.3f}" for value in np.mean(others[name], axis=0)]
            for name in found_by
        ],
    )


def tiles(number: int) -> list[np.ndarray]:
    """Tiles of scikit-image's pictures without a face, evenly spread over all of them."""
    from skimage import data
    from skimage.color import gray2rgb

    cut = []
    for name in FACELESS:
        folder = Path(data.__file__).parent
        file = next(folder.glob(f"{name}.*"))
        image = read_image(file)
        image = gray2rgb(image) if image.ndim == 2 else image
        height, width = image.shape[:2]
        for top, left in itertools.product(
            range(0, max(1, height - TILE // 2), TILE // 4), range(0, max(1, width - TILE // 2), TILE // 4)
        ):
            cut.append(np.ascontiguousarray(image[top : top + TILE, left : left + TILE]))
    return [cut[k] for k in np.linspace(0, len(cut) - 1, min(number, len(cut))).astype(int)]


def strips(manifest: Path, number: int) -> list[np.ndarray]:
    """What photographs show left and right of every face."""
    cautious = YuNet(score=0.3)
    cut: list[np.ndarray] = []
    for path, meant in chosen(manifest, 10 * number):
        image = read_image(path)
        boxes = np.concatenate([boxes_of(cautious, image), meant[None]])
        middle = boxes[:, 0] + boxes[:, 2] / 2
        reach = 0.75 * boxes[:, 2]
        left, right = (middle - reach).min(), (middle + reach).max()
        for part in (image[:, : max(0, int(left))], image[:, max(0, int(np.ceil(right))) :]):
            if part.shape[1] >= NARROWEST and len(cut) < number:
                cut.append(np.ascontiguousarray(part))
        if len(cut) == number:
            break
    return cut


def empty(found_by: dict[str, Detector], manifest: Path, number: int) -> None:
    """False alarms on pictures without a face."""
    kinds = {"tiles": tiles(number // 2), "strips": strips(manifest, number - number // 2)}
    head = ["", *(f"{kind} ({len(pictures)})" for kind, pictures in kinds.items()), "together"]
    rows = []
    for name, detector in found_by.items():
        counts = [[len(detector.detect(picture)) for picture in pictures] for pictures in kinds.values()]
        together = list(itertools.chain(*counts))
        rows.append([name, *(f"{np.mean(count):.3f}" for count in (*counts, together))])
    print("False alarms per picture\n")
    table(head, rows)


def rendered(found_by: dict[str, Detector], folder: Path, number: int) -> None:
    """Recall on rendered heads by yaw, and false alarms there."""
    reader = ShardReader(folder)
    count = reader.plan.samples
    samples = np.linspace(0, count - 1, min(number, count)).astype(int).tolist()
    arrays = reader.read(samples, ("image", "landmarks", "pose"))
    yaw = np.abs(arrays["pose"][:, 0])
    rows, ranges = [], list(itertools.pairwise(YAW_EDGES))
    for name, detector in found_by.items():
        hits, alarms = [], 0
        for image, points in zip(arrays["image"], arrays["landmarks"], strict=True):
            boxes = boxes_of(detector, image)
            meant = np.array(detector_box(points.astype(np.float64)))
            hits.append(covered(boxes, meant) >= SAME)
            alarms += int((overlaps(boxes, meant) < 0.2).sum())
        found = np.array(hits)
        shares = [100 * found[(yaw >= low) & (yaw < high)].mean() for low, high in ranges]
        rows.append([name, *(f"{share:.1f}" for share in shares), f"{alarms / len(found):.3f}"])
    print(f"{len(yaw)} rendered pictures of one head, found in % by yaw\n")
    table(["", *(f"{low} to {high}" for low, high in ranges), "boxes elsewhere per picture"], rows)


def groups(found_by: dict[str, Detector], folder: Path) -> None:
    """Recall in composed pictures by yaw, by size and by group of people, each at its own threshold."""
    reader = ShardReader(folder)
    pool = ClutterPool(500, seed=CLUTTER_SEED)
    recipe = RECIPES[FINDER]
    scenes = list(compose_scenes(recipe, reader, range(reader.plan.samples), pool=pool, seed=2))
    seen = {
        name: [sighting(detector.detect(scene.image), scene) for scene in tqdm(scenes, desc=name)]
        for name, detector in found_by.items()
    }
    first = next(iter(seen.values()))
    sample = np.concatenate([one.sample for one in first])
    print(f"{len(scenes)} composed pictures of {reader.plan.people} people, {len(sample)} faces\n")
    rows = {name: recall(some, score=ANY) for name, some in seen.items()}
    table(
        ["", *(row.label for row in next(iter(rows.values()))), "false alarms per picture"],
        [
            [name, *(f"{row.found:.1f}" for row in some), f"{false_alarms(seen[name], score=ANY):.3f}"]
            for name, some in rows.items()
        ],
    )
    who = reader.read(sample.tolist(), ("person", "session"))
    print_groups_of_set(
        reader,
        {name: 100.0 * (np.concatenate([one.score for one in some]) >= ANY) for name, some in seen.items()},
        person=who["person"],
        session=who["session"],
    )


def cost(found_by: dict[str, Detector], network: str) -> None:
    """Parameters, multiply-adds and milliseconds of processor time per 640 x 480 picture, on one thread."""
    from skimage.data import astronaut

    finder = Finder.load(network)
    counts: list[int] = []

    def count(module: nn.Module, inputs: tuple[torch.Tensor, ...], output: torch.Tensor) -> None:
        counts.append(module.get_parameter("weight").numel() * output.shape[2] * output.shape[3])

    handles = [m.register_forward_hook(count) for m in finder.network.modules() if isinstance(m, nn.Conv2d)]
    picture = np.full((480, 640, 3), 120, dtype=np.uint8)
    picture[:, 64:576] = astronaut()[:480]
    finder.detect(picture)
    for handle in handles:
        handle.remove()
    parameters = sum(p.numel() for p in finder.network.parameters())
    print(
        f"{parameters:,} parameters, {sum(counts) / 1e6:.0f} million multiply-adds a picture of 640 x 480\n"
    )
    rows = []
    for name, detector in found_by.items():
        spent = milliseconds(lambda detector=detector: detector.detect(picture), times=15)
        rows.append([name, f"{spent:.0f}", str(len(detector.detect(picture)))])
    table(["", "milliseconds", "faces (one is there)"], rows)


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("what", choices=["photos", "empty", "rendered", "groups", "cost"])
    parser.add_argument("path", type=Path, nargs="?")
    parser.add_argument("--network", default=FINDER)
    parser.add_argument("--number", type=int, default=500, help="how many pictures")
    parser.add_argument("--between", action="store_true", help="photographs that --number leaves out")
    arguments = parser.parse_args()
    torch.set_num_threads(1)
    found_by = detectors(arguments.network)
    if arguments.what == "cost":
        cost(found_by, arguments.network)
    elif arguments.path is None:
        parser.error(f"{arguments.what} needs a path")
    elif arguments.what == "photos":
        photos(found_by, arguments.path, arguments.number, between=arguments.between)
    elif arguments.what == "groups":
        groups(found_by, arguments.path)
    else:
        measure = {"empty": empty, "rendered": rendered}[arguments.what]
        measure(found_by, arguments.path, arguments.number)


if __name__ == "__main__":
    main()
