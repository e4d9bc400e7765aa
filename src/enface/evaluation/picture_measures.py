"""Numbers of single pictures: symmetry, light, and what the landmark and the pose network see."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
import torch
from jaxtyping import Float, UInt8

from enface.errors import ResourceError
from enface.faces.detectors.protocol import box_around
from enface.faces.templates import DEFAULT_TEMPLATE, get_template
from enface.images import hwc_to_tensor, to_unit
from enface.metrics.frontalness import asymmetry, landmark_error, openness
from enface.metrics.illumination import evenness
from enface.models.landmarker import shipped_landmarker
from enface.recognizers.headpose import HeadPose, load_head_pose

Faces = UInt8[np.ndarray, "n size size 3"]
Values = Float[np.ndarray, " n"]

ASYMMETRY = "asymmetry"
LIGHT, SIDES = "variation of light", "light, left against right"
LANDMARKS, EYES, MOUTH = "landmark error (landmarks_v1)", "eye openness", "mouth openness"
YAW, PITCH, ROLL = (f"residual {name}, degrees (headpose0001)" for name in ("yaw", "pitch", "roll"))

_EDGE = 0.12
"""Cut off at each side of the centre crop, so that the rest is a face's box enlarged 1.1 times."""
_BATCH = 16


@dataclass(eq=False)
class PictureMeasures:
    """Measures pictures in the centre crop of the template; a picture without a value gets NaN."""

    missing: list[str] = field(default_factory=list)
    """What could not be measured and why, as sentences."""
    _pose: HeadPose | None = None

    def of_pictures(self, faces: Faces) -> Mapping[str, Values]:
        """What can be said of turned faces too."""
        return {ASYMMETRY: np.array([asymmetry(face) for face in faces])}

    def of_frontals(self, faces: Faces) -> Mapping[str, Values]:
        """Everything, of faces that should be frontal."""
        return {
            **self.of_pictures(faces),
            **self._light(faces),
            **self._landmarks(faces),
            **self._angles(faces),
        }

    def _light(self, faces: Faces) -> Mapping[str, Values]:
        found = [_or_nan(_evenness, face) for face in faces]
        return _columns((LIGHT, SIDES), found)

    def _landmarks(self, faces: Faces) -> Mapping[str, Values]:
        try:
            landmarker = shipped_landmarker()
        except ResourceError:
            return self._without(
                "Landmark error, eye and mouth openness: the weights of landmarks_v1 are broken."
            )
        truth = get_template(DEFAULT_TEMPLATE).crop_points(faces.shape[1])
        box = box_around(truth)
        rows = []
        for start in range(0, len(faces), _BATCH):
            for found in landmarker.batch([(face, box) for face in faces[start : start + _BATCH]]):
                error = landmark_error(found.five, truth=truth)
                rows.append((error, *_or_nan(_openness, found.points)))
        return _columns((LANDMARKS, EYES, MOUTH), rows)

    def _angles(self, faces: Faces) -> Mapping[str, Values]:
        if self._pose is None:
            try:
                self._pose = load_head_pose()
            except ResourceError:
                return self._without(
                    "Residual yaw, pitch and roll: run `enface fetch headpose0001` for the pose network."
                )
        edge = round(_EDGE * faces.shape[1])
        boxes = np.ascontiguousarray(faces[:, edge:-edge, edge:-edge])
        rows: list[list[float]] = []
        with torch.inference_mode():
            for start in range(0, len(boxes), _BATCH):
                batch = torch.stack([hwc_to_tensor(box) for box in boxes[start : start + _BATCH]])
                rows += self._pose(to_unit(batch)).abs().tolist()
        return _columns((YAW, PITCH, ROLL), rows)

    def _without(self, sentence: str) -> Mapping[str, Values]:
        if sentence not in self.missing:
            self.missing.append(sentence)
        return {}


def _evenness(face: UInt8[np.ndarray, "size size 3"]) -> tuple[float, float]:
    found = evenness(face)
    return found.variation, found.side_difference


def _openness(points: Float[np.ndarray, "68 2"]) -> tuple[float, float]:
    found = openness(points)
    return found.eyes, found.mouth


def _or_nan(measure: Callable[[np.ndarray], tuple[float, float]], values: np.ndarray) -> tuple[float, float]:
    """A black picture, or landmarks in one place, have no value."""
    try:
        return measure(values)
    except ValueError:
        return np.nan, np.nan


def _columns(names: tuple[str, ...], rows: Sequence[Sequence[float]]) -> Mapping[str, Values]:
    table = np.array(rows, dtype=np.float64).reshape(-1, len(names))
    return dict(zip(names, table.T, strict=True))
