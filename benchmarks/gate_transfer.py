"""A gate's threshold fitted on rendered people, used on photographs of real ones.

    python benchmarks/gate_transfer.py lfw/manifest.csv --judge mobilefacenet reid0095

Fitted on the test people inside the package, within and across looks, for one judge; used on the oblique
photographs of a manifest with pose roles, with and without distractors, by the same judge. Prints how many
probes are found first.
"""

import argparse
from pathlib import Path
from typing import NamedTuple

import numpy as np
import torch

from enface.data.faceset import align_picture
from enface.data.records import FaceRecord
from enface.evaluation.judging import Judging, judging
from enface.evaluation.pooling import pool
from enface.evaluation.protocols import Protocol
from enface.evaluation.protocols.pose_roles import BINS
from enface.evaluation.protocols.registry import open_protocol
from enface.evaluation.signals import SIGNALS, SignalInput
from enface.evaluation.subject import as_subject, centre_crops
from enface.images import read_image
from enface.metrics.identification import normalised
from enface.metrics.search import TIE
from enface.metrics.selective import cautious_cut
from enface.models.library import load_turner
from enface.recognizers.registry import load_recognizer
from enface.resources.folders import home


class Asked(NamedTuple):
    """Probes of a protocol."""

    faces: SignalInput
    raw: np.ndarray
    """Whether the picture finds the right person first."""
    frontal: np.ndarray
    """Whether its frontal face does."""
    people: np.ndarray
    yaw: np.ndarray


def ask(protocol: Protocol, at_work: Judging) -> Asked:
    """Looks all probes up, as they are and frontalised."""
    probes = [probe.record for probe in protocol.probes]
    given, enrolled = (frames(protocol, some, at_work) for some in (probes, list(protocol.gallery)))
    crops = centre_crops(given, subject=at_work.model)
    frontals = at_work.frontalise(given)
    features = at_work.embed(crops, label="raw")
    raw, frontal = normalised(features), normalised(at_work.embed(frontals, label="frontal"))
    gallery = normalised(at_work.embed(centre_crops(enrolled, subject=at_work.model), label="gallery"))
    templates = [record.subject for record in protocol.gallery]
    _, rows = pool(gallery, templates=templates)
    names = list(dict.fromkeys(templates))
    own = np.array([names.index(record.subject) for record in probes])
    yaw = np.array([float(probe.yaw) for probe in protocol.probes])
    faces = SignalInput(
        images=crops,
        frontals=frontals,
        points=tuple(record.points for record in probes),
        yaws=yaw,
        raw=raw,
        frontalised=frontal,
        norms=np.linalg.norm(features, axis=1),
        judge=at_work.judge.card.name,
    )
    people = np.array([record.subject for record in probes])
    return Asked(faces, first(raw, rows, own), first(frontal, rows, own), people, np.abs(yaw))


def first(rows: np.ndarray, gallery: np.ndarray, own: np.ndarray) -> np.ndarray:
    """Whether the right person comes first, ties lost."""
    scores = rows @ gallery.T
    right = scores[np.arange(len(own)), own].copy()
    scores[np.arange(len(own)), own] = -np.inf
    return right - scores.max(axis=1) > TIE


def frames(protocol: Protocol, records: list[FaceRecord], at_work: Judging) -> np.ndarray:
    """Whole frames of the template."""
    files = [protocol.manifest.file(record) for record in records]
    return np.stack(
        [
            align_picture(
                read_image(file), file=file, points=r.points, size=at_work.model.crop_size, whole=True
            )
            for file, r in zip(files, records, strict=True)
        ]
    )


def main() -> None:
    """Prints a Markdown table."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("manifest", type=Path)
    parser.add_argument("--judge", nargs="+", default=["mobilefacenet", "reid0095"])
    args = parser.parse_args()
    torch.set_num_threads(1)
    subject = as_subject(load_turner("photo"))  # one for all judges: faces are turned once
    print("| probes, judge | signal | threshold | raw | gated | difference by yaw | used |")
    print("| --- | --- | --- | --- | --- | --- | --- |")
    for name in args.judge:
        at_work = judging(subject, load_recognizer(name), cache=home() / "embeddings", batch_size=32)
        known = [
            ask(open_protocol("rendered", None, across_looks=across), at_work) for across in (False, True)
        ]
        gain = np.concatenate([some.frontal.astype(float) - some.raw for some in known])
        people = np.concatenate([some.people for some in known])
        for protocol in ("pose_roles", "pose_roles_distractors"):
            tested = ask(open_protocol(protocol, args.manifest), at_work)
            for signal in SIGNALS:
                values = np.concatenate([signal.measure(some.faces) for some in known])
                cut = cautious_cut(values, gain=gain, people=people)
                use = signal.measure(tested.faces) >= cut
                gated = np.where(use, tested.frontal, tested.raw)
                change = [f"{(gated.astype(int) - tested.raw)[tested.yaw == low].sum():+d}" for low in BINS]
                cells = [f"{protocol}, {name}", signal.name, f"{cut:.2f}", tested.raw.sum(), gated.sum()]
                print(
                    "| " + " | ".join(map(str, [*cells, " ".join(change), f"{use.mean():.2f}"])) + " |",
                    flush=True,
                )


if __name__ == "__main__":
    main()
