"""Rendered people before a detector and recognizers that were trained on photographs.

    python benchmarks/rendered_people.py MANIFEST [--recognizers reid0095 mobilefacenet] [--sessions 01 02]
        [--every 3]

For a manifest with gallery pictures per person and session: how often YuNet finds the face and how far its
five points lie from the exact ones; then, on crops aligned by exact landmarks, cosine similarity of same and
of different people and rank-1 against the frontal gallery of session 01, by absolute yaw, within (session 01)
and across looks (all other sessions). Neutral faces only. Prints JSON.
"""

import argparse
import json
from collections import defaultdict
from pathlib import Path
from typing import Any

import numpy as np
import torch
from tqdm import tqdm

from enface.data.faceset import aligned_crop
from enface.data.manifest import read_manifest
from enface.data.records import FaceRecord, Manifest
from enface.errors import FaceError
from enface.faces.detectors.registry import make_detector
from enface.images import hwc_to_tensor, read_image, to_unit
from enface.metrics.identification import cosine_scores, normalised, ranks
from enface.recognizers.registry import load_recognizer

STEP = 15


def bin_of(record: FaceRecord) -> str:
    """Absolute yaw to the nearest 15 degrees; "raised" when the camera looks down by more than 10."""
    if abs(record.pitch or 0.0) > 10:
        return "raised"
    return str(int(STEP * round(abs(record.yaw or 0.0) / STEP)))


def detection(manifest: Manifest, records: list[FaceRecord]) -> dict[str, Any]:
    """Share found, and the median of the mean five-point distance in % of the gallery's eye distance."""
    eyes: dict[tuple[str, str], float] = {}
    for record in manifest.records:
        if record.role == "gallery" and record.points is not None:
            eyes[record.subject, record.session] = float(np.hypot(*(record.points[1] - record.points[0])))
    detector = make_detector("yunet")
    found: dict[str, list[bool]] = defaultdict(list)
    errors: dict[str, list[float]] = defaultdict(list)
    for record in tqdm(records, desc="YuNet", unit="face"):
        try:
            faces = detector.detect(read_image(manifest.file(record)))
        except FaceError:
            faces = []
        found[bin_of(record)].append(bool(faces))
        if faces and record.points is not None:
            distance = float(np.hypot(*(faces[0].points - record.points).T).mean())
            errors[bin_of(record)].append(100 * distance / eyes[record.subject, record.session])
    return {
        angle: {
            "faces": len(found[angle]),
            "found": round(float(np.mean(found[angle])), 4),
            "points_percent_of_eye_distance": round(float(np.median(errors[angle])), 2),
        }
        for angle in sorted(found, key=lambda text: (text == "raised", len(text), text))
    }


def recognition(manifest: Manifest, records: list[FaceRecord], name: str) -> dict[str, Any]:
    """Cosines and rank-1 of one recognizer."""
    recognizer = load_recognizer(name)
    gallery = [r for r in manifest.records if r.role == "gallery" and r.session == "01"]

    def embed(faces: list[FaceRecord]) -> np.ndarray:
        parts = []
        for start in tqdm(range(0, len(faces), 64), desc=name, unit="batch"):
            crops = [hwc_to_tensor(aligned_crop(manifest, r, 224)) for r in faces[start : start + 64]]
            with torch.no_grad():
                parts.append(recognizer(to_unit(torch.stack(crops))).numpy())
        return normalised(np.concatenate(parts))

    scores = cosine_scores(embed(records), gallery=embed(gallery))
    people = [r.subject for r in gallery]
    probes = [r.subject for r in records]
    first = ranks(scores, probe_people=probes, gallery_people=people) == 1
    own = np.array([people.index(subject) for subject in probes])
    same = scores[np.arange(len(records)), own]
    other = (scores.sum(1) - same) / (len(gallery) - 1)
    angles = np.array([bin_of(r) for r in records])
    looks = np.array(["same look" if r.session == "01" else "other look" for r in records])
    rows: dict[str, Any] = {}
    for look in ("same look", "other look"):
        for angle in sorted(set(angles), key=lambda text: (text == "raised", len(text), text)):
            chosen = (angles == angle) & (looks == look)
            if chosen.any():
                rows[f"{look}, {angle}"] = {
                    "probes": int(chosen.sum()),
                    "rank1": round(float(first[chosen].mean()), 4),
                    "same_person": round(float(same[chosen].mean()), 3),
                    "different_person": round(float(other[chosen].mean()), 3),
                }
    return rows


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("manifest", type=Path)
    parser.add_argument("--recognizers", nargs="*", default=["reid0095", "mobilefacenet"])
    parser.add_argument("--sessions", nargs="*", help="of the probes; all by default")
    parser.add_argument("--every", type=int, default=1, help="take every n-th probe")
    arguments = parser.parse_args()
    manifest = read_manifest(arguments.manifest)
    probes = [r for r in manifest.records if r.role == "probe" and r.expression == "01"]
    if arguments.sessions:
        probes = [r for r in probes if r.session in arguments.sessions]
    probes = probes[:: arguments.every]
    report = {
        "people": len({r.subject for r in manifest.records}),
        "neutral_probes": len(probes),
        "yunet": detection(manifest, probes),
        **{name: recognition(manifest, probes, name) for name in arguments.recognizers},
    }
    print(json.dumps(report, indent=2))


if __name__ == "__main__":
    main()
