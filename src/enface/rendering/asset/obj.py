"""Wavefront OBJ files, as far as ICT-FaceKit uses them."""

import gzip
import zipfile
import zlib
from collections.abc import Iterator
from importlib.resources.abc import Traversable
from typing import NamedTuple

import numpy as np
from jaxtyping import Float32, Int32
from numpy import ndarray

from enface.rendering.errors import RenderingError


class Mesh(NamedTuple):
    """Triangles with their own numbering of texture points."""

    positions: Float32[ndarray, "vertices 3"]
    texture_points: Float32[ndarray, "points 2"]
    triangles: Int32[ndarray, "triangles 3"]
    texture_triangles: Int32[ndarray, "triangles 3"]
    materials: tuple[str, ...]
    """Of each triangle."""


def _lines(folder: Traversable, name: str) -> Iterator[str]:
    """Lines of a file, or of the same file with .gz behind its name."""
    plain, packed = folder / name, folder / f"{name}.gz"
    try:
        if plain.is_file() or not packed.is_file():
            with plain.open("r", encoding="ascii") as stream:
                yield from stream
        else:
            with packed.open("rb") as compressed, gzip.open(compressed, "rt", encoding="ascii") as stream:
                yield from stream
    except (OSError, EOFError, UnicodeDecodeError, zipfile.BadZipFile, zlib.error) as error:
        raise RenderingError(
            f"cannot read {plain}: {error}; give the folder FaceXModel of ICT-FaceKit"
        ) from error


def read_positions(folder: Traversable, name: str) -> Float32[ndarray, "vertices 3"]:
    """Vertex positions only."""
    numbers = " ".join(line[2:] for line in _lines(folder, name) if line.startswith("v "))
    return np.array(numbers.split(), np.float64).reshape(-1, 3).astype(np.float32)


def read_mesh(folder: Traversable, name: str) -> Mesh:
    """Everything; polygons become fans of triangles.

    Args:
        folder: A folder, or one in an archive.
        name: Of the file in it.

    Raises:
        RenderingError: The file cannot be read or has faces without texture points.
    """
    positions, points, corners, texture_corners, materials = [], [], [], [], []
    material = ""
    for line in _lines(folder, name):
        kind, *fields = line.split() or [""]
        if kind == "v":
            positions.append([float(x) for x in fields[:3]])
        elif kind == "vt":
            points.append([float(x) for x in fields[:2]])
        elif kind == "usemtl":
            material = fields[0]
        elif kind == "f":
            pairs = [field.split("/") for field in fields]
            if any(len(pair) < 2 or not pair[1] for pair in pairs):
                raise RenderingError(f"{folder / name}: a face without texture points")
            for second in range(1, len(pairs) - 1):
                fan = (pairs[0], pairs[second], pairs[second + 1])
                corners.append([int(pair[0]) - 1 for pair in fan])
                texture_corners.append([int(pair[1]) - 1 for pair in fan])
                materials.append(material)
    return Mesh(
        np.array(positions, np.float32),
        np.array(points, np.float32),
        np.array(corners, np.int32),
        np.array(texture_corners, np.int32),
        tuple(materials),
    )
