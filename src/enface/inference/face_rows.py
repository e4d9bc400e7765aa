"""`faces.csv`: one row per face or failure."""

from dataclasses import dataclass
from typing import Any

from enface.faces.landmarks import LANDMARKS
from enface.inference.columns import detection_columns, quality_columns
from enface.inference.observer import SeenFace
from enface.inference.table import Status

FACES = "faces.csv"


@dataclass(frozen=True)
class FaceRow:
    """One face that was seen, or one failure. Numbers are text as they stand in the file; empty: none."""

    input: str
    """Absolute path of the photograph."""
    face: int
    """From 1, largest face first; 0 when the picture failed before there was a face."""
    status: Status
    error: str = ""
    detector: str = ""
    """Name of the detector that found the face."""
    score: str = ""
    """Of the detector, 0 to 1."""
    box_x: str = ""
    box_y: str = ""
    box_width: str = ""
    box_height: str = ""
    """The detector's box, pixels of the upright photograph."""
    right_eye_x: str = ""
    """The five points by which the face is aligned, pixels; right and left are the subject's."""
    right_eye_y: str = ""
    left_eye_x: str = ""
    left_eye_y: str = ""
    nose_x: str = ""
    nose_y: str = ""
    right_mouth_x: str = ""
    right_mouth_y: str = ""
    left_mouth_x: str = ""
    left_mouth_y: str = ""
    yaw: str = ""
    """Of the landmark network, degrees; negative when the nose points to the image's right."""
    pitch: str = ""
    """Degrees; positive when the camera looks from above."""
    roll: str = ""
    """Degrees; positive when the head is turned clockwise in the image."""
    confidence: str = ""
    """Probability that this is a face and that the 68 landmarks fit it, 0 to 1."""
    quality: str = ""
    """Quality and its parts as in `enface.inference.report.Row`."""
    quality_face: str = ""
    quality_uncertainty: str = ""
    quality_visible: str = ""
    quality_yaw: str = ""
    quality_pitch: str = ""
    quality_sharpness: str = ""
    name: str = ""
    """What the names of this picture's outputs begin with."""
    picture: str = ""
    """The photograph with what was seen drawn into it, relative to the table's folder."""
    modified: str = ""
    """When the photograph's file was last changed, nanoseconds since 1970."""
    settings: str = ""
    """Fingerprint of the networks and of every option that decides the outputs."""

    @property
    def outputs(self) -> list[str]:
        """Files that belong to the row, relative to the table's folder."""
        return [self.picture] if self.picture else []


def face_columns(face: SeenFace) -> dict[str, Any]:
    """What a row says of a face."""
    points = {
        f"{name}_{axis}": f"{value:.2f}"
        for name, point in zip(LANDMARKS, face.detection.points, strict=True)
        for axis, value in zip("xy", point, strict=True)
    }
    pose = {name: f"{getattr(face.marks, name):.1f}" for name in ("yaw", "pitch", "roll")}
    quality = {} if face.quality is None else quality_columns(face.quality)
    confidence = f"{face.marks.confidence:.3f}"
    return {**detection_columns(face.detection), **points, **pose, "confidence": confidence, **quality}
