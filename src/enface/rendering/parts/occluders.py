"""Hands, strands and objects before a face, as meshes."""

import numpy as np
from jaxtyping import Float32
from numpy import ndarray
from scipy.ndimage import gaussian_filter
from scipy.spatial import cKDTree

from enface.rendering.arrays import Floats
from enface.rendering.asset import FaceAsset
from enface.rendering.materials import FACE, HAND, LOOSE_HAIR
from enface.rendering.parts.capsule import capsule
from enface.rendering.parts.part import Part, grid_triangles, part_of
from enface.rendering.people.look import Look
from enface.rendering.people.occluder import Occluder, can_occlude

_PLACES = {
    "mouth": (0.0, -3.4),
    "chin": (0.0, -6.5),
    "cheek": (4.2, -0.5),
    "eye": (3.2, 3.6),
    "brow": (2.5, 7.0),
    "nose": (0.0, 0.5),
}
"""Canonical points that a hand covers; the side counts for those beside the middle."""
_FINGERS = ((-3.0, 6.2, -16.0), (-1.0, 7.6, -4.0), (1.1, 7.2, 5.0), (3.0, 5.6, 15.0))
"""Root across the palm and length in centimetres, and how far the finger leans when spread, degrees."""


def occluder_parts(
    asset: FaceAsset,
    positions: Float32[ndarray, "vertices 3"],
    look: Look,
    occluder: Occluder,
    *,
    skin: Floats,
) -> list[Part]:
    """The meshes of an occluder before a head with these positions.

    Args:
        asset: The mean head.
        positions: (vertices, 3) of this head.
        look: Of this person: no strand falls from short hair or from under a covering.
        occluder: What to make.
        skin: (3,) linear colour of the person's skin.
    """
    if not can_occlude(look, occluder):
        return []
    if occluder.kind == "strand":
        return [_strand(asset, positions, look, occluder)]
    if occluder.kind == "hand":
        return _hand(asset, positions, occluder, skin)
    return _object(asset, positions, occluder)


def _front(asset: FaceAsset, positions: Floats, x: Floats | float, y: Floats | float, reach: float) -> Floats:
    """How far the face comes forward within `reach` of points of the frontal plane."""
    face = positions[(asset.regions == FACE) & (asset.neutral[:, 2] > 2.0)]
    tree = cKDTree(face[:, :2])
    points = np.stack(np.broadcast_arrays(x, y), axis=-1).reshape(-1, 2)
    near = tree.query_ball_point(points, reach)
    depth = [face[rows, 2].max() if rows else 4.0 for rows in near]
    return np.array(depth)


def _hand(asset: FaceAsset, positions: Floats, occluder: Occluder, skin: Floats) -> list[Part]:
    """A flat hand from below and aside, its palm to the face."""
    side = occluder.side
    x, y = _PLACES[occluder.place]
    x = x * side + 0.6 * occluder.offset[0]
    y = y + 0.6 * occluder.offset[1]
    lean = np.radians(side * 38.0 + occluder.turn)
    across = np.array([np.cos(lean), np.sin(lean), 0.0])
    up = np.array([-np.sin(lean), np.cos(lean), 0.12])
    depth = float(_front(asset, positions, x, y, 5.5)[0]) + 1.1 + occluder.gap
    middle = np.array([x, y, depth]) - 3.5 * up  # the fingers lie on the place, the palm below it
    colour = skin * np.array([1.0, 0.93, 0.90])
    parts = [capsule(middle - 3.8 * up, middle + 3.8 * up, (3.2, 4.1), 0.36, across, colour, material=HAND)]
    for root, length, leaning in _FINGERS:
        angle = np.radians(leaning * (0.15 + 0.85 * occluder.spread))
        along = np.cos(angle) * up + np.sin(angle) * across
        start = middle + root * across + 3.0 * up
        curl = np.array([0.0, 0.0, -0.6])
        knuckle = start + 0.5 * length * along
        parts.append(capsule(start, knuckle, (0.95, 0.88), 0.92, across, colour, material=HAND))
        parts.append(
            capsule(knuckle, start + length * along + curl, (0.86, 0.68), 0.92, across, colour, material=HAND)
        )
    thumb = middle - 3.4 * side * across - 1.2 * up
    parts.append(
        capsule(
            thumb, thumb - 2.4 * side * across + 3.6 * up, (1.15, 0.85), 0.9, across, colour, material=HAND
        )
    )
    wrist = middle - 4.5 * up
    parts.append(capsule(wrist, wrist - 7.0 * up, (2.7, 2.9), 0.75, across, colour, material=HAND))
    sleeve = np.array(occluder.colour)
    parts.append(
        capsule(wrist - 5.0 * up, wrist - 24.0 * up, (3.9, 4.8), 0.85, across, sleeve, material=HAND)
    )
    return parts


def _object(asset: FaceAsset, positions: Floats, occluder: Occluder) -> list[Part]:
    """A microphone before the mouth or a cup at it."""
    x, y = 0.5 * occluder.offset[0], -4.2 + 0.5 * occluder.offset[1]
    lean = np.radians(occluder.side * 20.0 + occluder.turn)
    colour = np.array(occluder.colour)
    sideways = np.array([1.0, 0.0, 0.0])
    if occluder.kind == "cup":
        radius = 3.6 + 0.6 * occluder.spread
        depth = float(_front(asset, positions, x, y, 4.0)[0]) + radius + 0.2 * occluder.gap
        top = np.array([x, y + 1.0, depth])
        down = np.array([np.sin(lean) * 0.3, -1.0, 0.15])
        return [capsule(top, top + 9.0 * down, (radius, 0.78 * radius), 1.0, sideways, colour, blunt=True)]
    depth = float(_front(asset, positions, x, y, 3.0)[0]) + 2.4 + occluder.gap
    head = np.array([x, y - 0.8, depth])
    down = np.array([np.sin(lean), -np.cos(lean), 0.55])
    grille = np.array([0.10, 0.10, 0.11])
    return [
        capsule(head, head + 0.6 * down, (2.3, 2.2), 1.0, sideways, grille),
        capsule(head + 1.5 * down, head + 20.0 * down, (1.6, 1.1), 1.0, sideways, 0.3 * colour),
    ]


def _strand(asset: FaceAsset, positions: Floats, look: Look, occluder: Occluder) -> Part:
    """A lock that falls from the hairline over the forehead and past or across an eye."""
    rows, columns = 28, 7
    down, aside = np.meshgrid(np.linspace(0.0, 1.0, rows), np.linspace(-1.0, 1.0, columns), indexing="ij")
    side = occluder.side
    width = (0.7 + 1.3 * occluder.spread) * (1.0 - 0.6 * down)
    middle = side * (1.2 + 2.6 * down**0.7) + 0.7 * occluder.offset[0]
    x = middle + side * 0.5 * np.sin(3.0 * down + occluder.turn) + aside * width
    y = 12.6 - (14.0 + 2.5 * occluder.offset[1]) * down
    depth = _front(asset, positions, x, y, 0.9).reshape(rows, columns)
    depth = gaussian_filter(depth, (2.0, 1.0))
    points = np.stack([x, y, depth + 0.25 + 0.25 * np.minimum(occluder.gap, 1.0)], axis=-1)
    growth = np.gradient(points, axis=0)
    growth /= np.linalg.norm(growth, axis=-1, keepdims=True) + 1e-6
    solid = np.minimum(0.85 - 1.5 * aside**2, 4.0 * (1.0 - down) - 0.6)
    turn = 0.45 * aside
    hair = np.stack([solid, np.cos(turn), np.sin(turn), 2.0 + 9.0 * down], axis=-1)
    return part_of(
        points, grid_triangles(rows, columns), LOOSE_HAIR, hair=hair, tangents=growth, occlusion=0.95
    )
