"""Builds the asset from ICT-FaceKit's `FaceXModel` folder (MIT, USC Institute for Creative Technologies)."""

import json
from collections.abc import Sequence
from importlib.resources.abc import Traversable

import numpy as np
from jaxtyping import Bool, Float32
from numpy import ndarray

from enface.rendering.arrays import Ints
from enface.rendering.asset.face_asset import LANDMARKS, FaceAsset
from enface.rendering.asset.obj import Mesh, read_mesh, read_positions
from enface.rendering.asset.occlusion import sky_seen
from enface.rendering.errors import RenderingError
from enface.rendering.materials import FACE, HEAD

VERTICES = 26_719
MODES = 100
_FACE_MATERIAL = "M_Face"
_REGION_STARTS = (0, 9409, 11248, 13294, 14062, 17039, 21451, 22221, 25351)
"""First upstream vertex of face, head, mouth socket, eye socket, gums, teeth, left eye, right eye, lashes."""
_KEPT = ((0, 17039), (17607, 18679), (19814, 20884), (21451, 22221), (23021, 23791), (25351, 26719))
"""Upstream vertices that are kept: without back molars, iris, tear fluid, and blend and occlusion meshes."""
_PAIRED = (
    "browDown",
    "browInnerUp",
    "browOuterUp",
    "cheekPuff",
    "cheekSquint",
    "eyeBlink",
    "eyeSquint",
    "eyeWide",
    "mouthDimple",
    "mouthFrown",
    "mouthLowerDown",
    "mouthPress",
    "mouthSmile",
    "mouthStretch",
    "mouthUpperUp",
    "noseSneer",
)
_CENTRAL = (
    "jawOpen",
    "mouthClose",
    "mouthFunnel",
    "mouthPucker",
    "mouthShrugLower",
    "mouthShrugUpper",
    "mouthRollLower",
)
EXPRESSION_SOURCES: dict[str, tuple[str, ...]] = {
    **{name: (f"{name}_L", f"{name}_R") for name in _PAIRED},
    **{name: (name,) for name in _CENTRAL},
    "lookL": ("eyeLookOut_L", "eyeLookIn_R"),
    "lookR": ("eyeLookIn_L", "eyeLookOut_R"),
    "lookU": ("eyeLookUp_L", "eyeLookUp_R"),
    "lookD": ("eyeLookDown_L", "eyeLookDown_R"),
}
"""Upstream shapes that are added up to each expression shape."""


def build_asset(
    folder: Traversable,
    *,
    modes: int = MODES,
    expressions: dict[str, tuple[str, ...]] = EXPRESSION_SOURCES,
) -> FaceAsset:
    """Reads the OBJ files (a minute or so) and computes the mean head's occlusion.

    Args:
        folder: `FaceXModel` of ICT-FaceKit, on the disk or in an archive; files may be gzipped.
        modes: How many identity modes to read, from the first.
        expressions: Expression shapes by name, as sums of upstream shapes.

    Raises:
        RenderingError: A file is missing, or is not the mesh this was written for.
    """
    mesh = read_mesh(folder, "generic_neutral_mesh.obj")
    if len(mesh.positions) != VERTICES or _FACE_MATERIAL not in mesh.materials:
        raise RenderingError(
            f"{folder}: {len(mesh.positions)} vertices, not {VERTICES}; give ICT-FaceKit's FaceXModel"
        )
    triangles, of_triangle = _kept_triangles(mesh)
    used, renumbered = np.unique(triangles, return_inverse=True)
    triangles = renumbered.reshape(-1, 3).astype(np.int32)
    face = of_triangle == _FACE_MATERIAL
    regions = (np.searchsorted(_REGION_STARTS, used, side="right") - 1).astype(np.uint8)
    # Border polygons may begin with a neighbouring region's vertex: the material decides, not the vertex.
    materials = regions[triangles[:, 0]].astype(np.int32)
    materials[face] = FACE
    materials[~face & (materials == FACE)] = HEAD
    neutral = mesh.positions[used]

    def moved(names: Sequence[str]) -> Float32[ndarray, "vertices 3"]:
        total = np.zeros_like(mesh.positions)
        for name in names:
            positions = read_positions(folder, f"{name}.obj")
            if positions.shape != mesh.positions.shape:
                raise RenderingError(f"{folder / f'{name}.obj'} has not the neutral mesh's vertices")
            total += positions - mesh.positions
        return np.asarray(total[used])

    return FaceAsset(
        neutral=neutral,
        triangles=triangles,
        materials=materials,
        uv=_face_uv(mesh, used, face_only=np.array(mesh.materials) == _FACE_MATERIAL),
        regions=regions,
        identity_modes=np.stack([moved([f"identity{k:03d}"]) for k in range(modes)]).reshape(modes, -1),
        expressions={name: moved(sources) for name, sources in expressions.items()},
        landmarks=_landmarks(folder, used),
        occlusion=sky_seen(neutral, triangles, materials),
        source=f"ICT-FaceKit Face Model Light (MIT), built from {folder.name}",
    )


def _kept_triangles(mesh: Mesh) -> tuple[Ints, np.ndarray]:
    kept = np.zeros(VERTICES, bool)
    for first, end in _KEPT:
        kept[first:end] = True
    whole: Bool[ndarray, " triangles"] = kept[mesh.triangles].all(axis=1)
    return mesh.triangles[whole], np.array(mesh.materials)[whole]


def _face_uv(
    mesh: Mesh, used: Ints, *, face_only: Bool[ndarray, " triangles"]
) -> Float32[ndarray, "vertices 2"]:
    """Texture points from the face's triangles alone: border vertices have a second one of the neck's."""
    uv = np.zeros((VERTICES, 2), np.float32)
    uv[mesh.triangles[face_only].ravel()] = mesh.texture_points[mesh.texture_triangles[face_only].ravel()]
    return np.clip(uv[used], 0.0, 1.0)


def _landmarks(folder: Traversable, used: Ints) -> Ints:
    path = folder / "vertex_indices.json"
    try:
        upstream = np.array(json.loads(path.read_text(encoding="utf-8"))["idx_to_landmark_verts"])
    except (OSError, ValueError, KeyError) as error:
        raise RenderingError(f"cannot read landmarks from {path}: {error}") from error
    if upstream.shape != (LANDMARKS,) or not np.isin(upstream, used).all():
        raise RenderingError(f"{path} does not name {LANDMARKS} vertices of face and eyes")
    return np.asarray(np.searchsorted(used, upstream))
