"""Puts a generated face back into the photograph it was aligned from."""

import numpy as np
from jaxtyping import Float

from enface.errors import FaceError
from enface.faces import geometry
from enface.faces.align import Alignment
from enface.faces.geometry import Affine, Pixels
from enface.faces.templates import CROP_FRACTION


def paste_back(photo: Pixels, face: Pixels, alignment: Alignment, *, feather: float = 0.25) -> Pixels:
    """Copy of the photograph with the face blended in; colours are left as they are.

    Args:
        photo: photograph, uint8 RGB.
        face: square uint8 RGB of any size that shows the centre crop (224 of 250) of the aligned image.
        alignment: of the face that was taken from this photograph.
        feather: width of the soft rim of the round mask, as a fraction of its radius, above 0 up to 1.

    Returns:
        uint8 RGB of the photograph's shape; pixels outside the crop's inscribed circle are untouched.

    Raises:
        FaceError: a face that is not square, a feather out of range, or a place outside the photograph.
    """
    if face.shape[0] != face.shape[1]:
        raise FaceError(f"a face of {face.shape[1]} x {face.shape[0]} px cannot be pasted; it must be square")
    if not 0 < feather <= 1:
        raise FaceError(f"feather {feather} is out of range; give a fraction above 0 and up to 1")
    to_photo = _face_to_photo(face.shape[0], alignment)
    rows, columns = photo.shape[:2]
    corners = geometry.apply(to_photo, geometry.outline(*face.shape[:2])) + 0.5
    left, top = np.maximum(np.floor(corners.min(axis=0)), 0).astype(int)
    right, bottom = np.minimum(np.ceil(corners.max(axis=0)), [columns, rows]).astype(int)
    if left >= right or top >= bottom:
        raise FaceError(f"the face's place lies outside the {columns} x {rows} photograph")
    to_window = geometry.compose(to_photo, geometry.shift(-left, -top))
    height, width = int(bottom - top), int(right - left)
    weight = _round_mask(to_window, side=face.shape[0], height=height, width=width, feather=feather)
    pasted = geometry.warp(face, to_window, height=height, width=width)
    result = photo.copy()
    window = result[top:bottom, left:right]
    blended = window + weight[..., None] * (pasted.astype(np.float32) - window)
    window[...] = np.rint(blended).astype(np.uint8)
    return result


def _face_to_photo(side: int, alignment: Alignment) -> Affine:
    """Map from pixels of the centre crop, resized to `side`, to pixels of the photograph."""
    crop = alignment.size * CROP_FRACTION
    margin = (alignment.size - crop) / 2
    to_aligned = geometry.compose(geometry.rescale(crop / side), geometry.shift(margin, margin))
    return geometry.compose(to_aligned, geometry.invert(alignment.matrix))


def _round_mask(
    face_to_window: Affine, *, side: int, height: int, width: int, feather: float
) -> Float[np.ndarray, "height width"]:
    """Weight of the face in every pixel of the window: 1 inside, 0 outside the crop's inscribed circle."""
    columns, rows = np.meshgrid(np.arange(width), np.arange(height))
    inverse = geometry.invert(face_to_window).astype(np.float32)
    x = inverse[0, 0] * columns + inverse[0, 1] * rows + inverse[0, 2]
    y = inverse[1, 0] * columns + inverse[1, 1] * rows + inverse[1, 2]
    radius = np.hypot(x - (side - 1) / 2, y - (side - 1) / 2) / (side / 2)
    ramp = np.clip((1 - radius) / feather, 0, 1)
    return np.asarray(ramp * ramp * (3 - 2 * ramp), dtype=np.float32)
