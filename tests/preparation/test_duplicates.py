"""Planted duplicates are found, one bit further they are not."""

import io

import numpy as np
import pytest
from PIL import Image

from enface.data.embedded import embedded_manifest
from enface.images import read_image
from enface.preparation.duplicates import NEAR, Looks, find_duplicates
from enface.preparation.fingerprint import BITS, fingerprint


def looks(name: str, code: np.ndarray, **fields: str) -> Looks:
    values = {"subject": name, "split": "train", "sha256": name, **fields}
    return Looks(path=f"{name}.jpg", fingerprint=np.packbits(code).tobytes(), **values)


def codes(count: int, seed: int = 0) -> np.ndarray:
    return np.random.default_rng(seed).random((count, BITS)) < 0.5


def flipped(code: np.ndarray, bits: int, seed: int = 1) -> np.ndarray:
    changed = code.copy()
    changed[np.random.default_rng(seed).choice(BITS, bits, replace=False)] ^= True
    return changed


def test_the_threshold_is_exact_wherever_the_bits_lie() -> None:
    base = codes(40)
    pictures = [looks(f"a{i:02d}", code) for i, code in enumerate(base)]
    pictures += [looks(f"b{i:02d}", flipped(code, NEAR, seed=i)) for i, code in enumerate(base)]
    pictures += [looks(f"c{i:02d}", flipped(code, NEAR + 1, seed=i)) for i, code in enumerate(base)]
    found = {(d.first.path, d.second.path, d.bits) for d in find_duplicates(pictures)}
    assert {(f"a{i:02d}.jpg", f"b{i:02d}.jpg", NEAR) for i in range(40)} <= found
    assert not {pair for pair in found if pair[0][0] == "a" and pair[1][0] == "c"}


def test_many_equal_codes_are_all_paired_once() -> None:
    code = codes(1)[0]
    found = find_duplicates([looks(f"p{i}", code) for i in range(12)])
    assert len(found) == 12 * 11 // 2
    assert all(pair.kind == "near" and pair.bits == 0 for pair in found)
    assert len({(pair.first.path, pair.second.path) for pair in found}) == len(found)


def test_groups_sets_people_and_splits() -> None:
    a, b = codes(2)
    pictures = [
        looks("studio1", a, subject="s", group="s 01"),
        looks("studio2", a, subject="s", group="s 01"),
        looks("studio3", a, subject="s", group="s 01", sha256="studio1"),
        looks("other", flipped(a, 3), subject="t", split="test"),
        looks("there1", b, set_name="casia"),
        looks("there2", b, set_name="casia", sha256="there1"),
    ]
    found = find_duplicates(pictures)
    assert [(d.kind, d.first.path, d.second.path) for d in found] == [
        ("exact", "studio1.jpg", "studio3.jpg"),
        ("near", "studio1.jpg", "other.jpg"),
        ("near", "studio2.jpg", "other.jpg"),
        ("near", "studio3.jpg", "other.jpg"),
    ]
    exact, near, *_ = found
    assert not exact.across_people and not exact.across_splits
    assert near.across_people and near.across_splits


def test_nothing_and_one_picture() -> None:
    assert find_duplicates([]) == []
    assert find_duplicates([looks("a", codes(1)[0])]) == []


def again(image: Image.Image, quality: int) -> np.ndarray:
    stream = io.BytesIO()
    image.save(stream, "JPEG", quality=quality)
    return np.asarray(Image.open(stream).convert("RGB"))


def differing(a: bytes, b: bytes) -> int:
    return (int.from_bytes(a) ^ int.from_bytes(b)).bit_count()


@pytest.mark.parametrize("person", ["001", "050", "199"])
def test_a_picture_saved_again_is_near_and_other_people_are_not(person: str) -> None:
    whole = embedded_manifest()
    picture = read_image(whole.file(whole.select(subjects=[person]).records[0]))
    image = Image.fromarray(picture)
    code = fingerprint(picture)
    assert len(code) * 8 == BITS
    assert differing(code, fingerprint(again(image, 60))) <= NEAR
    assert differing(code, fingerprint(again(image.resize((100, 100)), 80))) <= NEAR
    assert differing(code, fingerprint((picture * 0.85).astype(np.uint8))) <= NEAR
    others = [whole.select(subjects=[other]).records[0] for other in ("002", "003", "151")]
    assert min(differing(code, fingerprint(read_image(whole.file(r)))) for r in others) > NEAR
    assert differing(code, fingerprint(picture[:, ::-1])) > NEAR
