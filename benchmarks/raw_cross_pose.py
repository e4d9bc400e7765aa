"""How well recognizers know people across pose before any model turns a face; no frontal face is made.

    python benchmarks/raw_cross_pose.py MANIFEST [--judges reid0095 mobilefacenet] [--angles 45 60 75 90]

Test people of a manifest, frontal gallery of one look; probes of the same look and of others. Aligned by the
manifest's landmarks as everywhere in enface, embeddings of picture and mirror image summed. Prints, by judge,
look and absolute yaw, rank-1, the mean cosine with the right person and with others, and the share of right
comparisons accepted when 1 % of the wrong ones is, as JSON.
"""

import argparse
import json
from pathlib import Path
from typing import Any

import numpy as np
import torch
from tqdm import tqdm

from enface.data.faceset import aligned_crop
from enface.data.records import FaceRecord, Manifest
from enface.errors import ManifestError
from enface.evaluation.protocols import Protocol, open_protocol
from enface.images import hwc_to_tensor, to_unit
from enface.metrics.identification import normalised
from enface.metrics.search import search
from enface.metrics.verification import roc, true_accept_rate
from enface.recognizers.frozen import FrozenRecognizer
from enface.recognizers.registry import load_recognizer

BATCH = 32


@torch.inference_mode()
def embed(recognizer: FrozenRecognizer, manifest: Manifest, records: list[FaceRecord]) -> np.ndarray:
    """Unit embeddings of pictures with their mirror images."""
    parts = []
    for start in tqdm(range(0, len(records), BATCH), desc=recognizer.card.name, unit="batch"):
        crops = [hwc_to_tensor(aligned_crop(manifest, r, 224)) for r in records[start : start + BATCH]]
        images = to_unit(torch.stack(crops))
        pair = [normalised(recognizer(some).numpy()) for some in (images, images.flip(-1))]
        parts.append(normalised(pair[0] + pair[1]))
    return np.concatenate(parts)


def table(recognizer: FrozenRecognizer, protocol: Protocol, angles: list[int]) -> dict[str, Any]:
    """Rows by absolute yaw."""
    gallery = embed(recognizer, protocol.manifest, list(protocol.gallery))
    people = [record.subject for record in protocol.gallery]
    rows = {}
    for angle in angles:
        records = [probe.record for probe in protocol.probes if abs(probe.yaw) == angle]
        rows[str(angle)] = _row(embed(recognizer, protocol.manifest, records), records, gallery, people)
    return rows


def _row(
    probes: np.ndarray, records: list[FaceRecord], gallery: np.ndarray, people: list[str]
) -> dict[str, float]:
    who = [record.subject for record in records]
    places = search(probes, gallery=gallery, probe_people=who, gallery_people=people).places
    scores = probes @ gallery.T
    same = np.array(who)[:, None] == np.array(people)
    curve = roc(scores.ravel(), same=same.ravel())
    return {
        "probes": len(records),
        "rank1": round(100 * float(np.mean(places == 1)), 1),
        "same_person": round(float(scores[same].mean()), 3),
        "different_person": round(float(scores[~same].mean()), 3),
        "tar_at_1e-2": round(100 * true_accept_rate(curve, false_accept_rate=0.01), 1),
    }


def main() -> None:
    """Prints one JSON object."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("manifest", type=Path)
    parser.add_argument("--judges", nargs="+", default=["reid0095", "mobilefacenet"])
    parser.add_argument("--angles", nargs="+", type=int, default=list(range(0, 91, 15)))
    parser.add_argument("--looks", nargs="+", choices=("same", "other"), default=["same", "other"])
    arguments = parser.parse_args()
    torch.set_num_threads(1)
    report: dict[str, Any] = {}
    for name in arguments.judges:
        recognizer = load_recognizer(name).fold_batch_norm()
        for look in arguments.looks:
            protocol = open_protocol("rendered", arguments.manifest, across_looks=look == "other")
            if not isinstance(protocol, Protocol):
                raise ManifestError(f"{arguments.manifest} is no manifest of probes over yaw")
            report[f"{name}, {look} look"] = table(recognizer, protocol, arguments.angles)
    print(json.dumps(report, indent=2))


if __name__ == "__main__":
    main()
