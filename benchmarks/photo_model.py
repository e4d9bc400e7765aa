"""What a model that turns photographs is worth: likeness, recognition, how frontal its faces are.

    python benchmarks/photo_model.py likeness --set GEOMETRY_SET
    python benchmarks/photo_model.py rendered --judge mobilefacenet
    python benchmarks/photo_model.py posed    --judge mobilefacenet --manifest lfw/manifest.csv

`likeness`: rendered people with the truth: L1, SSIM, the judge's cosine to the neutral frontal picture, by
yaw, for the picture, the model's faces, other models' (--others), the mean face and the exact field; L1 and
SSIM also with the truth's background around every head. `rendered`: test people inside the
package, rank-1 by yaw, gallery of frontal pictures of the same and of another look. `posed`: a manifest with
roles pose_frontal and pose_oblique (see `enface evaluate --protocol pose_roles`): rank-1, d-prime and its
difference to the control (picture + mirrored picture) with 95 % intervals over people; the face next to the
labelled box is taken. Embeddings are sums over the image and its mirror image, except `raw`.
"""

import argparse
import csv
import json
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor

from enface.data.embedded import embedded_manifest
from enface.faces.detectors.protocol import Detection, Detector, box_around
from enface.images import hwc_to_tensor, read_image, to_unit
from enface.images.resize import resize
from enface.inference import FrontalFace, Frontalizer
from enface.metrics.image_quality import l1, ssim, unit
from enface.models.landmark_detector import load_detector
from enface.recognizers.frozen import FrozenRecognizer
from enface.recognizers.headpose import load_head_pose
from enface.recognizers.registry import load_recognizer

Array = np.ndarray
RESAMPLES = 2000


def length_one(rows: Array) -> Array:
    """Rows of length 1."""
    return rows / np.linalg.norm(rows, axis=1, keepdims=True)


def embed(judge: FrozenRecognizer, images: Sequence[Array], *, mirror: bool) -> Array:
    """The judge's embeddings of images of any sizes; with `mirror` the sum with the mirrored images'."""
    rows = np.zeros((len(images), judge.feature_size))
    for size in {len(image) for image in images}:
        chosen = [index for index, image in enumerate(images) if len(image) == size]
        for first in range(0, len(chosen), 32):
            part = chosen[first : first + 32]
            batch = to_unit(torch.stack([hwc_to_tensor(images[index]) for index in part]))
            with torch.inference_mode():
                found = judge(batch)
                if mirror:
                    found = torch.nn.functional.normalize(found) + torch.nn.functional.normalize(
                        judge(batch.flip(3))
                    )
            rows[part] = found.numpy()
    return length_one(rows)


def arms(judge: FrozenRecognizer, faces: Sequence[FrontalFace]) -> dict[str, Array]:
    """Embeddings by arm."""
    control = embed(judge, [face.input for face in faces], mirror=True)
    frontal = embed(judge, [face.frontal for face in faces], mirror=True)
    return {
        "raw": embed(judge, [face.input for face in faces], mirror=False),
        "raw + mirror": control,
        "frontalised": frontal,
        "fused": length_one(control + frontal),
    }


def separation(own: Array, other: Array) -> float:
    """d-prime."""
    return float((own.mean() - other.mean()) / np.sqrt((own.var() + other.var()) / 2))


def percent(values: Array) -> float:
    """Mean in per cent, one decimal."""
    return round(100 * float(np.mean(values)), 1)


# --- posed photographs --------------------------------------------------------------------------------------


def labelled_face(detector: Detector, row: dict[str, str], root: Path) -> tuple[Array, Detection]:
    """The photograph and the detection nearest to the labelled box."""
    image = read_image(root / row["file"])
    centre = np.array(
        [float(row["box_x"]) + float(row["box_w"]) / 2, float(row["box_y"]) + float(row["box_h"]) / 2]
    )

    def distance(found: Detection) -> float:
        box = found.box
        return float(np.linalg.norm(np.array([box.x + box.width / 2, box.y + box.height / 2]) - centre))

    return image, min(detector.detect(image, path=root / row["file"]), key=distance)


def posed(args: argparse.Namespace) -> dict[str, Any]:
    """Recognition and frontalness on photographs with pose roles."""
    with args.manifest.open(newline="", encoding="utf-8") as stream:
        rows = [row for row in csv.DictReader(stream) if row["role"] in ("pose_oblique", "pose_frontal")]
    detector = load_detector("yunet", network=not args.detector_points)
    frontalizer = Frontalizer.load(args.model, detector=detector, neutral=args.neutral)
    faces = frontalizer.turn(
        [frontalizer.cut(*labelled_face(detector, row, args.manifest.parent)) for row in rows]
    )
    person = np.array([row["identity"] for row in rows])
    probe = np.array([row["role"] == "pose_oblique" for row in rows])
    yaw = np.array([abs(float(row["yaw_deg"])) for row in rows])
    report: dict[str, Any] = {"probes": int(probe.sum()), "people": len(set(person[probe]))}
    pose = residual_pose([face.frontal for face in faces])
    report["residual absolute yaw, median degrees"] = {
        f"{low}-{high}": round(float(np.median(np.abs(pose[probe & (yaw >= low) & (yaw < high), 0]))), 2)
        for low, high in ((30, 40), (40, 50), (50, 95), (30, 45))
    }
    for name in args.judge:
        judge = load_recognizer(name)
        found = arms(judge, faces)
        report[name] = {"arms": compare(found, person, probe, yaw)}
        likeness = (found["raw + mirror"] * found["frontalised"]).sum(axis=1)
        report[name]["cosine of input and output"] = {
            "probes": round(float(likeness[probe].mean()), 3),
            "gallery": round(float(likeness[~probe].mean()), 3),
        }
        told = np.array([face.origin.confidence for face in faces if face.origin is not None])
        if len(told) == len(faces):
            correlation = np.corrcoef(told[probe], likeness[probe])[0, 1]
            report[name]["correlation of confidence with that cosine, probes"] = round(float(correlation), 3)
            enrolled = mean_embeddings(found["raw + mirror"][~probe], person[~probe])
            report[name]["confidence, five equal groups of probes"] = reliability(
                told[probe], found["frontalised"][probe], person[probe], enrolled
            )
    return report


def mean_embeddings(rows: Array, person: Array) -> dict[str, Array]:
    """One embedding of each person."""
    people = [str(who) for who in np.unique(person)]
    means = length_one(np.stack([rows[person == who].mean(axis=0) for who in people]))
    return dict(zip(people, means, strict=True))


def reliability(
    told: Array, frontalised: Array, person: Array, enrolled: dict[str, Array]
) -> list[dict[str, float]]:
    """From the least to the most confident fifth: what was told, and what is true.

    Args:
        told: confidences.
        frontalised: embeddings of the faces.
        person: whose they are.
        enrolled: one embedding of each person.
    """
    gallery = np.stack(list(enrolled.values()))
    own = np.array(list(enrolled))[None] == person[:, None]
    scores = frontalised @ gallery.T
    genuine = scores[own]
    first = genuine > np.where(own, -1.0, scores).max(axis=1)
    return [
        {
            "n": len(part),
            "confidence": round(float(told[part].mean()), 3),
            "cosine to the own frontal pictures": round(float(genuine[part].mean()), 3),
            "not found first, %": percent(~first[part]),
            "not found first among these and all more confident, %": percent(
                ~first[told >= told[part].min()]
            ),
        }
        for part in np.array_split(np.argsort(told, kind="stable"), 5)
    ]


def compare(found: dict[str, Array], person: Array, probe: Array, yaw: Array) -> dict[str, Any]:
    """Rank-1, genuine and impostor means and d-prime of every arm, and differences to the control."""
    people = np.unique(person[~probe])
    own = person[probe][:, None] == people[None]
    pairs = {
        "raw -> raw": ("raw", "raw"),
        "raw + mirror -> raw + mirror": ("raw + mirror", "raw + mirror"),
        "frontalised -> raw + mirror": ("frontalised", "raw + mirror"),
        "fused -> raw + mirror": ("fused", "raw + mirror"),
        "fused -> fused": ("fused", "fused"),
    }
    scores = {}
    for name, (left, right) in pairs.items():
        gallery = np.stack(list(mean_embeddings(found[right][~probe], person[~probe]).values()))
        scores[name] = found[left][probe] @ gallery.T
    control = scores["raw + mirror -> raw + mirror"]
    draws = np.random.default_rng(0).integers(0, len(people), (RESAMPLES, len(people)))
    who = person[probe]
    rows_of = {name: np.flatnonzero(who == name) for name in people}
    table: dict[str, Any] = {}
    for name, matrix in scores.items():
        entry: dict[str, Any] = {}
        for low, high in ((30, 40), (40, 50), (50, 95), (40, 95), (30, 95)):
            chosen = (yaw[probe] >= low) & (yaw[probe] < high)
            part, genuine = matrix[chosen], own[chosen]
            hardest = np.where(genuine, -1.0, part).max(axis=1)
            entry[f"{low}-{high}"] = {
                "n": int(chosen.sum()),
                "rank1": percent(part[genuine] > hardest),
                "genuine": round(float(part[genuine].mean()), 3),
                "impostor": round(float(part[~genuine].mean()), 3),
                "margin": round(float((part[genuine] - hardest).mean()), 3),
                "d": round(separation(part[genuine], part[~genuine]), 2),
            }
        difference = []
        for draw in draws:
            rows = np.concatenate([rows_of[people[index]] for index in draw])
            a, b, mask = matrix[rows], control[rows], own[rows]
            difference.append(separation(a[mask], a[~mask]) - separation(b[mask], b[~mask]))
        low, high = np.percentile(difference, [2.5, 97.5])
        whole = separation(matrix[own], matrix[~own]) - separation(control[own], control[~own])
        entry["d minus control"] = [round(float(v), 2) for v in (whole, low, high)]
        table[name] = entry
    return table


def residual_pose(images: Sequence[Array]) -> Array:
    """Degrees of yaw, pitch and roll by the independent network, whose box is 1.1 times the face's."""
    network = load_head_pose()
    poses = []
    for image in images:
        edge = round(0.12 * len(image))
        face = np.ascontiguousarray(image[edge : len(image) - edge, edge : len(image) - edge])
        with torch.inference_mode():
            poses.append(network(to_unit(hwc_to_tensor(face)[None]))[0].numpy())
    return np.stack(poses)


# --- rendered people ----------------------------------------------------------------------------------------


def rendered(args: argparse.Namespace) -> dict[str, Any]:
    """Rank-1 by absolute yaw on the package's test people, gallery of the first look."""
    test = embedded_manifest().select(split="test")
    frontalizer = Frontalizer.load(args.model, detector=load_detector("aligned"), neutral=args.neutral)
    records = [record for record in test.records if not record.pitch]
    cut = []
    for record in records:
        points = np.asarray(record.points)
        found = Detection(box=box_around(points), points=points, score=1.0, yaw=record.yaw)
        cut.append(frontalizer.cut(read_image(test.file(record)), found))
    faces = frontalizer.turn(cut)
    person = np.array([record.subject for record in records])
    yaw = np.array([abs(round(record.yaw or 0.0)) for record in records])
    look = np.array([record.session for record in records])
    gallery = np.array([record.role == "gallery" for record in records])
    first = min(look)
    report: dict[str, Any] = {"people": len(set(person))}
    for name in args.judge:
        found = arms(load_recognizer(name), faces)
        table: dict[str, Any] = {}
        asked = ~gallery & (look == first)
        for across in (False, True):
            enrolled = gallery & ((look != first) if across else (look == first))
            title = "other look" if across else "same look"
            for arm, (left, right) in {
                "raw": ("raw", "raw"),
                "raw + mirror": ("raw + mirror", "raw + mirror"),
                "frontalised": ("frontalised", "raw + mirror"),
                "fused": ("fused", "raw + mirror"),
                "fused, gallery too": ("fused", "fused"),
            }.items():
                scores = found[left][asked] @ found[right][enrolled].T
                right_one = person[enrolled][scores.argmax(axis=1)] == person[asked]
                table[f"{title}: {arm}"] = {
                    int(angle): percent(right_one[yaw[asked] == angle]) for angle in np.unique(yaw[asked])
                }
        told = np.array([face.origin.confidence for face in faces if face.origin is not None])
        if len(told) == len(faces):
            enrolled = gallery & (look == first)
            table["same look: confidence, five equal groups"] = reliability(
                told[asked],
                found["frontalised"][asked],
                person[asked],
                mean_embeddings(found["raw + mirror"][enrolled], person[enrolled]),
            )
        report[name] = table
    return report


def likeness(args: argparse.Namespace) -> dict[str, Any]:
    """L1, SSIM and cosine to the neutral frontal truth by absolute yaw."""
    from enface.models.library import load_turner
    from enface.models.warp.turner import WarpTurner
    from enface.networks.warp.blocks import enlarged_field, look_up
    from enface.rendering.geometry_set.shards import ShardReader
    from enface.rendering.truth.correspondence import ABSENT
    from enface.training.warp.placing import cut_out, moved_fields, placement, sampling_grid

    reader = ShardReader(args.set)
    model = load_turner(args.model)
    if not isinstance(model, WarpTurner):
        raise SystemExit(f"{args.model} is no warp model")
    others = {name: load_turner(name) for name in args.others}
    names = ("image", "landmarks", "pose", "neutral.picture", "neutral.field", "neutral.classes")
    cases: dict[str, list[Array]] = {}
    heads: list[Array] = []
    yaws: list[float] = []

    def add(name: str, frames: Tensor) -> None:
        small = torch.nn.functional.interpolate(
            frames, size=(125, 125), mode="bilinear", antialias=True, align_corners=False
        )
        inner = small[..., 6:118, 6:118]
        cases.setdefault(name, []).extend(
            ((inner + 1) * 127.5).round().clamp(0, 255).byte().permute(0, 2, 3, 1).numpy()
        )

    for first in range(0, reader.plan.samples, 16):
        numbers = range(first, min(first + 16, reader.plan.samples))
        batch = reader.read(numbers, names)
        matrices = [
            placement(points, float(pose[0]), size=250)
            for points, pose in zip(batch["landmarks"], batch["pose"], strict=True)
        ]
        still = torch.zeros(len(numbers), dtype=torch.bool)
        grid = sampling_grid(matrices, picture=batch["image"].shape[1], size=250, mirror=still)
        frames = cut_out(torch.from_numpy(batch["image"]), grid, size=250) * 2 - 1
        exact = moved_fields(torch.from_numpy(batch["neutral.field"]).float(), grid)
        with torch.inference_mode():
            add("picture", frames)
            add("photo, expression and light kept", model.model(frames).face)
            add("photo, neutral", model.model(frames, neutral=True).face)
            add("exact field", look_up(frames, enlarged_field(exact, 250)))
            for name, turner in others.items():
                crops = frames[..., 13:237, 13:237].permute(0, 2, 3, 1)
                turned = turner.turn(list(((crops + 1) * 127.5).round().clamp(0, 255).byte().numpy()))
                cases.setdefault(name, []).extend(resize(t.frontal, height=112, width=112) for t in turned)
        head = torch.from_numpy(batch["neutral.classes"] != ABSENT).float()[:, None]
        head = torch.nn.functional.interpolate(head, size=(125, 125), mode="bilinear", align_corners=False)
        heads.extend((head[:, 0, 6:118, 6:118] > 0.5).numpy())
        add("truth", torch.from_numpy(batch["neutral.picture"]).permute(0, 3, 1, 2).float() / 127.5 - 1)
        yaws.extend(np.abs(batch["pose"][:, 0]).tolist())
    cases["mean face"] = [np.mean(cases["truth"], axis=0).round().astype(np.uint8)] * len(yaws)
    judge = load_recognizer(args.judge[0])
    truth = embed(judge, cases["truth"], mirror=False)
    report: dict[str, Any] = {"judge": args.judge[0]}
    for name, images in cases.items():
        if name == "truth":
            continue
        cosine = (embed(judge, images, mirror=False) * truth).sum(axis=1)
        measures: dict[str, Callable[[Array, Array], float]] = {
            "L1": lambda a, b: l1(a, truth=b),
            "SSIM": lambda a, b: ssim(a, truth=b),
        }
        values = {}
        for where, shown in (
            ("", images),
            (
                ", true background",
                [np.where(h[..., None], a, b) for h, a, b in zip(heads, images, cases["truth"], strict=True)],
            ),
        ):
            pictures = [(unit(a), unit(b)) for a, b in zip(shown, cases["truth"], strict=True)]
            for label, call in measures.items():
                values[label + where] = np.array([call(a, b) for a, b in pictures])
        values["cosine"] = cosine
        report[name] = {
            f"{low}-{high}": {
                label: round(float(column[chosen].mean()), 4 if label.startswith("L1") else 3)
                for label, column in values.items()
            }
            for low, high in ((0, 15), (15, 30), (30, 45), (45, 60), (60, 75), (75, 95))
            if (chosen := (np.array(yaws) >= low) & (np.array(yaws) < high)).any()
        }
    return report


def main() -> None:
    """Prints JSON."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("what", choices=("likeness", "rendered", "posed"))
    parser.add_argument("--model", default="photo")
    parser.add_argument("--judge", nargs="+", default=["mobilefacenet"])
    parser.add_argument("--others", nargs="*", default=[], help="models of any kind, for likeness")
    parser.add_argument("--neutral", action="store_true")
    parser.add_argument(
        "--detector-points", action="store_true", help="the detector's landmarks, not the network's"
    )
    parser.add_argument("--manifest", type=Path)
    parser.add_argument("--set", type=Path)
    parser.add_argument("--threads", type=int, default=1)
    args = parser.parse_args()
    torch.set_num_threads(args.threads)
    print(json.dumps({"likeness": likeness, "rendered": rendered, "posed": posed}[args.what](args), indent=1))


if __name__ == "__main__":
    main()
