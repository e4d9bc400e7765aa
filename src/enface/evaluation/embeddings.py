"""Embeddings of many faces, remembered by content, so that a second evaluation only reads."""

import hashlib
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import torch
from jaxtyping import Float, UInt8
from tqdm import tqdm

from enface import __version__
from enface.images import to_unit
from enface.resources.atomic import atomic_write

if TYPE_CHECKING:
    from enface.recognizers.frozen import FrozenRecognizer

Faces = UInt8[np.ndarray, "n size size 3"]


class EmbeddingCache:
    """One `.npz` file of embeddings for each recognizer, layer, set of weights and preprocessing in a folder.

    The key of a face is the hash of its pixels, so nothing ever has to be declared out of date. A file that
    cannot be read is rebuilt, and the oldest embeddings leave when there are more than `limit`.
    """

    def __init__(self, folder: Path | None, *, limit: int = 20_000) -> None:
        """Nothing is read or written yet.

        Args:
            folder: created when needed; None remembers nothing.
            limit: embeddings kept in one file.
        """
        self._folder = folder
        self._limit = limit

    def read(self, recognizer: "FrozenRecognizer") -> dict[str, Float[np.ndarray, " feature"]]:
        """Embedding by key, oldest first; empty when there is no readable file."""
        if self._folder is None:
            return {}
        try:
            with (
                self._file(recognizer).open("rb") as stream,
                np.load(stream, allow_pickle=False) as arrays,
            ):
                keys, features = arrays["keys"], arrays["features"]
        except (OSError, ValueError, KeyError, EOFError, zipfile.BadZipFile):
            return {}
        if features.ndim != 2 or features.shape != (len(keys), recognizer.feature_size):
            return {}
        return dict(zip(map(str, keys), features, strict=True))

    def write(self, recognizer: "FrozenRecognizer", known: dict[str, Float[np.ndarray, " feature"]]) -> None:
        """Replaces the recognizer's file.

        Raises:
            OSError: the folder cannot be written.
        """
        if self._folder is None or not known:
            return
        self._folder.mkdir(parents=True, exist_ok=True)
        kept = list(known.items())[-self._limit :]
        with atomic_write(self._file(recognizer)) as path:
            np.savez(path, keys=np.array([k for k, _ in kept]), features=np.stack([f for _, f in kept]))

    def _file(self, recognizer: "FrozenRecognizer") -> Path:
        words = (recognizer.card.name, recognizer.layer, recognizer.weights_sha256, __version__)
        digest = hashlib.sha256(" ".join(words).encode())
        # How pictures are aligned and scaled for the network decides its embeddings as much as the weights.
        for _, buffer in sorted(recognizer.named_buffers(recurse=False)):
            digest.update(buffer.cpu().numpy().tobytes())
        name = digest.hexdigest()[:24]
        return Path(self._folder or "") / f"{recognizer.card.name}-{name}.npz"


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
    if new:
        features = _run_in_batches(
            lambda images: recognizer(to_unit(images)).float().cpu().numpy(),
            faces[new],
            device=device,
            batch_size=batch_size,
            label=label,
            progress=progress,
        )
        known |= {keys[i]: feature for i, feature in zip(new, features, strict=True)}
        cache.write(recognizer, known)
    return np.stack([known[key] for key in keys])


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


def _key(face: UInt8[np.ndarray, "size size 3"]) -> str:
    return hashlib.sha256(f"{face.shape}".encode() + np.ascontiguousarray(face).tobytes()).hexdigest()
