"""How far landmarks and pose are from the truth, by yaw."""

import itertools
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from jaxtyping import Bool, Float
from numpy import ndarray

from enface.faces.detectors.protocol import FaceBox
from enface.faces.interocular import frontal_interocular
from enface.faces.landmarks68 import Landmarks68, detector_box, five_points_of
from enface.models.landmarker import Landmarker
from enface.rendering.geometry_set.shards import ShardReader

YAW_EDGES = (0, 15, 30, 45, 60, 75, 95)
_NAMES = ("image", "landmarks", "visible", "pose", "kept.landmarks", "person", "session")
_BATCH = 64


@dataclass(frozen=True, eq=False)
class Truth:
    """Pictures of a geometry set and what is known about them."""

    images: Sequence[ndarray]
    points: Float[ndarray, "faces 68 2"]
    visible: Bool[ndarray, "faces 68"]
    pose: Float[ndarray, "faces 3"]
    interocular: Float[ndarray, " faces"]
    """Of the frontal face in the picture's scale, pixels."""
    person: Float[ndarray, " faces"]
    session: Float[ndarray, " faces"]


@dataclass(frozen=True, eq=False)
class Errors:
    """Of every face; points in per cent of the frontal inter-ocular distance, angles in degrees."""

    points: Float[ndarray, "faces 68"]
    five: Float[ndarray, "faces 5"]
    pose: Float[ndarray, "faces 3"]
    """Signed."""


@dataclass(frozen=True)
class YawRow:
    """Means over the faces of one range of absolute yaw."""

    low: int
    high: int
    faces: int
    visible: float
    hidden: float
    every: float
    five: float
    yaw: float
    pitch: float
    roll: float


def read_truth(reader: ShardReader, samples: Sequence[int]) -> Truth:
    """Pictures of a set by number."""
    parts = [reader.read(samples[first : first + _BATCH], _NAMES) for first in range(0, len(samples), _BATCH)]
    arrays = {name: np.concatenate([part[name] for part in parts]) for name in _NAMES}
    interocular = [
        frontal_interocular(points, frontal, yaw=float(yaw), pitch=float(pitch), roll=float(roll))
        for points, frontal, (yaw, pitch, roll) in zip(
            arrays["landmarks"], arrays["kept.landmarks"], arrays["pose"], strict=True
        )
    ]
    return Truth(
        images=list(arrays["image"]),
        points=arrays["landmarks"].astype(np.float64),
        visible=arrays["visible"],
        pose=arrays["pose"].astype(np.float64),
        interocular=np.array(interocular),
        person=arrays["person"],
        session=arrays["session"],
    )


def boxes_of(truth: Truth, *, seed: int = 0, shift: float = 0.06, scale: float = 0.1) -> list[FaceBox]:
    """Boxes as a detector draws them: of the landmarks, moved and scaled at random.

    Args:
        truth: the faces.
        seed: of the draws.
        shift: standard deviation in both directions, in sides of the box.
        scale: standard deviation of the logarithm.
    """
    rng = np.random.Generator(np.random.Philox(key=seed))
    boxes = []
    for points in truth.points:
        box = detector_box(points)
        dx, dy, zoom = np.clip(rng.standard_normal(3), -2, 2) * [shift, shift, scale]
        width, height = box.width * np.exp(zoom), box.height * np.exp(zoom)
        x = box.x + (box.width - width) / 2 + dx * width
        y = box.y + (box.height - height) / 2 + dy * height
        boxes.append(FaceBox(float(x), float(y), float(width), float(height)))
    return boxes


def find_landmarks(landmarker: Landmarker, truth: Truth, boxes: Sequence[FaceBox]) -> list[Landmarks68]:
    """What the network says about every picture."""
    faces = list(zip(truth.images, boxes, strict=True))
    return [
        found
        for first in range(0, len(faces), _BATCH)
        for found in landmarker.batch(faces[first : first + _BATCH])
    ]


def errors_of(found: Sequence[Landmarks68], truth: Truth) -> Errors:
    """Distances from the truth."""
    unit = truth.interocular[:, None] / 100
    points = np.stack([face.points for face in found])
    five = np.stack([face.five for face in found])
    true_five = np.stack([five_points_of(points) for points in truth.points])
    pose = np.array([[face.yaw, face.pitch, face.roll] for face in found]) - truth.pose
    return Errors(
        points=np.linalg.norm(points - truth.points, axis=2) / unit,
        five=np.linalg.norm(five - true_five, axis=2) / unit,
        pose=(pose + 180) % 360 - 180,
    )


def rows_by_yaw(errors: Errors, truth: Truth) -> list[YawRow]:
    """One row for each range of `YAW_EDGES` that has faces."""
    yaw = np.abs(truth.pose[:, 0])
    rows = []
    for low, high in itertools.pairwise(YAW_EDGES):
        here = (yaw >= low) & (yaw < high)
        if here.any():
            rows.append(_row(errors, truth, here, low, high))
    return rows


def _row(errors: Errors, truth: Truth, here: Bool[ndarray, " faces"], low: int, high: int) -> YawRow:
    points, visible = errors.points[here], truth.visible[here]
    hidden = points[~visible]
    yaw, pitch, roll = np.abs(errors.pose[here]).mean(axis=0)
    return YawRow(
        low=low,
        high=high,
        faces=int(here.sum()),
        visible=float(points[visible].mean()),
        hidden=float(hidden.mean()) if hidden.size else 0.0,
        every=float(points.mean()),
        five=float(errors.five[here].mean()),
        yaw=float(yaw),
        pitch=float(pitch),
        roll=float(roll),
    )
