"""Embeddings are computed once for each picture and set of weights."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import torch

from enface.evaluation.arms import ARMS, JudgedFaces
from enface.evaluation.embeddings import EmbeddingCache, embed_faces
from enface.images import to_unit
from enface.recognizers.frozen import FrozenRecognizer

Make = Callable[..., FrozenRecognizer]
FACES = np.random.Generator(np.random.Philox(key=0)).integers(0, 256, (6, 14, 14, 3), dtype=np.uint8)


def direct(recognizer: FrozenRecognizer, faces: np.ndarray) -> np.ndarray:
    return recognizer(to_unit(torch.from_numpy(faces.transpose(0, 3, 1, 2).copy()))).numpy()


def test_equal_to_the_recognizer_in_batches(recognizer: Make) -> None:
    network = recognizer()
    found = embed_faces(network, FACES, cache=EmbeddingCache(None), batch_size=4)
    np.testing.assert_allclose(found, direct(network, FACES), rtol=1e-5, atol=1e-4)


def test_second_time_only_reads(recognizer: Make, tmp_path: Path) -> None:
    first = embed_faces(recognizer(), FACES[:4], cache=EmbeddingCache(tmp_path))
    again = recognizer()
    found = embed_faces(again, FACES, cache=EmbeddingCache(tmp_path))
    assert again.network.seen == 2  # type: ignore[union-attr]
    np.testing.assert_array_equal(found[:4], first)
    np.testing.assert_allclose(found, direct(again, FACES), rtol=1e-5, atol=1e-4)


def test_equal_pictures_are_computed_once(recognizer: Make) -> None:
    network = recognizer()
    found = embed_faces(network, FACES[[0, 1, 0]], cache=EmbeddingCache(None))
    assert network.network.seen == 2  # type: ignore[union-attr]
    np.testing.assert_array_equal(found[0], found[2])


def test_other_weights_share_nothing(recognizer: Make, tmp_path: Path) -> None:
    embed_faces(recognizer(sha256="b" * 64), FACES, cache=EmbeddingCache(tmp_path))
    other = recognizer(sha256="c" * 64)
    embed_faces(other, FACES, cache=EmbeddingCache(tmp_path))
    assert other.network.seen == len(FACES)  # type: ignore[union-attr]
    assert len(list(tmp_path.iterdir())) == 2


def test_other_preprocessing_shares_nothing(recognizer: Make, tmp_path: Path) -> None:
    embed_faces(recognizer(), FACES, cache=EmbeddingCache(tmp_path))
    other = recognizer()
    other.offset += 1.0
    assert EmbeddingCache(tmp_path).read(other) == {}
    assert len(EmbeddingCache(tmp_path).read(recognizer())) == len(FACES)


@pytest.mark.parametrize("broken", [b"", b"PK\x03\x04 not a zip", b"text"])
def test_a_broken_file_is_rebuilt(recognizer: Make, tmp_path: Path, broken: bytes) -> None:
    embed_faces(recognizer(), FACES, cache=EmbeddingCache(tmp_path))
    (file,) = tmp_path.iterdir()
    file.write_bytes(broken)
    network = recognizer()
    embed_faces(network, FACES, cache=EmbeddingCache(tmp_path))
    assert network.network.seen == len(FACES)  # type: ignore[union-attr]
    assert len(EmbeddingCache(tmp_path).read(network)) == len(FACES)


def test_the_oldest_leave_first(recognizer: Make, tmp_path: Path) -> None:
    cache = EmbeddingCache(tmp_path, limit=4)
    embed_faces(recognizer(), FACES, cache=cache)
    network = recognizer()
    embed_faces(network, FACES[2:], cache=cache)
    assert network.network.seen == 0  # type: ignore[union-attr]


def test_arms() -> None:
    faces = JudgedFaces(raw=np.array([[3.0, 0.0]]), frontalised=np.array([[0.0, 0.5]]))
    np.testing.assert_allclose(ARMS["raw"](faces), [[1.0, 0.0]])
    np.testing.assert_allclose(ARMS["frontalised"](faces), [[0.0, 1.0]])
    np.testing.assert_allclose(ARMS["fused"](faces), [[0.5, 0.5]])
