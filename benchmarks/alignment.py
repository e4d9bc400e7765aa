"""Where aligned faces land, camera by camera, with enface's fit and with a five-point similarity.

    python benchmarks/alignment.py MANIFEST [--outlines FILE] [--detector yunet]

MANIFEST is any manifest.csv with landmarks; only neutral faces (expression 01) count. With a detector the fit
sees its landmarks, but errors are still those of the manifest's. FILE (tests/faces/data/outlines.csv) holds
landmarks and face outlines of rendered people.
"""

import argparse
import csv
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from jaxtyping import Float

from enface.errors import FaceError
from enface.faces import geometry
from enface.faces.align import alignment_matrix
from enface.faces.detectors.registry import make_detector
from enface.faces.geometry import Affine
from enface.faces.landmarks import EYES, MOUTH, FivePoints
from enface.faces.pose import estimate_yaw
from enface.faces.templates import CROP_FRACTION, DEFAULT_TEMPLATE, TEMPLATES
from enface.images import read_image

TEMPLATE = TEMPLATES[DEFAULT_TEMPLATE]
CROP = TEMPLATE.size * CROP_FRACTION
MARGIN = (TEMPLATE.size - CROP) / 2
COLUMNS = ("lex", "ley", "rex", "rey", "nx", "ny", "lmx", "lmy", "rmx", "rmy")
CONTOUR = [f"{name}{k}" for name, count in (("jaw", 17), ("brow", 4)) for k in range(count)]
FOREHEAD = [f"forehead{k}" for k in range(3)]


@dataclass(frozen=True)
class Face:
    """One row of a manifest."""

    camera: str
    yaw: float
    pitch: float
    points: FivePoints
    """True landmarks, by which errors are measured."""
    seen: FivePoints | None
    """Landmarks for the fit; None when the detector found no face."""
    contour: Float[np.ndarray, "n 2"] | None
    forehead: Float[np.ndarray, "3 2"] | None


def similarity(points: FivePoints) -> Affine:
    """The usual fit: all five landmarks to the frontal template in least squares."""
    return geometry.fit_similarity(points, TEMPLATE.points)


def enface(points: FivePoints) -> Affine:
    """enface's fit with the yaw estimated from the same landmarks."""
    return alignment_matrix(points).matrix


FITS: dict[str, Callable[[FivePoints], Affine]] = {"enface": enface, "five-point similarity": similarity}


def read_faces(manifest: Path, detector: str | None) -> list[Face]:
    """Neutral faces of a manifest, in its order."""
    find = make_detector(detector) if detector else None
    with manifest.open(newline="", encoding="utf-8") as stream:
        rows = [row for row in csv.DictReader(stream) if row.get("expression", "01") == "01"]
    faces = []
    for row in rows:
        points = np.array([float(row[name]) for name in COLUMNS]).reshape(5, 2)
        seen: FivePoints | None = points
        if find is not None:
            found = find.detect(read_image(manifest.parent / row["path"]))
            seen = found[0].points if found else None
        outlined = "jaw0x" in row
        faces.append(
            Face(
                camera=row["camera"],
                yaw=float(row["yaw"]),
                pitch=float(row["pitch"]),
                points=points,
                seen=seen,
                contour=_named(row, CONTOUR) if outlined else None,
                forehead=_named(row, FOREHEAD) if outlined else None,
            )
        )
    return faces


def _named(row: dict[str, str], names: Iterable[str]) -> Float[np.ndarray, "n 2"]:
    return np.array([[float(row[f"{name}x"]), float(row[f"{name}y"])] for name in names])


def by_camera(faces: list[Face]) -> list[list[Face]]:
    """Faces grouped by camera, by rising pitch and yaw."""
    cameras = sorted({(face.pitch, face.yaw, face.camera) for face in faces})
    return [[face for face in faces if face.camera == camera] for _, _, camera in cameras]


def percent(distances: Float[np.ndarray, "n"]) -> str:
    """Mean and largest of distances in template pixels, in percent of the crop's height."""
    shares = 100 * np.abs(distances) / CROP
    return f"{shares.mean():.1f} / {shares.max():.1f}"


def line_table(faces: list[Face], fit: Callable[[FivePoints], Affine]) -> None:
    """Prints rows, single points and the spread of the scale."""
    print("| camera | yaw, pitch | faces | eye line | each eye | mouth line | each corner | size |")
    print("| --- | --- | --- | --- | --- | --- | --- | --- |")
    for group in by_camera(faces):
        usable = [face for face in group if face.seen is not None]
        maps = [fit(face.seen) for face in usable if face.seen is not None]
        rows = np.stack([geometry.apply(m, face.points)[:, 1] for m, face in zip(maps, usable, strict=True)])
        eyes, mouth = rows[:, EYES] - TEMPLATE.eye_row, rows[:, MOUTH] - TEMPLATE.mouth_row
        # Size of the aligned face against its camera's mean: a stable fit gives every pose one size.
        true = [np.hypot(*(face.points[MOUTH].mean(0) - face.points[EYES].mean(0))) for face in usable]
        heights = np.array([geometry.scale_of(m) * h for m, h in zip(maps, true, strict=True)])
        print(
            f"| {group[0].camera} | {group[0].yaw:+.0f}, {group[0].pitch:.0f} "
            f"| {len(usable)} of {len(group)} "
            f"| {percent(eyes.mean(1))} | {percent(eyes)} | {percent(mouth.mean(1))} | {percent(mouth)} "
            f"| {heights.mean() / TEMPLATE.height:.3f} ± {heights.std() / TEMPLATE.height:.3f} |"
        )


def yaw_table(faces: list[Face]) -> None:
    """Prints the error of the yaw estimate, degrees."""
    print("| camera | yaw, pitch | mean error | mean absolute error | largest |")
    print("| --- | --- | --- | --- | --- |")
    for group in by_camera(faces):
        errors = np.array([estimate_yaw(face.seen) - face.yaw for face in group if face.seen is not None])
        size = np.abs(errors)
        print(
            f"| {group[0].camera} | {group[0].yaw:+.0f}, {group[0].pitch:.0f} "
            f"| {errors.mean():+.1f} | {size.mean():.1f} | {size.max():.1f} |"
        )


def outline_table(faces: list[Face], fit: Callable[[FivePoints], Affine]) -> None:
    """Prints the smallest distance of the outline from each edge of the crop, pixels of 224."""
    print("| camera | yaw, pitch | jaw and brows: left, right, bottom | outside | forehead: top | outside |")
    print("| --- | --- | --- | --- | --- | --- |")
    last = CROP - 1
    for group in by_camera(faces):
        contours = [geometry.apply(fit(f.points), f.contour) - MARGIN for f in group if f.contour is not None]
        tops = [geometry.apply(fit(f.points), f.forehead) - MARGIN for f in group if f.forehead is not None]
        contour, top = np.stack(contours), np.stack(tops)[:, :, 1].min(axis=1)
        left, right = contour[:, :, 0].min(), last - contour[:, :, 0].max()
        outside = ((contour < 0) | (contour > last)).any(axis=(1, 2)).mean()
        print(
            f"| {group[0].camera} | {group[0].yaw:+.0f}, {group[0].pitch:.0f} "
            f"| {left:.0f}, {right:.0f}, {last - contour[:, :, 1].max():.0f} | {100 * outside:.0f} % "
            f"| {top.min():.0f} | {100 * (top < 0).mean():.0f} % |"
        )


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("manifest", type=Path)
    parser.add_argument("--outlines", type=Path, help="CSV file with jaw, brow and forehead points")
    parser.add_argument("--detector", choices=["yunet"], help="fit this detector's landmarks")
    arguments = parser.parse_args()
    faces = read_faces(arguments.manifest, arguments.detector)
    if not any(face.seen is not None for face in faces):
        raise FaceError(f"{arguments.manifest}: no neutral face with landmarks")
    for name, fit in FITS.items():
        print(
            f"\n{name}: rows, mean / largest error in % of the crop's height; size against the template's\n"
        )
        line_table(faces, fit)
    print("\nyaw estimated from five landmarks, degrees\n")
    yaw_table(faces)
    if arguments.outlines:
        outlined = read_faces(arguments.outlines, None)
        for name, fit in FITS.items():
            print(
                f"\n{name}: distance of the face's outline from the crop's edges, pixels of 224, smallest\n"
            )
            outline_table(outlined, fit)


if __name__ == "__main__":
    main()
