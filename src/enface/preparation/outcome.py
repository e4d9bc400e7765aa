"""What became of one picture, as a line that a later run can read."""

from dataclasses import dataclass
from typing import Literal

import numpy as np

from enface.faces.landmarks import FivePoints

Status = Literal["ok", "no face", "unreadable", "not aligned", "not written"]


@dataclass(frozen=True)
class Outcome:
    """One picture after reading, detecting, aligning and writing."""

    path: str
    """Of the picture, relative to the source."""
    crop: str
    """Of the aligned face, relative to the prepared folder; it exists when the status is ok."""
    status: Status
    detail: str
    """Why it failed, or what a reader should know."""
    settings: str
    """Fingerprint of everything that decides the crops of all pictures alike."""
    bytes: int
    """Size of the source file; with `modified` it tells whether the file is still the same."""
    modified: int
    """Nanoseconds."""
    given: str = ""
    """Fingerprint of the landmarks that the source brought; empty when they were found."""
    sha256: str = ""
    """Of the source file; empty when it cannot be read."""
    fingerprint: str = ""
    """Perceptual hash of the picture, hexadecimal; empty when it cannot be read."""
    faces: int = 0
    """Found in the picture."""
    score: float = 0.0
    """Of the detector for the face that was taken, 0 to 1; 1 for landmarks that were given."""
    yaw: float | None = None
    """Degrees, estimated from the landmarks."""
    landmarks: tuple[float, ...] = ()
    """x, y of the five landmarks in the crop, pixels."""

    @property
    def points(self) -> FivePoints:
        """The landmarks as an array."""
        return np.array(self.landmarks, dtype=np.float64).reshape(5, 2)
