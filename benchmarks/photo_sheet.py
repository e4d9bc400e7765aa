"""Sheets to look at: photographs, what models make of them, and where the pixels come from.

    python benchmarks/photo_sheet.py --manifest lfw/manifest.csv --models fnm photo --output SHEETS

Draws 40 photographs of 20 degrees of yaw and more, spread evenly over the yaws of the manifest's rows with
the role pose_oblique, ten a sheet: the aligned picture, each model's face, the last copying model's evidence
(green seen, yellow mirrored, red invented). The sheets show what the photographs show: they are for looking,
not for publishing.
"""

import argparse
import csv
from pathlib import Path

import numpy as np
from tqdm import tqdm

from enface.images import grid, write_image
from enface.images.resize import resize
from enface.inference import Frontalizer
from enface.models.landmark_detector import load_detector
from photo_model import labelled_face

SIDE = 176
PER_SHEET = 10


def chosen_rows(manifest: Path, *, count: int, least: float) -> list[dict[str, str]]:
    """Rows in the order of absolute yaw, evenly spread over it."""
    with manifest.open(newline="", encoding="utf-8") as stream:
        rows = [row for row in csv.DictReader(stream) if row["role"] == "pose_oblique"]
    rows = sorted((row for row in rows if abs(float(row["yaw_deg"])) >= least), key=yaw_of)
    places = np.unique(np.linspace(0, len(rows) - 1, min(count, len(rows))).round().astype(int))
    return [rows[place] for place in places]


def yaw_of(row: dict[str, str]) -> float:
    """Absolute degrees."""
    return abs(float(row["yaw_deg"]))


def column(row: dict[str, str], root: Path, models: dict[str, Frontalizer]) -> list[np.ndarray]:
    """Picture, faces, evidence."""
    cells, origin = [], None
    for frontalizer in models.values():
        face = frontalizer.turn([frontalizer.cut(*labelled_face(frontalizer.detector, row, root))])[0]
        cells = cells or [face.input]
        cells.append(face.frontal)
        origin = face.origin or origin
    if origin is not None:
        cells.append(origin.picture)
    return [resize(cell, height=SIDE, width=SIDE) for cell in cells]


def main() -> None:
    """Writes sheet-1.png, sheet-2.png, ..."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--manifest", type=Path, required=True)
    parser.add_argument("--models", nargs="+", default=["photo"])
    parser.add_argument("--count", type=int, default=40)
    parser.add_argument("--least", type=float, default=20.0, help="degrees of yaw")
    parser.add_argument("--output", type=Path, required=True)
    args = parser.parse_args()
    detector = load_detector("yunet")
    models = {name: Frontalizer.load(name, detector=detector) for name in args.models}
    rows = chosen_rows(args.manifest, count=args.count, least=args.least)
    columns = [column(row, args.manifest.parent, models) for row in tqdm(rows)]
    args.output.mkdir(parents=True, exist_ok=True)
    for first in range(0, len(rows), PER_SHEET):
        part = columns[first : first + PER_SHEET]
        labels = [f"{yaw_of(row):.0f}" for row in rows[first : first + PER_SHEET]]
        sheet = grid([list(line) for line in zip(*part, strict=True)], column_labels=labels)
        write_image(args.output / f"sheet-{first // PER_SHEET + 1}.png", sheet, synthesised={})


if __name__ == "__main__":
    main()
