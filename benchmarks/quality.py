"""How well the quality of a picture says whether a recognizer will know the face.

    python benchmarks/quality.py render FOLDER --seed 9000005 --people 96   # people to fit on, or to test on
    python benchmarks/quality.py fit SET --output FOLDER                    # writes quality_v1 anew
    python benchmarks/quality.py rendered SET --picture docs/images/quality.png
    python benchmarks/quality.py groups SET
    python benchmarks/quality.py photos lfw/manifest.csv
    python benchmarks/quality.py wrong SET

`fit`: on rendered people, to the judges mobilefacenet and reid0095. `rendered`: other people: area under the
ROC curve (right person first or not), rank correlation with the identity error (1 less the cosine to the
true frontal picture), calibration, risk by coverage; with --fitted also fits to one judge tested with the
other. `groups`: quality, who is right first and how much is promised, by group of people, each against
everybody else, named among as many people as the fit was. `photos`: oblique photographs of a manifest with
pose roles, as they are and at lower resolution. `wrong`: what is no face.
"""

import argparse
from pathlib import Path

import numpy as np
import torch
from scipy.stats import spearmanr
from sklearn.metrics import roc_auc_score

from enface.data.faceset import aligned_crops
from enface.evaluation.embeddings import EmbeddingCache, embed_faces
from enface.evaluation.protocols.registry import open_protocol
from enface.metrics.identification import normalised
from enface.metrics.selective import risk_coverage
from enface.models.landmarker import Landmarker
from enface.models.quality import QualityCard, QualityMeter
from enface.models.shipped_folder import write_card
from enface.recognizers.registry import load_recognizer
from enface.rendering.degrade import Degradation, degrade
from enface.rendering.geometry_set.plan import GeometrySet
from enface.rendering.geometry_set.shards import ShardReader, render_geometry_set
from enface.resources.folders import home
from enface.training.landmarks.calibration import wrong_pictures
from enface.training.quality.examples import Examples, look_at
from enface.training.quality.fit import fit_one, fit_quality, with_norms
from groups import print_groups_of_set, table

JUDGES = ("mobilefacenet", "reid0095")
OTHER = "rendered_b"
"""A judge that no fit knows."""
FITTED_PEOPLE = 96
"""Among whom the quality says how often the right person comes first."""
YAWS = ((0, 30), (30, 60), (60, 95))
PARTS = ("face", "uncertainty", "visible", "yaw", "pitch", "sharpness")
TARGET = (
    "the probability that a recognizer (mean of {judges}) finds the right person first among {people} "
    "rendered people, each enrolled with one neutral frontal picture"
)


def order(values: np.ndarray, hits: np.ndarray, cosine: np.ndarray) -> str:
    """Area under the ROC curve and rank correlation with the identity error."""
    area = f"{roc_auc_score(hits, values):.3f}" if 0 < hits.mean() < 1 else "–"
    return f"{area} / {spearmanr(values, 1 - cosine)[0]:+.2f}"


def values_of(meter: QualityMeter, examples: Examples, *, judge: str | None = None) -> np.ndarray:
    """Qualities; with a judge also by its norms."""
    parts = examples.parts
    fit = meter.card.fit(judge)
    if judge is not None:
        parts = with_norms(parts, examples.judged[judge].norms)
    return np.array([some.face * fit.of(some) for some in parts])


def fit(args: argparse.Namespace) -> None:
    """Writes the card."""
    reader, landmarker = ShardReader(args.path), Landmarker.load()
    examples = look_at(
        reader, landmarker=landmarker, judges=[load_recognizer(name) for name in JUDGES], seed=1
    )
    plan = reader.plan
    card = QualityCard(
        name="quality_v1",
        target=TARGET.format(judges=" and ".join(JUDGES), people=plan.people),
        training_data=f"{len(examples.parts)} rendered pictures of {plan.people} invented people "
        f"(geometry set, seed {plan.seed}), aligned by landmarks_v1, two in five at lower resolution",
        landmarks_sha256=landmarker.card.sha256,
        fits=fit_quality(examples),
        licence="Apache-2.0",
        source="fitted by enface: python benchmarks/quality.py fit",
    )
    args.output.mkdir(parents=True, exist_ok=True)
    write_card(card, args.output)
    print(card)


def rendered(args: argparse.Namespace, meter: QualityMeter) -> None:
    """Everything on rendered people."""
    reader = ShardReader(args.path)
    judges = [load_recognizer(name) for name in (*JUDGES, OTHER)]
    examples = look_at(reader, landmarker=meter.landmarker, judges=judges, seed=2)
    judged, yaw = examples.judged, np.abs(examples.yaw)
    print(
        f"{len(examples.parts)} faces of {len(np.unique(examples.person))} people; right person first:",
        end=" ",
    )
    print(", ".join(f"{name} {100 * some.hits.mean():.1f} %" for name, some in judged.items()), "\n")
    quality = values_of(meter, examples)
    rows = [("quality", quality)] + [
        (name, np.array([getattr(some, name) for some in examples.parts])) for name in PARTS
    ]
    found = [
        [name, *(order(values, some.hits, some.cosine) for some in judged.values())] for name, values in rows
    ]
    found.append(
        [
            "norm of the judge's embedding",
            *(order(some.norms, some.hits, some.cosine) for some in judged.values()),
        ]
    )
    own = [
        order(values_of(meter, examples, judge=name), judged[name].hits, judged[name].cosine)
        for name in JUDGES
    ]
    found.append(["quality with that norm", *own, "–"])
    table(["", *judged], found)
    across(examples, args.fitted, meter)
    table(
        ["yaw", "faces", "mean quality", "right first, mean of both", *judged],
        [
            [f"{low} to {high}", here.sum(), f"{quality[here].mean():.2f}"]
            + [f"{np.mean([judged[name].hits[here] for name in JUDGES]):.2f}"]
            + [order(quality[here], some.hits[here], some.cosine[here]) for some in judged.values()]
            for low, high in YAWS
            if (here := (yaw >= low) & (yaw < high)).any()
        ],
    )
    both = np.mean([judged[name].hits for name in JUDGES], axis=0)
    calibration(quality, both)
    coverage(quality, {name: some.hits for name, some in judged.items()})
    if args.picture is not None:
        from quality_picture import draw

        draw(args.picture, examples=examples, quality=quality, known=both)


def groups(args: argparse.Namespace, meter: QualityMeter) -> None:
    """Whether some people are promised more or less than others, compared with what is true of them."""
    reader = ShardReader(args.path)
    judges = [load_recognizer(name) for name in JUDGES]
    found = look_at(reader, landmarker=meter.landmarker, judges=judges, seed=2, among=FITTED_PEOPLE)
    quality = 100 * values_of(meter, found)
    both = 100 * np.mean([some.hits for some in found.judged.values()], axis=0)
    print_groups_of_set(
        reader,
        {"quality": quality, "right first": both, "quality less right first": quality - both},
        person=found.person,
        session=found.session,
    )


def across(examples: Examples, fitted: Path | None, meter: QualityMeter) -> None:
    """Fits to one judge, tested with the others; needs the set that was fitted on."""
    if fitted is None:
        return
    before = look_at(
        ShardReader(fitted), landmarker=meter.landmarker, judges=[load_recognizer(n) for n in JUDGES], seed=1
    )
    rows = []
    for name in JUDGES:
        one = fit_one(before.parts, before.judged[name].hits.astype(float), recognizer="any")
        values = np.array([some.face * one.of(some) for some in examples.parts])
        rows.append([name, *(order(values, some.hits, some.cosine) for some in examples.judged.values())])
    table(["fitted to", *examples.judged], rows)


def calibration(quality: np.ndarray, known: np.ndarray) -> None:
    """Told and true by fifths of the faces, and the mean gap over tenths."""
    ranks = np.argsort(np.argsort(quality))
    rows = []
    for fifth in range(5):
        here = ranks * 5 // len(ranks) == fifth
        rows.append([f"{quality[here].min():.2f} to {quality[here].max():.2f}", here.sum()])
        rows[-1] += [f"{quality[here].mean():.2f}", f"{known[here].mean():.2f}"]
    table(["quality", "faces", "told", "true"], rows)
    tenth = ranks * 10 // len(ranks)
    gaps = [abs(quality[tenth == k].mean() - known[tenth == k].mean()) for k in range(10)]
    print(f"mean gap over tenths {np.mean(gaps):.3f}, largest {np.max(gaps):.3f}\n")


def coverage(quality: np.ndarray, hits: dict[str, np.ndarray]) -> None:
    """Error of the faces with the highest quality."""
    shares = (0.2, 0.4, 0.6, 0.8, 1.0)
    rows = []
    for name, hit in hits.items():
        curve = risk_coverage(quality, risk=1.0 - hit)
        best = risk_coverage(hit.astype(float), risk=1.0 - hit)
        cells = [f"{100 * curve.risk[round(share * len(hit)) - 1]:.1f}" for share in shares]
        rows.append([name, *cells, f"{curve.area:.3f}", f"{best.area:.3f}", f"{1 - hit.mean():.3f}"])
    head = [f"best {share:.0%}" for share in shares]
    table(["error, %", *head, "area", "area of perfect order", "of no order"], rows)


def photos(args: argparse.Namespace, meter: QualityMeter) -> None:
    """Oblique photographs against the frontal ones, at several resolutions."""
    protocol = open_protocol("pose_roles", args.path)
    records = [probe.record for probe in protocol.probes]
    probes = aligned_crops(protocol.manifest, records, 224)
    gallery = aligned_crops(protocol.manifest, list(protocol.gallery), 224)
    person = np.array([record.subject for record in records])
    enrolled = np.array([record.subject for record in protocol.gallery])
    people = np.unique(enrolled)
    cache = EmbeddingCache(home() / "embeddings")
    sets = {f"{224 * share:.0f}": _smaller(probes, share) for share in (1.0, 0.25, 0.15, 0.1)}
    found: dict[str, list[np.ndarray]] = {}
    for name in JUDGES:
        judge = load_recognizer(name)
        rows = normalised(embed_faces(judge, gallery, cache=cache, batch_size=32))
        templates = normalised(np.stack([rows[enrolled == who].mean(axis=0) for who in people]))
        for crops in sets.values():
            features = embed_faces(judge, crops, cache=cache, batch_size=32)
            scores = normalised(features) @ templates.T
            own = np.searchsorted(people, person)
            norms = np.linalg.norm(features, axis=1)
            quality = np.array([q.value for q in meter.of(list(crops))])
            with_norm = np.array([q.value for q in meter.of(list(crops), recognizer=name, norms=norms)])
            hits, cosine = scores.argmax(axis=1) == own, scores[np.arange(len(own)), own]
            found.setdefault(name, []).append(np.stack([quality, with_norm, hits, cosine]))
    for name, several in found.items():
        print(f"{name}: area under the ROC curve / correlation with the identity error\n")
        several = [*several, np.concatenate(several, axis=1)]
        rows = [
            [label, values.shape[1], f"{100 * values[2].mean():.1f}", f"{values[0].mean():.2f}"]
            + [order(column, values[2], values[3]) for column in values[:2]]
            for label, values in zip((*sets, "all"), several, strict=True)
        ]
        table(["pixels", "faces", "right first, %", "mean quality", "quality", "with norm"], rows)
        coverage(several[-1][0], {name: several[-1][2]})


def _smaller(crops: np.ndarray, share: float) -> np.ndarray:
    return np.stack([degrade(crop, Degradation(shrink=share)) if share < 1 else crop for crop in crops])


def wrong(args: argparse.Namespace, meter: QualityMeter) -> None:
    """What is no face."""
    reader = ShardReader(args.path)
    examples = look_at(reader, landmarker=meter.landmarker, judges=[], seed=2)
    rng = np.random.default_rng(0)
    crops = list(examples.crops)
    kinds = {
        "rendered faces": crops,
        "no face in its place, seven kinds": [
            image for image, _ in wrong_pictures(reader, range(reader.plan.samples), size=96, seed=1)
        ],
        "upside down": [np.ascontiguousarray(crop[::-1, ::-1]) for crop in crops],
        "noise": [rng.integers(0, 256, (112, 112, 3), dtype=np.uint8) for _ in range(100)],
        "one colour": [np.full((112, 112, 3), level, np.uint8) for level in range(0, 250, 10)],
    }
    rows = []
    for name, pictures in kinds.items():
        values = np.array([quality.value for quality in meter.of(pictures)])
        rows.append([name, len(values), f"{values.mean():.3f}", f"{values.max():.3f}"])
        rows[-1].append(f"{100 * (values >= 0.5).mean():.1f}")
    table(["pictures", "number", "mean quality", "highest", "0.5 or more, %"], rows)


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("what", choices=["render", "fit", "rendered", "groups", "photos", "wrong"])
    parser.add_argument("path", type=Path)
    parser.add_argument("--output", type=Path, default=Path("quality_v1"), help="folder of the new fits")
    parser.add_argument("--fitted", type=Path, help="the set that was fitted on, for fits to one judge")
    parser.add_argument("--picture", type=Path, help="where to draw")
    parser.add_argument("--quality", default="quality_v1", help="shipped fits, or a folder of `fit`")
    parser.add_argument("--seed", type=int, default=9_000_006)
    parser.add_argument("--people", type=int, default=64)
    args = parser.parse_args()
    torch.set_num_threads(1)
    if args.what == "render":
        plan = GeometrySet(seed=args.seed, people=args.people, sessions=1, pictures=12)
        render_geometry_set(plan, args.path)
        return
    if args.what == "fit":
        fit(args)
        return
    meter = QualityMeter.load(args.quality)
    {"rendered": rendered, "groups": groups, "photos": photos, "wrong": wrong}[args.what](args, meter)


if __name__ == "__main__":
    main()
