"""How near the landmark network comes to the truth, on rendered people and on photographs, and what it costs.

    python benchmarks/landmarks.py rendered FOLDER
    python benchmarks/landmarks.py photos MANIFEST [--every 1]
    python benchmarks/landmarks.py wrong FOLDER
    python benchmarks/landmarks.py cost

FOLDER is a rendered geometry set of people who were not trained on (`landmarks_v1`: seed 9000001, 64
people, 1 session, 12 pictures). MANIFEST is a CSV file whose column `path` or `file` names photographs
relative to it. Distances are in per cent of the inter-ocular distance of the frontal face (outer eye corners)
in the picture's scale. Each command takes --network, a name or a folder.
"""

import argparse
import csv
import itertools
import time
from pathlib import Path

import numpy as np
import torch
from jaxtyping import Float
from torch import nn

from enface.faces import geometry
from enface.faces.align import alignment_matrix
from enface.faces.detectors.protocol import Detection, FaceBox
from enface.faces.detectors.yunet import YuNet
from enface.faces.landmarks68 import Landmarks68, five_points_of
from enface.faces.pose import estimate_yaw
from enface.faces.templates import DEFAULT_TEMPLATE, TEMPLATES
from enface.images import hwc_to_tensor, read_image, to_unit
from enface.models.landmarker import LANDMARKS, Landmarker
from enface.recognizers.headpose import load_head_pose
from enface.rendering.geometry_set.shards import ShardReader
from enface.training.landmarks.calibration import wrong_pictures
from enface.training.landmarks.validation import (
    YAW_EDGES,
    Truth,
    boxes_of,
    errors_of,
    find_landmarks,
    read_truth,
    rows_by_yaw,
)
from groups import print_groups_of_set, table

OUTER = 1.37
"""Distance of the outer eye corners over that of the eyes' middles, mean of rendered people."""
FARTHEST = 45.0
"""Degrees up to which the independent pose network is good."""


def bins(yaw: Float[np.ndarray, " faces"]) -> list[tuple[str, np.ndarray]]:
    """Ranges of absolute yaw that have faces."""
    size = np.abs(yaw)
    ranges = [(f"{a} to {b}", (size >= a) & (size < b)) for a, b in itertools.pairwise(YAW_EDGES)]
    return [(name, here) for name, here in ranges if here.any()]


def rendered(landmarker: Landmarker, folder: Path) -> None:
    """Errors by yaw and by trait, with jittered boxes and with YuNet's, and YuNet's own five points."""
    reader = ShardReader(folder)
    truth = read_truth(reader, range(reader.plan.samples))
    errors = errors_of(find_landmarks(landmarker, truth, boxes_of(truth)), truth)
    print("Boxes of the landmarks, moved by 6 % and scaled by 10 %\n")
    table(
        ["yaw", "faces", "all points", "seen", "hidden", "five", "yaw error", "pitch", "roll"],
        [
            [f"{r.low} to {r.high}", str(r.faces)]
            + [f"{v:.1f}" for v in (r.every, r.visible, r.hidden, r.five, r.yaw, r.pitch, r.roll)]
            for r in rows_by_yaw(errors, truth)
        ],
    )
    print_groups_of_set(
        reader,
        {
            "all points": errors.points.mean(axis=1),
            "five points": errors.five.mean(axis=1),
            "yaw error": np.abs(errors.pose[:, 0]),
            "pitch": np.abs(errors.pose[:, 1]),
            "roll": np.abs(errors.pose[:, 2]),
        },
        person=truth.person,
        session=truth.session,
    )
    print("YuNet's boxes; five points of both against the exact ones, mean (median)\n")
    against_yunet(landmarker, truth)


def against_yunet(landmarker: Landmarker, truth: Truth) -> None:
    """Both sets of five points, and the yaw, against the truth, on the faces that YuNet finds."""
    detector = YuNet()
    found = [
        nearest(detector.detect(image), points)
        for image, points in zip(truth.images, truth.points, strict=True)
    ]
    kept = [k for k, face in enumerate(found) if face is not None]
    faces = [found[k] for k in kept]
    marks = landmarker.batch([(truth.images[k], face.box) for k, face in zip(kept, faces, strict=True)])
    exact = np.stack([five_points_of(truth.points[k]) for k in kept])
    unit = truth.interocular[kept, None] / 100
    theirs = (np.linalg.norm(np.stack([f.points for f in faces]) - exact, axis=2) / unit).mean(1)
    ours = (np.linalg.norm(np.stack([m.five for m in marks]) - exact, axis=2) / unit).mean(1)
    every = (np.linalg.norm(np.stack([m.points for m in marks]) - truth.points[kept], axis=2) / unit).mean(1)
    yaw = truth.pose[kept, 0]
    their_yaw = np.abs(np.array([estimate_yaw(f.points) for f in faces]) - yaw)
    our_yaw = np.abs(np.array([m.yaw for m in marks]) - yaw)
    five_yaw = np.abs(np.array([estimate_yaw(m.five) for m in marks]) - yaw)
    rows = []
    whole = dict(bins(truth.pose[:, 0]))
    for name, here in bins(yaw):
        rows.append(
            [name, f"{here.sum()} of {whole[name].sum()}"]
            + [f"{v[here].mean():.1f} ({np.median(v[here]):.1f})" for v in (theirs, ours, every)]
            + [f"{v[here].mean():.1f}" for v in (their_yaw, five_yaw, our_yaw)]
        )
    table(
        [
            *("yaw", "found", "YuNet: five", "network: five", "network: 68"),
            *("yaw from YuNet's five", "from the network's five", "the network's yaw"),
        ],
        rows,
    )


def nearest(found: list[Detection], points: Float[np.ndarray, "68 2"]) -> Detection | None:
    """The detection over the face, if there is one."""
    middle = points.mean(axis=0)
    for face in found:
        x, y, width, height = face.box
        if x < middle[0] < x + width and y < middle[1] < y + height:
            return face
    return None


def photos(landmarker: Landmarker, manifest: Path, every: int) -> None:
    """Distance of the five points from YuNet's, and of the yaw from the independent pose network's."""
    with manifest.open(newline="", encoding="utf-8") as stream:
        names = [row.get("path") or row["file"] for row in csv.DictReader(stream)][::every]
    detector, judge = YuNet(), load_head_pose()
    distances, poses, ours, confidences = [], [], [], []
    for name in names:
        image = read_image(manifest.parent / name)
        middle = np.array(image.shape[1::-1]) / 2
        found = detector.detect(image)
        if not found:
            continue
        face = min(found, key=lambda f: np.hypot(*(f.points.mean(0) - middle)))
        marks = landmarker.landmarks(image, face.box)
        distances.append(np.linalg.norm(marks.five - face.points, axis=1).mean() / (interocular(face) / 100))
        poses.append(independent_pose(judge, image, face.box))
        ours.append((marks.yaw, marks.pitch, marks.roll))
        confidences.append(marks.confidence)
    distance, pose, own = np.array(distances), np.array(poses), np.array(ours)
    confidence = np.array(confidences)
    print(f"{len(distance)} faces in {len(names)} photographs\n")
    rows = []
    difference = np.abs(own - pose)
    for name, here in [*bins(pose[:, 0]), ("0 to 45", np.abs(pose[:, 0]) <= FARTHEST)]:
        rows.append(
            [name, str(here.sum()), f"{np.median(distance[here]):.1f}", f"{distance[here].mean():.1f}"]
            + [f"{np.percentile(distance[here], 95):.1f}"]
            + [f"{difference[here, k].mean():.1f}" for k in range(3)]
            + [f"{100 * (confidence[here] >= 0.5).mean():.1f}"]
        )
    table(
        [
            *("pose network's yaw", "faces", "five points: median", "mean", "95 %"),
            *("yaw difference", "pitch", "roll", "confident %"),
        ],
        rows,
    )
    bias = (own - pose)[np.abs(pose[:, 0]) <= FARTHEST].mean(axis=0)
    print(f"mean signed difference up to {FARTHEST:.0f} degrees: yaw, pitch, roll {bias.round(1).tolist()}")


def interocular(face: Detection) -> float:
    """Of the frontal face in the photograph's scale, pixels: the template's, as YuNet's points align it."""
    template = TEMPLATES[DEFAULT_TEMPLATE]
    eyes = float(np.hypot(*(template.points[1] - template.points[0])))
    return OUTER * eyes / geometry.scale_of(alignment_matrix(face.points).matrix)


def independent_pose(judge: nn.Module, image: np.ndarray, box: FaceBox) -> list[float]:
    """Yaw, pitch, roll in enface's signs by the pose network, which wants the box enlarged 1.1 times."""
    side = 1.1 * max(box.width, box.height)
    scale = 120 / side
    corner = np.array([box.x + box.width / 2 - side / 2, box.y + box.height / 2 - side / 2])
    matrix = np.hstack([np.eye(2) * scale, (-scale * (corner + 0.5) - 0.5 + scale * 0.5)[:, None]])
    crop = geometry.warp(image, matrix, height=120, width=120)
    with torch.inference_mode():
        yaw, pitch, roll = judge(to_unit(hwc_to_tensor(crop)[None]))[0].tolist()
    return [-yaw, pitch, roll]


def wrong(landmarker: Landmarker, folder: Path) -> None:
    """How often pictures with and without a face in its place are believed."""
    reader = ShardReader(folder)
    samples = range(reader.plan.samples)
    truth = read_truth(reader, samples)
    found = find_landmarks(landmarker, truth, boxes_of(truth))
    good = np.array([face.confidence for face in found])
    error = errors_of(found, truth).points.mean(axis=1)
    fake = np.array(confidences_of(landmarker, wrong_pictures(reader, samples, size=96, seed=1)))
    rng = np.random.default_rng(0)
    noise = [rng.integers(0, 256, (120, 100, 3), dtype=np.uint8) for _ in range(100)]
    flat = [np.full((90, 90, 3), level, np.uint8) for level in range(0, 250, 10)]
    turned = [np.ascontiguousarray(image[::-1, ::-1]) for image in truth.images]
    turned_boxes = [
        FaceBox(159 - b.x - b.width, 159 - b.y - b.height, b.width, b.height) for b in boxes_of(truth)
    ]
    cases = [
        ("rendered faces", good),
        ("those among them with points within 10 %", good[error < 10]),
        ("those with points farther off", good[error >= 10]),
        ("no face in its place, seven kinds", fake),
        ("noise", np.array(confidences_of(landmarker, [(n, FaceBox(10, 10, 80, 100)) for n in noise]))),
        ("one colour", np.array(confidences_of(landmarker, [(n, FaceBox(10, 10, 70, 70)) for n in flat]))),
        (
            "upside down",
            np.array(confidences_of(landmarker, list(zip(turned, turned_boxes, strict=True)))),
        ),
    ]
    table(
        ["pictures", "number", "mean confidence", "0.5 or more, %"],
        [
            [name, str(len(v)), f"{v.mean():.2f}", f"{100 * (v >= 0.5).mean():.1f}"]
            for name, v in cases
            if len(v)
        ],
    )


def confidences_of(landmarker: Landmarker, faces: list[tuple[np.ndarray, FaceBox]]) -> list[float]:
    """Of many faces, in batches."""
    found: list[Landmarks68] = []
    for first in range(0, len(faces), 64):
        found += landmarker.batch(faces[first : first + 64])
    return [face.confidence for face in found]


def cost(landmarker: Landmarker) -> None:
    """Parameters, multiply-adds of one look, milliseconds of processor time on one thread."""
    torch.set_num_threads(1)
    network = landmarker.network
    counts: list[int] = []

    def count(module: nn.Module, inputs: tuple[torch.Tensor, ...], output: torch.Tensor) -> None:
        weight = module.get_parameter("weight")
        counts.append(weight.numel() * (output.shape[2] * output.shape[3] if weight.ndim == 4 else 1))

    handles = [
        m.register_forward_hook(count) for m in network.modules() if isinstance(m, nn.Conv2d | nn.Linear)
    ]
    size = landmarker.card.input_size
    with torch.inference_mode():
        network(torch.zeros(1, 3, size, size))
        for handle in handles:
            handle.remove()
        one = torch.zeros(1, 3, size, size).to(memory_format=torch.channels_last)
        look = milliseconds(lambda: network(one))
    image = np.random.default_rng(0).integers(0, 256, (480, 640, 3), dtype=np.uint8)
    face = milliseconds(lambda: landmarker.landmarks(image, FaceBox(200, 100, 120, 160)))
    parameters = sum(p.numel() for p in network.parameters())
    print(f"{parameters:,} parameters, {sum(counts) / 1e6:.1f} million multiply-adds a look")
    print(f"{look:.1f} ms a look, {face:.1f} ms a face with both crops (one thread, processor time, median)")


def milliseconds(run: object, *, times: int = 50) -> float:
    """Median processor time."""
    assert callable(run)
    spent = []
    for _ in range(times):
        start = time.process_time()
        run()
        spent.append(1000 * (time.process_time() - start))
    return float(np.median(spent))


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("what", choices=["rendered", "photos", "wrong", "cost"])
    parser.add_argument("path", type=Path, nargs="?")
    parser.add_argument("--network", default=LANDMARKS)
    parser.add_argument("--every", type=int, default=1, help="take every n-th photograph")
    arguments = parser.parse_args()
    torch.set_num_threads(1)
    landmarker = Landmarker.load(arguments.network)
    if arguments.what == "cost":
        cost(landmarker)
    elif arguments.path is None:
        parser.error(f"{arguments.what} needs a path")
    elif arguments.what == "photos":
        photos(landmarker, arguments.path, arguments.every)
    else:
        {"rendered": rendered, "wrong": wrong}[arguments.what](landmarker, arguments.path)


if __name__ == "__main__":
    main()
