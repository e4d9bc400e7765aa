"""Embeddings of many faces, remembered by content, so that a second evaluation only reads."""

import hashlib
import logging
import secrets
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import torch
from jaxtyping import Float, UInt8
from tqdm import tqdm

from enface.images import to_unit
from enface.resources.atomic import atomic_write

if TYPE_CHECKING:
    from enface.recognizers.frozen import FrozenRecognizer

Faces = UInt8[np.ndarray, "n size size 3"]
Known = dict[bytes, Float[np.ndarray, " feature"]]

_log = logging.getLogger(__name__)
_MOST_FILES = 8


class EmbeddingCache:
    """A folder of `.npz` files for each recognizer, layer, set of weights and version of the preprocessing.

    The key of a face is the hash of its pixels, so nothing ever has to be declared out of date. New
    embeddings become a new file; many files become one. A file that cannot be read (`.npz` has checksums) is
    told of, removed and computed again, and the oldest embeddings leave when there are more than `limit`.
    """

    def __init__(self, folder: Path | None, *, limit: int = 200_000) -> None:
        """Nothing is read or written yet.

        Args:
            folder: created when needed; None remembers within this object only.
            limit: embeddings kept for one recognizer.
        """
        self._folder = folder
        self._limit = limit
        self._read: dict[str, Known] = {}

    def read(self, recognizer: "FrozenRecognizer") -> Known:
        """Embedding by key, oldest first; empty when there is nothing readable. Do not change it."""
        name = _name(recognizer)
        if name not in self._read:
            self._read[name] = {}
            for file in self._files(name):
                self._read[name] |= self._load(file, feature_size=recognizer.feature_size)
        return self._read[name]

    def write(self, recognizer: "FrozenRecognizer", new: Known) -> None:
        """Adds embeddings.

        Raises:
            OSError: the folder cannot be written.
        """
        name = _name(recognizer)
        known = self.read(recognizer)
        known |= new
        if self._folder is None or not new:
            return
        folder = self._folder / name
        folder.mkdir(parents=True, exist_ok=True)
        files = self._files(name)
        number = 1 + (int(files[-1].stem.split("-")[0]) if files else 0)
        crowded = len(files) >= _MOST_FILES or len(known) > self._limit
        kept = list(known.items())[-self._limit :] if crowded else list(new.items())
        # The name is nobody else's: evaluations that run at once do not overwrite each other.
        with atomic_write(folder / f"{number:08}-{secrets.token_hex(4)}.npz") as path:
            np.savez(
                path,
                keys=np.frombuffer(b"".join(key for key, _ in kept), dtype=np.uint8).reshape(len(kept), -1),
                features=np.stack([feature for _, feature in kept]),
            )
        if crowded:
            self._read[name] = dict(kept)
            for file in files:
                file.unlink(missing_ok=True)

    def _files(self, name: str) -> list[Path]:
        """Oldest first."""
        return [] if self._folder is None else sorted((self._folder / name).glob("[0-9]*-*.npz"))

    def _load(self, file: Path, *, feature_size: int) -> Known:
        try:
            with file.open("rb") as stream, np.load(stream, allow_pickle=False) as arrays:
                keys, features = arrays["keys"], arrays["features"]
            if keys.shape != (len(features), 32) or features.shape != (len(features), feature_size):
                raise ValueError(f"holds arrays of {keys.shape} and {features.shape}")
            if not np.isfinite(features).all():
                raise ValueError("holds embeddings that are not finite")
        except FileNotFoundError:  # another evaluation has just put files together
            return {}
        except (OSError, ValueError, KeyError, EOFError, zipfile.BadZipFile) as error:
            _log.warning(
                "%s is broken (%s); it is removed and its embeddings are computed again", file, error
            )
            file.unlink(missing_ok=True)
            return {}
        return dict(zip(map(bytes, keys), features, strict=True))


def embed_faces(
    recognizer: "FrozenRecognizer",
    faces: Faces,
    *,
    cache: EmbeddingCache,
    device: str | torch.device = "cpu",
    batch_size: int = 64,
    label: str = "embed",
    progress: bool = False,
) -> Float[np.ndarray, "n feature"]:
    """Features of aligned faces in the recognizer's layer, float32; only unknown faces are computed.

    What is not finite is given back and never remembered.

    Args:
        recognizer: on `device`.
        faces: centre crops of the alignment template.
        cache: where known embeddings are.
        device: where to compute.
        batch_size: faces computed at once.
        label: of the progress bar.
        progress: whether to show one.
    """
    known = cache.read(recognizer)
    keys = [_key(face) for face in faces]
    new = list({key: i for i, key in enumerate(keys) if key not in known}.values())
    found = {key: known[key] for key in keys if key in known}
    if new:
        features = _run_in_batches(
            lambda images: recognizer(to_unit(images)).float().cpu().numpy(),
            faces[new],
            device=device,
            batch_size=batch_size,
            label=label,
            progress=progress,
        )
        computed = {keys[i]: feature for i, feature in zip(new, features, strict=True)}
        found |= computed
        cache.write(recognizer, {key: row for key, row in computed.items() if np.isfinite(row).all()})
    if not keys:
        return np.empty((0, recognizer.feature_size), dtype=np.float32)
    return np.stack([found[key] for key in keys])


def _name(recognizer: "FrozenRecognizer") -> str:
    """Of the folder: everything but the pictures that decides embeddings."""
    words = (recognizer.card.name, recognizer.layer, recognizer.weights_sha256, recognizer.preprocessing)
    digest = hashlib.sha256(" ".join(words).encode()).hexdigest()
    return f"{recognizer.card.name}-{digest[:24]}"


def _run_in_batches(
    compute: Callable[[torch.Tensor], np.ndarray],
    faces: Faces,
    *,
    device: str | torch.device,
    batch_size: int,
    label: str,
    progress: bool,
) -> np.ndarray:
    """Applies a function of uint8 batches "batch 3 size size" without gradients and joins the results."""
    with torch.inference_mode(), tqdm(total=len(faces), desc=label, unit="face", disable=not progress) as bar:
        results = []
        for batch in _batches(faces, batch_size):
            tensor = torch.from_numpy(np.ascontiguousarray(batch.transpose(0, 3, 1, 2))).to(device)
            results.append(compute(tensor))
            bar.update(len(batch))
    return np.concatenate(results)


def _batches(faces: Faces, size: int) -> Iterator[Faces]:
    for start in range(0, len(faces), size):
        yield faces[start : start + size]


def _key(face: UInt8[np.ndarray, "size size 3"]) -> bytes:
    return hashlib.sha256(f"{face.shape}".encode() + np.ascontiguousarray(face).tobytes()).digest()
