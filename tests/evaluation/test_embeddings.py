"""Embeddings are computed once for each picture and set of weights."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import torch

from enface.evaluation.embeddings import EmbeddingCache, embed_faces
from enface.images import to_unit
from enface.recognizers import frozen
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


def test_another_version_of_the_preprocessing_shares_nothing(
    recognizer: Make, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    embed_faces(recognizer(), FACES, cache=EmbeddingCache(tmp_path))
    monkeypatch.setattr(frozen, "PREPROCESSING_VERSION", frozen.PREPROCESSING_VERSION + 1)
    assert EmbeddingCache(tmp_path).read(recognizer()) == {}


def flipped(content: bytes) -> bytes:
    """One bit of the last embedding is another."""
    place = content.index(b"features.npy") + 400
    return content[:place] + bytes([content[place] ^ 1]) + content[place + 1 :]


@pytest.mark.parametrize(
    "damage",
    [
        lambda content: b"",
        lambda content: b"PK\x03\x04 not a zip",
        lambda content: content[: len(content) // 2],
        flipped,
    ],
)
def test_a_broken_file_is_told_of_and_rebuilt(
    recognizer: Make,
    tmp_path: Path,
    damage: Callable[[bytes], bytes],
    caplog: pytest.LogCaptureFixture,
) -> None:
    embed_faces(recognizer(), FACES[:2], cache=EmbeddingCache(tmp_path))
    expected = embed_faces(recognizer(), FACES, cache=EmbeddingCache(tmp_path))
    old, new = sorted(tmp_path.rglob("*.npz"))
    new.write_bytes(damage(new.read_bytes()))
    network = recognizer()
    found = embed_faces(network, FACES, cache=EmbeddingCache(tmp_path))
    assert str(new) in caplog.text
    assert "computed again" in caplog.text
    # What the other file holds is not computed again.
    assert network.network.seen == 4  # type: ignore[union-attr]
    np.testing.assert_array_equal(found, expected)
    assert old.is_file()
    assert not new.is_file()
    assert len(EmbeddingCache(tmp_path).read(network)) == len(FACES)


def test_embeddings_that_are_not_finite_are_not_remembered(recognizer: Make, tmp_path: Path) -> None:
    network = recognizer()
    network.gain *= float("nan")
    found = embed_faces(network, FACES, cache=EmbeddingCache(tmp_path))
    assert np.isnan(found).all()
    assert EmbeddingCache(tmp_path).read(network) == {}


def test_many_files_become_one_and_the_oldest_leave_first(recognizer: Make, tmp_path: Path) -> None:
    for i in range(len(FACES)):
        embed_faces(recognizer(), FACES[i : i + 1], cache=EmbeddingCache(tmp_path, limit=4))
    network = recognizer()
    cache = EmbeddingCache(tmp_path, limit=4)
    embed_faces(network, FACES[2:], cache=cache)
    assert network.network.seen == 0  # type: ignore[union-attr]
    assert len(cache.read(network)) == 4
    assert len(list(tmp_path.rglob("*.npz"))) == 1


def test_many_small_additions_leave_few_files(recognizer: Make, tmp_path: Path) -> None:
    generator = np.random.Generator(np.random.Philox(key=1))
    for _ in range(20):
        some = generator.integers(0, 256, (1, 14, 14, 3), dtype=np.uint8)
        embed_faces(recognizer(), some, cache=EmbeddingCache(tmp_path))
    assert len(list(tmp_path.rglob("*.npz"))) <= 8
    assert len(EmbeddingCache(tmp_path).read(recognizer())) == 20


def test_no_faces(recognizer: Make) -> None:
    assert embed_faces(recognizer(), FACES[:0], cache=EmbeddingCache(None)).shape == (0, 147)
