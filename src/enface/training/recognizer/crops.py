"""Aligned frames of a manifest, decoded once into a file that is mapped into memory."""

import hashlib
import json
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from jaxtyping import Bool, Int, UInt8
from tqdm import tqdm

from enface.data.faceset import AlignedFaces, Faces
from enface.data.manifest import read_manifest
from enface.data.records import FaceRecord, Manifest, Split
from enface.data.rendered import RenderedFaces, rendered_manifest
from enface.data.rendered_source import is_rendered
from enface.errors import ManifestError
from enface.resources import atomic_write


@dataclass(frozen=True)
class Crops:
    """Frames and what is known about each."""

    frames: UInt8[np.ndarray, "count frame frame 3"]
    records: tuple[FaceRecord, ...]

    def select(self, wanted: Bool[np.ndarray, " count"]) -> "Crops":
        """Only some of them, in order; their frames are copied."""
        kept = tuple(record for record, keep in zip(self.records, wanted, strict=True) if keep)
        return Crops(self.frames[wanted], kept)

    def batch(self, positions: Int[np.ndarray, " batch"]) -> UInt8[torch.Tensor, "batch 3 frame frame"]:
        """Frames of some positions, channels first."""
        frames = np.ascontiguousarray(self.frames[positions])
        return torch.from_numpy(frames).permute(0, 3, 1, 2)


@dataclass(frozen=True)
class Labels:
    """Class indices per position."""

    person: Int[torch.Tensor, " count"]
    look: Int[torch.Tensor, " count"]
    """Person and session together."""
    gallery: Int[torch.Tensor, " looks"]
    """Position of the gallery image of each look."""
    people: int
    looks: int


def load_crops(
    source: str | Path, *, split: Split, frame_size: int, cache: Path, progress: bool = True
) -> Crops:
    """Aligns every face of a split; a later call with the same faces and size maps the same file.

    Yaw is estimated from the landmarks even where the manifest knows it, as it will be for photographs.

    Args:
        source: manifest.csv, or a `render:` text, whose pictures are rendered for this and not kept.
        split: of the faces that are taken; there may be none.
        frame_size: side of the alignment frame in pixels.
        cache: file to write, ending in `.npy`.
        progress: whether to show a bar.

    Raises:
        ManifestError, ConfigError: no such manifest, or a `render:` text that says nothing.
        RenderingError: it cannot be rendered.
    """
    text = str(source)
    manifest = rendered_manifest(text) if is_rendered(text) else read_manifest(text)
    chosen = np.array([record.split == split for record in manifest.records])
    records = tuple(record for record in manifest.records if record.split == split)
    if not records:
        return Crops(np.empty((0, frame_size, frame_size, 3), dtype=np.uint8), ())
    key_file = cache.with_suffix(".json")
    key = _key(Manifest(manifest.root, records), frame_size)
    if not (cache.exists() and key_file.exists() and json.loads(key_file.read_text()) == key):
        faces = _open(text, manifest, frame_size)
        shape = (len(records), frame_size, frame_size, 3)
        with atomic_write(cache) as temporary:
            frames = np.lib.format.open_memmap(temporary, mode="w+", dtype=np.uint8, shape=shape)
            places = tqdm(np.flatnonzero(chosen), desc="aligning", unit="image", disable=not progress)
            for place, index in enumerate(places):
                frames[place] = faces.image(int(index))
            frames.flush()
            del frames
        with atomic_write(key_file) as temporary:
            temporary.write_text(json.dumps(key))
    return Crops(np.load(cache, mmap_mode="r"), records)


def _open(text: str, manifest: Manifest, frame_size: int) -> Faces:
    if is_rendered(text):
        return RenderedFaces(text, manifest, aligned_size=frame_size, cache_bytes=0)
    return AlignedFaces(manifest, aligned_size=frame_size)


def make_labels(records: tuple[FaceRecord, ...]) -> Labels:
    """Numbers people and looks in the order of their names.

    Raises:
        ManifestError: A person has no gallery image in a session.
    """
    people = {name: index for index, name in enumerate(sorted({r.subject for r in records}))}
    looks = {name: index for index, name in enumerate(sorted({(r.subject, r.session) for r in records}))}
    gallery = {(r.subject, r.session): i for i, r in enumerate(records) if r.role == "gallery"}
    missing = sorted(looks.keys() - gallery.keys())
    if missing:
        subject, session = missing[0]
        raise ManifestError(
            f"subject {subject!r} has no image of role gallery in session {session!r}; training a recognizer "
            "needs one per person and session"
        )
    return Labels(
        person=torch.tensor([people[r.subject] for r in records]),
        look=torch.tensor([looks[r.subject, r.session] for r in records]),
        gallery=torch.tensor([gallery[look] for look in looks]),
        people=len(people),
        looks=len(looks),
    )


def _key(manifest: Manifest, frame_size: int) -> dict[str, str | int]:
    names = "\n".join(f"{record.path} {record.points}" for record in manifest.records)
    return {
        "manifest": hashlib.sha256(names.encode()).hexdigest(),
        "root": str(manifest.root),
        "frame_size": frame_size,
    }
