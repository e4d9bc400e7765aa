"""A person with an expression and clothes: the geometry that cameras see."""

from dataclasses import dataclass
from functools import cache

import numpy as np
from jaxtyping import Float32
from numpy import ndarray
from scipy.spatial import cKDTree

from enface.rendering.arrays import Floats
from enface.rendering.asset import FaceAsset
from enface.rendering.curves import spline
from enface.rendering.kernels.inputs import Cloth, Geometry
from enface.rendering.kernels.mesh import surface_tangents, vertex_normals
from enface.rendering.materials import LASHES, LEFT_EYE, LOOSE_HAIR, RIGHT_EYE
from enface.rendering.parts.bun import bun
from enface.rendering.parts.clothes import clothes_shell
from enface.rendering.parts.covering import covering_parts
from enface.rendering.parts.curtain import curtain
from enface.rendering.parts.glasses import spectacles
from enface.rendering.parts.occluders import occluder_parts
from enface.rendering.parts.part import Part
from enface.rendering.parts.shell import extrude
from enface.rendering.parts.strands import hangs_loose
from enface.rendering.people.occluder import Occluder
from enface.rendering.people.palette import skin_colour
from enface.rendering.people.person import Person
from enface.rendering.people.surroundings import Clothes
from enface.rendering.scene.expressions import Expression

_LASH_LINE = 3.25
"""Height on the mean head above which lashes are kept: the lower ones are too coarse."""
_LASH_LENGTH = 1.0
"""Of the asset's lashes, centimetres."""
_LID_CLEARANCE = 0.15
"""How far a closing lid pushes the eyeball back, centimetres: the modes move the two a little differently."""


@dataclass(frozen=True, eq=False)
class Stage:
    """Geometry with what it is made of. The clothes and an occluder come last, so the numbers of all other
    triangles agree between the stages of one person with one look."""

    person: Person
    geometry: Geometry
    cloth: Cloth
    landmarks: Float32[ndarray, "68 3"]
    body_triangles: int
    """Triangles before the clothes'."""


def set_stage(
    person: Person, expression: Expression, clothes: Clothes, occluder: Occluder | None = None
) -> Stage:
    """Puts a person on the stage.

    Args:
        person: Identity and look.
        expression: See `enface.rendering.scene.expressions.expression_weights`.
        clothes: What they wear.
        occluder: What is before the face, if anything.
    """
    asset = person.asset
    positions = _posed(person, expression)
    normals = np.empty_like(positions)
    vertex_normals(positions, asset.triangles, normals)
    parts = _parts(person, positions, normals)
    body = len(asset.triangles) + sum(len(part.triangles) for part in parts)
    parts.append(extrude(clothes_shell(asset, clothes.neckline), positions, normals))
    if occluder is not None:
        skin = skin_colour(person.identity.melanin, person.identity.haemoglobin)
        parts.extend(occluder_parts(asset, positions, person.look, occluder, skin=skin))
    return Stage(
        person=person,
        geometry=_assembled(person, positions, normals, parts),
        cloth=_cloth(person, clothes),
        landmarks=positions[asset.landmarks],
        body_triangles=body,
    )


def _posed(person: Person, expression: Expression) -> Float32[ndarray, "vertices 3"]:
    positions = person.neutral.copy()
    for name, weight in expression:
        positions += np.float32(weight) * person.asset.expressions[name]
    weights = dict(expression)
    closing = max(weights.get("eyeBlink", 0.0), 0.5 * weights.get("eyeSquint", 0.0))
    if closing > 0.0:
        eyes = (person.asset.regions == LEFT_EYE) | (person.asset.regions == RIGHT_EYE)
        positions[eyes, 2] -= np.float32(_LID_CLEARANCE * closing)
    return positions


def _parts(person: Person, positions: Floats, normals: Floats) -> list[Part]:
    asset, look = person.asset, person.look
    parts = [extrude(shell, positions, normals) for shell in (person.hair, person.beard) if shell is not None]
    if person.covering is not None:
        parts.extend(covering_parts(asset, person.covering, positions, normals, look))
    if look.covering == "headscarf":
        parts.extend(_glasses(person))
        return parts
    if hangs_loose(look):
        parts.append(curtain(asset, person.neutral, look))
    if look.style == "bun" and not (look.covering != "none" and look.part > 0.0):
        parts.append(bun(asset, person.neutral, look))
    parts.extend(_glasses(person))
    return parts


def _glasses(person: Person) -> list[Part]:
    glasses = person.look.glasses
    return [] if glasses is None else spectacles(person.asset, person.neutral, glasses)


def _assembled(
    person: Person,
    positions: Float32[ndarray, "vertices 3"],
    normals: Float32[ndarray, "vertices 3"],
    parts: list[Part],
) -> Geometry:
    asset = person.asset
    count = len(positions)
    total = count + sum(len(part.positions) for part in parts)
    tangents = np.empty_like(positions)
    bitangents = np.zeros((total, 3), np.float32)
    surface_tangents(positions, asset.triangles, asset.uv, asset.face_triangles, tangents, bitangents[:count])
    all_positions = np.concatenate([positions, *(part.positions for part in parts)])
    all_normals = np.empty_like(all_positions)
    all_normals[:count] = normals
    uv, colours = np.zeros((total, 2), np.float32), np.zeros((total, 3), np.float32)
    uv[:count], colours[:count] = asset.uv, person.colours
    triangles = [asset.triangles]
    first = count
    for part in parts:
        own = all_normals[first : first + len(part.positions)]
        vertex_normals(part.positions, part.triangles, own)
        if part.material == LOOSE_HAIR:
            _face_outwards(part.positions, own)
        triangles.append(part.triangles + first)
        if part.colours is not None:
            colours[first : first + len(part.positions)] = part.colours
        first += len(part.positions)
    return Geometry(
        positions=all_positions,
        triangles=np.concatenate(triangles).astype(np.int32),
        materials=np.concatenate(
            [asset.materials, *(np.full(len(part.triangles), part.material, np.int32) for part in parts)]
        ),
        normals=all_normals,
        tangents=np.concatenate([tangents, *(part.tangents for part in parts)]),
        bitangents=bitangents,
        canonical=np.concatenate([asset.neutral, *(part.canonical for part in parts)]),
        uv=uv,
        colours=colours,
        occlusion=np.concatenate([asset.occlusion, *(part.occlusion for part in parts)]),
        hair=np.concatenate([_lash_coordinates(asset), *(part.hair for part in parts)]),
    )


@cache
def _lash_coordinates(asset: FaceAsset) -> Float32[ndarray, "vertices 4"]:
    """How far each vertex is from the tip, 1 at the lid and 0 at the tip, and its place along the lid in
    centimetres; below 0 for the lower lashes, which are left out."""
    hair = np.zeros((len(asset.neutral), 4), np.float32)
    lashes = np.flatnonzero(asset.regions == LASHES)
    points = asset.neutral[lashes].astype(np.float64)
    hair[lashes, 0] = -1.0
    for lid in ((42, 43, 44, 45), (36, 37, 38, 39)):
        curve = spline(asset.landmark_points[list(lid)], count=200, closed=False)
        length = np.linalg.norm(np.diff(curve, axis=0), axis=1).sum()
        distance, nearest = cKDTree(curve).query(points)
        own = (points[:, 1] > _LASH_LINE) & (points[:, 0] * curve[0, 0] > 0.0)
        hair[lashes[own], 0] = np.clip(1.0 - distance[own] / _LASH_LENGTH, 0.0, 1.0)
        hair[lashes[own], 3] = nearest[own] / 199.0 * length + (0.0 if lid[0] == 42 else 40.0)
    return hair


def _face_outwards(positions: Floats, normals: Floats) -> None:
    away = positions - positions.mean(axis=0)
    away[:, 1] = 0.0
    normals[(normals * away).sum(axis=1) < 0.0] *= -1.0


def _cloth(person: Person, clothes: Clothes) -> Cloth:
    glasses = person.look.glasses
    return Cloth(
        colour=np.array(clothes.colour),
        stripe=np.array(clothes.stripe or clothes.colour),
        striped=clothes.stripe is not None,
        offset_x=clothes.offset[0],
        offset_y=clothes.offset[1],
        frame=np.array(glasses.colour if glasses else (0.0, 0.0, 0.0)),
        trim=np.array(person.look.fabric.trim),
    )
