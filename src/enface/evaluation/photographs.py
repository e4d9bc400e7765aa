"""Photographs into aligned crops; what has no usable face is listed, not lost."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
from jaxtyping import UInt8
from tqdm import tqdm

from enface.errors import FaceError, ImageError
from enface.evaluation.verification_results import Failure
from enface.faces import geometry
from enface.faces.align import alignment_matrix
from enface.faces.detectors.protocol import Detection, Detector, WhichFace, choose_face
from enface.faces.geometry import Pixels
from enface.faces.templates import CROP_FRACTION
from enface.images import read_image

Crop = UInt8[np.ndarray, "size size 3"]


def cut_faces(
    photos: Sequence[str],
    *,
    root: Path,
    detector: Detector,
    face: WhichFace,
    size: int,
    whole: bool = False,
    progress: bool = False,
) -> tuple[dict[str, Crop], tuple[Failure, ...]]:
    """One aligned face of each photograph, as a model and a judge are given it.

    Args:
        photos: paths from `root`.
        root: folder.
        detector: finds faces and landmarks.
        face: the one nearest to the photograph's middle, or the largest.
        size: side of the crops (the centre 224 of 250 of the template's frame), pixels.
        whole: the whole frames around those crops instead.
        progress: whether to show a progress bar.

    Returns:
        Crops by photograph, and the photographs that cannot be read or have no usable face.
    """
    crops, failures = {}, []
    for photo in tqdm(photos, desc="find faces", unit="photo", disable=not progress):
        try:
            image = read_image(root / photo)
            found = detector.detect(image, path=root / photo)
            if not found:
                raise FaceError("no face found")
            crops[photo] = cut_face(image, choose_face(found, image, which=face), size, whole=whole)
        except (FaceError, ImageError) as error:
            failures.append(Failure(photo, str(error)))
    return crops, tuple(failures)


def cut_face(image: Pixels, found: Detection, size: int, *, whole: bool = False) -> Crop:
    """One resampling from the photograph into the crop.

    The yaw is estimated from the points for every model, as it is in use for those that draw from an
    embedding; `photo` takes the landmark network's there (`enface.inference.found_face`).
    """
    # The template's frame is scaled to `frame` pixels, of which the crop starts `margin` pixels inside.
    frame = size / CROP_FRACTION
    aligned = alignment_matrix(found.points)
    scaled = geometry.compose(aligned.matrix, geometry.rescale(frame / aligned.size))
    margin = 0.0 if whole else (frame - size) / 2
    size = round(frame) if whole else size
    matrix = geometry.compose(scaled, geometry.shift(-margin, -margin))
    return geometry.warp(image, matrix, height=size, width=size)
