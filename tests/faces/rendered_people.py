"""Reads data/outlines.csv: rendered people seen by 15 cameras, with their face outlines."""

import csv
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from jaxtyping import Float

from enface.faces.landmarks import FivePoints


@dataclass(frozen=True)
class OutlinedFace:
    """One row of data/outlines.csv."""

    camera: str
    yaw: float
    pitch: float
    points: FivePoints
    contour: Float[np.ndarray, "21 2"]
    forehead: Float[np.ndarray, "3 2"]


def outlined_faces() -> list[OutlinedFace]:
    """All 750 rows."""
    with (Path(__file__).parent / "data" / "outlines.csv").open(newline="") as stream:
        rows = list(csv.reader(stream))[1:]
    faces = []
    for row in rows:
        points = np.array(row[4:], dtype=np.float64).reshape(-1, 2)
        faces.append(
            OutlinedFace(row[1], float(row[2]), float(row[3]), points[:5], points[5:26], points[26:])
        )
    return faces
