"""Faces that are rendered when they are asked for, without files."""

from collections import OrderedDict
from pathlib import Path

import numpy as np
from jaxtyping import UInt8

from enface.data.faceset import Face, aligned_window
from enface.data.records import FaceRecord, Manifest
from enface.data.rendered_source import parse_source
from enface.rendering.dataset.live import LiveSet
from enface.rendering.dataset.settings import settle


def open_rendered(text: str) -> LiveSet:
    """The set of a `render:` text, the same as `enface render` writes with these settings.

    Raises:
        ConfigError: see `parse_source`.
        RenderingError: an impossible value, no compiler or no head.
    """
    source = parse_source(text)
    return LiveSet(*settle(source.preset, people=source.people, size=source.size, seed=source.seed))


def rendered_manifest(text: str) -> Manifest:
    """Who and what is in such a set.

    Records have no landmarks: `RenderedFaces` aligns by those of the picture.

    Raises:
        ConfigError, RenderingError: see `open_rendered`.
    """
    records = []
    for planned, _, subject, split in open_rendered(text).listed():
        expression, camera, illumination = planned.labels
        record = FaceRecord(
            path=planned.path(subject),
            subject=subject,
            session=f"{planned.session:02d}",
            expression=expression,
            camera=camera,
            illumination=illumination,
            split=split,
            role="gallery" if planned.gallery else "probe",
        )
        records.append(record)
    return Manifest(Path(text), tuple(records))


class RenderedFaces:
    """Aligned faces of a `render:` set by index, as `AlignedFaces` has them of files.

    Gallery pictures, which every pass shows again, are kept as far as memory allows, in each process.

    Args:
        text: of the set.
        manifest: its records.
        aligned_size: side of the frame, pixels.
        cache_bytes: memory for gallery pictures in each process.

    Raises:
        ConfigError, RenderingError: as for `open_rendered`.
    """

    def __init__(self, text: str, manifest: Manifest, *, aligned_size: int, cache_bytes: int) -> None:
        self.aligned_size = aligned_size
        self._live = open_rendered(text)
        self._gallery = np.array([record.role == "gallery" for record in manifest.records])
        self._cache_bytes = cache_bytes
        self._cache: OrderedDict[tuple[int, int], Face] = OrderedDict()
        self._cached_bytes = 0

    def __len__(self) -> int:
        return len(self._live)

    def compile(self) -> None:
        """Compiles the renderer once, before worker processes start."""
        self._live.compile()

    def image(self, index: int) -> UInt8[np.ndarray, "aligned aligned 3"]:
        """The whole aligned frame of one record; treat it as read-only.

        Raises:
            FaceError: the landmarks cannot be aligned.
        """
        return self._window(index, self.aligned_size)

    def centre(self, index: int, *, size: int) -> UInt8[np.ndarray, "size size 3"]:
        """The centre crop, as `AlignedFaces.centre`."""
        return self._window(index, size)

    def _window(self, index: int, size: int) -> Face:
        key = (index, size)
        if key in self._cache:
            self._cache.move_to_end(key)
            return self._cache[key]
        picture = self._live.picture(index)
        frame = float(self.aligned_size)
        face = aligned_window(
            picture.pixels, points=picture.points, frame=frame, margin=(frame - size) / 2, size=size
        )
        if self._gallery[index]:
            self._keep(key, face)
        return face

    def _keep(self, key: tuple[int, int], face: Face) -> None:
        face.setflags(write=False)
        self._cache[key] = face
        self._cached_bytes += face.nbytes
        while self._cached_bytes > self._cache_bytes:
            _, oldest = self._cache.popitem(last=False)
            self._cached_bytes -= oldest.nbytes
