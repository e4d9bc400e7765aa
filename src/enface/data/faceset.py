"""Pictures of a manifest, decoded and aligned in one warp."""

from collections.abc import Iterable
from pathlib import Path
from typing import Protocol

import numpy as np
from jaxtyping import Float, UInt8

from enface.data.records import FaceRecord, Manifest
from enface.errors import FaceError, ImageError
from enface.faces.align import alignment_matrix
from enface.faces.geometry import Affine, compose, rescale, shift, warp
from enface.faces.templates import CROP_FRACTION
from enface.images import read_image

Face = UInt8[np.ndarray, "size size 3"]


class Faces(Protocol):
    """Aligned faces by index, from files or from elsewhere."""

    def image(self, index: int) -> UInt8[np.ndarray, "aligned aligned 3"]:
        """The whole aligned frame of one record; treat it as read-only."""

    def centre(self, index: int, *, size: int) -> UInt8[np.ndarray, "size size 3"]:
        """The centre crop of `size` pixels out of the aligned frame."""


class AlignedFaces:
    """Aligned faces of a manifest by index.

    The yaw that alignment needs is estimated from the landmarks even where the manifest knows it, here and in
    `aligned_crop`: a photograph comes without, and both have to be aligned alike.

    Holds landmarks in flat arrays instead of the records, so that worker processes share them cheaply. The
    optional cache is private to each process: shared memory is often limited to 64 MB in containers, and a
    shared cache would have to be filled before the first batch.

    Args:
        manifest: any records.
        aligned_size: side of the frame, pixels.
        cache: keep every aligned face in memory (3 * aligned_size**2 bytes each).
    """

    def __init__(self, manifest: Manifest, *, aligned_size: int = 250, cache: bool = False) -> None:
        self.aligned_size = aligned_size
        self._root = manifest.root
        self._paths = np.array([record.path for record in manifest.records], dtype=np.str_)
        points = np.full((len(manifest), 5, 2), np.nan, dtype=np.float64)
        for i, record in enumerate(manifest.records):
            if record.points is not None:
                points[i] = record.points
        self._points: Float[np.ndarray, "n 5 2"] = points
        self._cache: dict[tuple[int, int], Face] | None = {} if cache else None

    def __len__(self) -> int:
        return len(self._paths)

    def file(self, index: int) -> Path:
        """The picture of one record."""
        return self._root / str(self._paths[index])

    def image(self, index: int) -> UInt8[np.ndarray, "aligned aligned 3"]:
        """The whole aligned frame of one record; treat it as read-only.

        Raises:
            ImageError: the file is missing or not a picture, or not square although it has no landmarks.
            FaceError: the landmarks cannot be aligned. Both name the file.
        """
        return self._window(index, self.aligned_size)

    def centre(self, index: int, *, size: int) -> UInt8[np.ndarray, "size size 3"]:
        """The centre crop of `size` pixels out of the aligned frame, exact for odd margins as well.

        Cropping whole pixels would shift a 112 px crop of a 125 px frame by half a pixel against the
        template, so the window is part of the warp.

        Raises:
            ImageError, FaceError: as for `image`.
        """
        return self._window(index, size)

    def _window(self, index: int, size: int) -> Face:
        key = (index, size)
        if self._cache is not None and key in self._cache:
            return self._cache[key]
        margin = (self.aligned_size - size) / 2
        points = self._points[index]
        file = self.file(index)
        face = _aligned(
            read_image(file),
            file=file,
            points=None if np.isnan(points).any() else points,
            frame=float(self.aligned_size),
            margin=margin,
            size=size,
        )
        if self._cache is not None:
            face.setflags(write=False)
            self._cache[key] = face
        return face


def aligned_crop(manifest: Manifest, record: FaceRecord, size: int, *, whole: bool = False) -> Face:
    """One record as the network sees it: the centre 224/250 of the template's frame, `size` pixels wide.

    Args:
        manifest: of the record.
        record: with landmarks, or aligned already.
        size: side of the crop, pixels.
        whole: the whole frame around that crop instead; its side is `size` * 250 / 224, rounded.

    Raises:
        ImageError: the file is missing or not a picture, or not square although it has no landmarks.
        FaceError: the landmarks cannot be aligned. Both name the file.
    """
    file = manifest.file(record)
    return align_picture(read_image(file), file=file, points=record.points, size=size, whole=whole)


def align_picture(
    image: UInt8[np.ndarray, "height width 3"],
    *,
    file: Path,
    points: Float[np.ndarray, "5 2"] | None,
    size: int,
    whole: bool = False,
) -> Face:
    """`aligned_crop` of a picture that has been read; `file` is named in errors."""
    frame = size / CROP_FRACTION
    return _aligned(
        image,
        file=file,
        points=points,
        frame=frame,
        margin=0.0 if whole else (frame - size) / 2,
        size=round(frame) if whole else size,
    )


def aligned_crops(
    manifest: Manifest, records: Iterable[FaceRecord], size: int
) -> UInt8[np.ndarray, "n size size 3"]:
    """`aligned_crop` of several records, stacked; n may be 0."""
    faces = [aligned_crop(manifest, record, size) for record in records]
    return np.stack(faces) if faces else np.empty((0, size, size, 3), dtype=np.uint8)


def _aligned(
    image: UInt8[np.ndarray, "height width 3"],
    *,
    file: Path,
    points: Float[np.ndarray, "5 2"] | None,
    frame: float,
    margin: float,
    size: int,
) -> Face:
    """`aligned_window` of a file, which errors name."""
    try:
        return aligned_window(image, points=points, frame=frame, margin=margin, size=size)
    except FaceError as error:
        raise FaceError(f"{file}: {error}") from None
    except ImageError as error:
        raise ImageError(f"{file}: {error}") from None


def aligned_window(
    image: UInt8[np.ndarray, "height width 3"],
    *,
    points: Float[np.ndarray, "5 2"] | None,
    frame: float,
    margin: float,
    size: int,
) -> Face:
    """The square window of `size` px that starts `margin` px inside an aligned frame of `frame` px.

    Raises:
        ImageError: the image is not square although it has no landmarks.
        FaceError: the landmarks cannot be aligned.
    """
    matrix = compose(_to_frame(image, points, frame), shift(-margin, -margin))
    return warp(image, matrix, height=size, width=size)


def _to_frame(
    image: UInt8[np.ndarray, "height width 3"],
    points: Float[np.ndarray, "5 2"] | None,
    frame: float,
) -> Affine:
    if points is None:
        height, width = image.shape[:2]
        if height != width:
            raise ImageError(
                f"is {width} x {height} px, but a picture without landmarks must be an aligned square;"
                " give its landmarks in a manifest"
            )
        return rescale(frame / width)
    alignment = alignment_matrix(points)
    return compose(alignment.matrix, rescale(frame / alignment.size))
