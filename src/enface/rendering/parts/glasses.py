"""Spectacle frames: tubes along superellipse rims, a bridge and two temples."""

import numpy as np

from enface.rendering.arrays import Floats
from enface.rendering.asset import FaceAsset
from enface.rendering.materials import FACE, GLASSES, HEAD
from enface.rendering.parts.part import Part, part_of
from enface.rendering.people.look import Glasses

_AROUND = 6
_RIM_POINTS = 36


def spectacles(asset: FaceAsset, positions: Floats, glasses: Glasses) -> list[Part]:
    """The frame, fitted to the eyes of a head with these positions."""
    marks = positions[asset.landmarks]
    right, left = (marks[36] + marks[39]) / 2, (marks[42] + marks[45]) / 2
    front = max(marks[[27, 36, 45, 41, 46], 2].max() + 0.1, marks[27, 2] + 0.15)
    angle = np.linspace(0.0, 2 * np.pi, _RIM_POINTS, endpoint=False)
    exponent = 2.0 / glasses.squareness
    across = glasses.half_width * np.sign(np.cos(angle)) * np.abs(np.cos(angle)) ** exponent
    up = glasses.half_height * np.sign(np.sin(angle)) * np.abs(np.sin(angle)) ** exponent
    parts = []
    for centre in (right, left):
        depth = front - 0.03 * np.clip(across * np.sign(centre[0]), 0.0, None) ** 2
        rim = np.stack([centre[0] + across, centre[1] - 0.25 + up, depth], axis=1)
        parts.append(_tube(rim, glasses.wire, closed=True))
    inner = min(abs(right[0]), abs(left[0])) - glasses.half_width
    t = np.linspace(-1.0, 1.0, 7)
    bow = 1.0 - t**2
    bridge = np.stack([t * inner, left[1] + 0.35 + 0.25 * bow, front + 0.15 * bow], axis=1)
    parts.append(_tube(bridge, glasses.wire, closed=False))
    reach = _temple_reach(asset, positions)
    t = np.linspace(0.0, 1.0, 9)
    for side, centre in ((-1.0, right), (1.0, left)):
        outer = abs(centre[0]) + glasses.half_width
        x = side * (outer + (reach - outer) * np.minimum(1.0, 1.3 * t))
        arm = np.stack([x, centre[1] + 0.5 + 0.5 * t, front - 0.9 - (front + 0.3) * t], axis=1)
        parts.append(_tube(arm, glasses.wire, closed=False))
    return parts


def _temple_reach(asset: FaceAsset, positions: Floats) -> float:
    _, y, z = asset.neutral.T
    beside = (np.abs(z - 3.0) < 1.5) & (np.abs(y - 5.5) < 1.2)
    beside &= (asset.regions == FACE) | (asset.regions == HEAD)
    return float(np.abs(positions[beside, 0]).max()) + 0.1


def _tube(path: Floats, radius: float, *, closed: bool) -> Part:
    along = np.roll(path, -1, 0) - np.roll(path, 1, 0) if closed else np.gradient(path, axis=0)
    along = along / np.linalg.norm(along, axis=1, keepdims=True)
    mostly_backwards = np.abs(along[:, 2]).mean() >= 0.5
    reference = np.array([0.0, 1.0, 0.02]) if mostly_backwards else np.array([0.03, 0.02, 1.0])
    first = np.cross(along, reference)
    first /= np.linalg.norm(first, axis=1, keepdims=True)
    second = np.cross(along, first)
    angle = np.arange(_AROUND) / _AROUND * 2 * np.pi
    ring = first[:, None] * np.cos(angle)[:, None] + second[:, None] * np.sin(angle)[:, None]
    points = path[:, None] + radius * ring
    index = np.arange(len(path) * _AROUND).reshape(len(path), _AROUND)
    here = index if closed else index[:-1]
    there = np.roll(index, -1, 0) if closed else index[1:]
    quads = np.stack([here, there, np.roll(there, -1, 1), np.roll(here, -1, 1)], axis=-1).reshape(-1, 4)
    return part_of(points, np.concatenate([quads[:, [2, 1, 0]], quads[:, [3, 2, 0]]]), GLASSES)
