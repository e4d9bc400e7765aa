"""How well recognizers know rendered people and photographs, before any face is turned.

    python benchmarks/recognizers.py rendered MANIFEST [--sessions 01 02] [--split test]
    python benchmarks/recognizers.py people FOLDER [--number 400] [--workers 2]
    python benchmarks/recognizers.py photos LFW_FOLDER [--points landmarks]

Each with --recognizers (names or folders) and --json FILE. MANIFEST lists people whom none of them was
trained on, with a gallery picture of each session (`enface render --preset session-looks`); every picture of
a level camera is a probe, whatever its light and expression. LFW_FOLDER holds `pairsDevTest.txt`,
`images` and `manifest.csv` with pose roles. Embeddings of crop and mirrored crop are added.

"rendered" prints rank-1 by absolute yaw, gallery of the same look and of the other looks, then by group of
people, each against everybody else with an interval over people. "people" does so with people who exist for
this alone (seed 9000300), whose aligned frames are rendered into FOLDER where they are missing: two looks
each, of a look a frontal picture and eight of the studio. "photos" prints verification accuracy on the View-1
development pairs (ten folds, threshold of the other nine, and the best threshold), and rank-1 of oblique
photographs among the posed people, whose frontal ones are averaged.
"""

import argparse
import json
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import torch
from jaxtyping import Float
from tqdm import tqdm

from enface.data.faceset import aligned_crop
from enface.data.manifest import read_manifest
from enface.data.records import SPLITS, FaceRecord, Manifest, Split
from enface.evaluation.pooling import pool
from enface.evaluation.protocols import Protocol, open_protocol
from enface.evaluation.protocols.pose_roles import BINS
from enface.faces.align import align
from enface.faces.detectors.registry import make_detector
from enface.faces.geometry import Pixels
from enface.images import read_image
from enface.metrics.search import search
from enface.metrics.verification import best_accuracy
from enface.models.landmark_detector import load_detector
from enface.recognizers.frozen import FrozenRecognizer
from enface.recognizers.registry import load_recognizer
from enface.training.recognizer.frames import open_people
from enface.training.recognizer.people import RenderedPeople
from enface.training.recognizer.validation import Recognised, matched, rows_by_yaw
from groups import named_groups, print_groups, table
from lfw_view1 import EDGE, FRAME, detect_all, embed, fold_accuracy, read_pairs

DEFAULT = ("rendered_a", "rendered_b", "reid0095", "mobilefacenet")
CROP = 224
PEOPLE_SEED = 9_000_300
"""Of nobody's training."""


def features_of(
    recognizer: FrozenRecognizer, faces: Callable[[str], Pixels], names: Sequence[str]
) -> Float[np.ndarray, "n feature"]:
    """Unit embeddings with mirrored pictures added, in the order of `names`."""
    found = embed(recognizer, faces, list(names), placed=False, flip=True)
    return torch.stack([found[name] for name in names]).numpy()


def crops_of(manifest: Manifest, records: Sequence[FaceRecord]) -> dict[str, Pixels]:
    """Aligned crops by path."""
    return {r.path: aligned_crop(manifest, r, CROP) for r in tqdm(records, desc="aligning", unit="face")}


def rendered(
    names: Sequence[str], path: Path, sessions: Sequence[str], split: Split | None
) -> dict[str, Any]:
    """Rank-1 by yaw and by group."""
    manifest = read_manifest(path).select(split=split)
    records = tuple(
        r
        for r in manifest.records
        if r.session in sessions and (r.role == "gallery" or abs(r.pitch or 0.0) <= 10)
    )
    return print_rendered(names, records, crops_of(manifest, records).__getitem__)


def people(names: Sequence[str], folder: Path, number: int, workers: int) -> dict[str, Any]:
    """The same with people who were rendered for this."""
    who = RenderedPeople(seed=PEOPLE_SEED, people=number, studio=8, wild=0)
    crops = open_people(who, folder / who.name, frame_size=FRAME, workers=workers)
    inside = slice(EDGE, FRAME - EDGE)
    places = {record.path: place for place, record in enumerate(crops.records)}

    def crop(path: str) -> Pixels:
        return np.ascontiguousarray(crops.frames[places[path], inside, inside])

    return print_rendered(names, crops.records, crop)


def print_rendered(
    names: Sequence[str], records: tuple[FaceRecord, ...], faces: Callable[[str], Pixels]
) -> dict[str, Any]:
    """Prints what each recognizer recognises of the same probes; `faces` gives a crop by its path."""
    found: dict[str, Recognised] = {}
    for name in names:
        recognizer = load_recognizer(name).fold_batch_norm()
        found[name] = matched(records, features_of(recognizer, faces, [r.path for r in records]))
    first = next(iter(found.values()))
    subjects = [record.subject for record in first.probes]
    print(f"{len(set(subjects))} people, {len(subjects)} probes\n")
    report: dict[str, Any] = {}
    yaws = {name: rows_by_yaw(some) for name, some in found.items()}
    groups = named_groups(first.probes)
    for look in ("same_look", "other_look"):
        head = [look.replace("_", " "), *(str(row.yaw) for row in next(iter(yaws.values()))), "all"]
        lines = [
            [
                f"`{name}`",
                *(percent(getattr(row, look)) for row in yaws[name]),
                percent(getattr(found[name], look).mean()),
            ]
            for name in found
        ]
        table(head, lines)
        report[look] = {line[0]: line[1:] for line in lines}
        hits = {f"`{name}`": 100.0 * getattr(some, look) for name, some in found.items()}
        report[f"{look}_groups"] = print_groups(groups, hits, people=subjects)
    return report


def photos(names: Sequence[str], folder: Path, points_by: str) -> dict[str, Any]:
    """View-1 accuracy and cross-pose rank-1."""
    pairs, same = read_pairs(folder / "pairsDevTest.txt")
    detector = make_detector("yunet") if points_by == "yunet" else load_detector()
    names_of_photos = sorted({photo for pair in pairs for photo in pair})
    points, failed = detect_all(folder, names_of_photos, detector)
    faces = {
        photo: align(read_image(folder / "images" / photo), found.points, size=FRAME, yaw=found.yaw).image[
            EDGE : FRAME - EDGE, EDGE : FRAME - EDGE
        ]
        for photo, found in points.items()
    }
    usable = np.array([all(photo in points for photo in pair) for pair in pairs])
    kept = [pair for pair, use in zip(pairs, usable, strict=True) if use]
    protocol = open_protocol("pose_roles", folder)
    assert isinstance(protocol, Protocol)
    probes = [probe.record for probe in protocol.probes]
    posed = crops_of(protocol.manifest, [*protocol.gallery, *probes])
    bins = np.array([abs(probe.yaw) for probe in protocol.probes])
    print(f"{len(failed)} of {len(failed) + len(points)} photographs without a face; {len(kept)} pairs")
    print(f"{protocol.people} posed people, {len(protocol.gallery)} gallery pictures, {len(probes)} probes\n")
    report: dict[str, Any] = {}
    for name in names:
        recognizer = load_recognizer(name).fold_batch_norm()
        unit = dict(zip(faces, features_of(recognizer, faces.__getitem__, list(faces)), strict=True))
        scores = np.array([float(unit[a] @ unit[b]) for a, b in kept])
        mean, error = fold_accuracy(scores, same=same[usable])
        best, _ = best_accuracy(scores, same=same[usable])
        hits = pose_hits(recognizer, protocol, posed)
        report[name] = {
            "ten_folds": mean,
            "standard_error": error,
            "best_threshold": best,
            **{f"pose_{edge}": float(hits[bins == edge].mean()) for edge in BINS},
            "pose_all": float(hits.mean()),
        }
    counts = [f"pose {BINS[edge]} ({(bins == edge).sum()})" for edge in BINS]
    table(
        ["", "View 1, ten folds", "best threshold", *counts, f"all ({len(bins)})"],
        [
            [f"`{name}`", f"{percent(row['ten_folds'])} ± {percent(row['standard_error'])}"]
            + [percent(row[key]) for key in ("best_threshold", *(f"pose_{e}" for e in BINS), "pose_all")]
            for name, row in report.items()
        ],
    )
    return report


def pose_hits(recognizer: FrozenRecognizer, protocol: Protocol, faces: dict[str, Pixels]) -> np.ndarray:
    """Whether each probe's person is the nearest."""
    gallery = features_of(recognizer, faces.__getitem__, [r.path for r in protocol.gallery])
    people, gallery = pool(gallery, templates=[r.subject for r in protocol.gallery])
    records = [probe.record for probe in protocol.probes]
    found = search(
        features_of(recognizer, faces.__getitem__, [r.path for r in records]),
        gallery=gallery,
        probe_people=[r.subject for r in records],
        gallery_people=people,
    )
    return np.asarray(found.places == 1)


def percent(share: float | None) -> str:
    """With one decimal, without the sign; a dash where nothing was compared."""
    return "-" if share is None else f"{100 * float(share):.1f}"


def main() -> None:
    """Prints tables, and writes the figures where asked to."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("what", choices=["rendered", "people", "photos"])
    parser.add_argument("path", type=Path)
    parser.add_argument("--recognizers", nargs="+", default=list(DEFAULT))
    parser.add_argument("--sessions", nargs="+", default=["01", "02"])
    parser.add_argument("--split", choices=SPLITS, help="of the people; all by default")
    parser.add_argument("--number", type=int, default=400, help="how many people are rendered")
    parser.add_argument("--workers", type=int, default=1, help="processes that render")
    parser.add_argument(
        "--points",
        choices=["yunet", "landmarks"],
        default="yunet",
        help="what the View-1 faces are aligned by",
    )
    parser.add_argument("--json", type=Path, help="write the figures here as well")
    arguments = parser.parse_args()
    torch.set_num_threads(1)
    if arguments.what == "rendered":
        report = rendered(arguments.recognizers, arguments.path, arguments.sessions, arguments.split)
    elif arguments.what == "people":
        report = people(arguments.recognizers, arguments.path, arguments.number, arguments.workers)
    else:
        report = photos(arguments.recognizers, arguments.path, arguments.points)
    if arguments.json:
        arguments.json.write_text(json.dumps(report, indent=2) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
