"""A face cut out of its photograph, before any model sees it."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from jaxtyping import UInt8

from enface.errors import FaceError
from enface.faces import geometry
from enface.faces.align import Alignment, alignment_matrix
from enface.faces.detectors.protocol import Detection
from enface.faces.geometry import Pixels
from enface.faces.templates import CROP_FRACTION, get_template


@dataclass(frozen=True, eq=False)
class FoundFace:
    """A face cut out of its photograph, before the network."""

    frame: UInt8[np.ndarray, "size size 3"]
    """What the model is given: the alignment template's whole frame, or its centre crop (224 of 250)."""
    input: UInt8[np.ndarray, "crop crop 3"]
    """The centre crop; `frame` itself where that is one."""
    alignment: Alignment
    """From the photograph to the template's whole frame."""
    detection: Detection

    @property
    def yaw(self) -> float:
        """Degrees, known or estimated; negative when the nose points to the image's right."""
        return self.alignment.yaw if self.detection.yaw is None else self.detection.yaw


def cut_face(
    image: Pixels, found: Detection, *, whole_frame: bool, side_of: Callable[[float], int]
) -> FoundFace:
    """Cuts a detected face out of its photograph.

    Args:
        image: photograph, uint8 RGB.
        found: the face.
        whole_frame: whether the template's whole frame is wanted, or only its centre crop.
        side_of: side of the centre crop that is wanted, pixels, from the side that it has in the photograph.

    Raises:
        FaceError: landmarks that cannot be aligned.
    """
    # Models that draw from an embedding were trained on crops whose yaw was estimated.
    known = found.yaw if whole_frame else None
    alignment = alignment_matrix(found.points, yaw=known)
    frame = get_template(alignment.template).size
    inner = frame * CROP_FRACTION
    side = side_of(inner / geometry.scale_of(alignment.matrix))
    # One resampling from the photograph into the crop, at whatever size the model works.
    margin = 0.0 if whole_frame else (frame - inner) / 2
    to_crop = geometry.compose(alignment.matrix, geometry.shift(-margin, -margin))
    scaled = geometry.compose(to_crop, geometry.rescale(side / inner))
    size = round(frame * side / inner) if whole_frame else side
    cut = geometry.warp(image, scaled, height=size, width=size)
    edge = (size - side) // 2
    crop = np.ascontiguousarray(cut[edge : size - edge, edge : size - edge])
    return FoundFace(frame=cut, input=crop, alignment=alignment, detection=found)


def no_face(image: Pixels) -> FaceError:
    """The error of a picture in which nobody was found."""
    height, width = image.shape[:2]
    return FaceError(f"no face found in the {width} x {height} picture")
