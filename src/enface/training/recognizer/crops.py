"""Aligned frames of a manifest, decoded once into a file that is mapped into memory."""

import dataclasses
import hashlib
import json
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from jaxtyping import Int, UInt8
from tqdm import tqdm

from enface.data.faceset import AlignedFaces
from enface.data.records import FaceRecord, Manifest
from enface.errors import ManifestError
from enface.resources import atomic_write


@dataclass(frozen=True)
class Crops:
    """Frames and what is known about each."""

    frames: UInt8[np.ndarray, "count frame frame 3"]
    records: tuple[FaceRecord, ...]

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


def load_crops(manifest: Manifest, *, frame_size: int, cache: Path, progress: bool = True) -> Crops:
    """Aligns every face of a manifest; a later call with the same manifest and size maps the same file.

    Yaw is estimated from the landmarks even where the manifest knows it, as it will be for photographs.

    Args:
        manifest: faces with landmarks.
        frame_size: side of the alignment frame in pixels.
        cache: file to write, ending in `.npy`.
        progress: whether to show a bar.
    """
    key_file = cache.with_suffix(".json")
    key = _key(manifest, frame_size)
    if not (cache.exists() and key_file.exists() and json.loads(key_file.read_text()) == key):
        blind = tuple(dataclasses.replace(record, yaw=None) for record in manifest.records)
        faces = AlignedFaces(Manifest(manifest.root, blind), aligned_size=frame_size)
        shape = (len(faces), frame_size, frame_size, 3)
        with atomic_write(cache) as temporary:
            frames = np.lib.format.open_memmap(temporary, mode="w+", dtype=np.uint8, shape=shape)
            for index in tqdm(range(len(faces)), desc="aligning", unit="image", disable=not progress):
                frames[index] = faces.image(index)
            frames.flush()
            del frames
        with atomic_write(key_file) as temporary:
            temporary.write_text(json.dumps(key))
    return Crops(np.load(cache, mmap_mode="r"), manifest.records)


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
