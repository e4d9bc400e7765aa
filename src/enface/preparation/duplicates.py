"""Pictures that occur twice: the same bytes, or nearly the same look."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations, pairwise
from typing import Literal

import numpy as np
from jaxtyping import Int64, UInt8

from enface.preparation.fingerprint import BITS

NEAR = 20
"""Fingerprints (256 bits) that differ in at most so many bits are near duplicates. Of 2,873 photographs of
LFW no two differ in fewer than 42, of 2,633 rendered ones of different people no two in fewer than 38; a
photograph saved again as JPEG of quality 50, at half the size, or a fifth brighter differs from itself in at
most 18 (144 photographs). One that is cropped by 2 % differs in up to 56 and is not found."""

_BANDS = NEAR + 1
"""Two fingerprints with `NEAR` differing bits agree in one of one more bands."""
_EDGES = np.linspace(0, BITS, _BANDS + 1).round().astype(int)


@dataclass(frozen=True)
class Looks:
    """One picture of one set, for comparison."""

    path: str
    subject: str
    split: str
    sha256: str
    fingerprint: bytes
    group: str = ""
    """Pictures of one group are near one another by design and only compared byte by byte; empty: none."""
    set_name: str = ""
    """Of another set that this one is held against; empty for this set."""


@dataclass(frozen=True)
class Duplicate:
    """Two pictures that are one."""

    kind: Literal["exact", "near"]
    bits: int
    """In which the fingerprints differ."""
    first: Looks
    second: Looks

    @property
    def across_people(self) -> bool:
        """Whether the two are said to show different people."""
        return self.first.subject != self.second.subject

    @property
    def across_splits(self) -> bool:
        """Whether one is trained on and the other tested on."""
        return self.first.split != self.second.split


def find_duplicates(pictures: Sequence[Looks]) -> list[Duplicate]:
    """All pairs of pictures that are duplicates, exact ones first, each by path.

    Two pictures of other sets are not compared with each other.
    """
    exact: dict[tuple[int, int], Duplicate] = {}
    by_bytes: dict[str, list[int]] = {}
    for place, picture in enumerate(pictures):
        by_bytes.setdefault(picture.sha256, []).append(place)
    for places in by_bytes.values():
        for a, b in combinations(places, 2):
            if not (pictures[a].set_name and pictures[b].set_name):
                exact[a, b] = Duplicate("exact", 0, pictures[a], pictures[b])
    codes = np.frombuffer(b"".join(picture.fingerprint for picture in pictures), dtype=np.uint8)
    codes = codes.reshape(len(pictures), BITS // 8)
    groups = _numbers([picture.group or f"\0{place}" for place, picture in enumerate(pictures)])
    sets = np.array([bool(picture.set_name) for picture in pictures], dtype=np.bool_)
    near: dict[tuple[int, int], Duplicate] = {}
    for candidates in _agreeing(codes):
        a, b = candidates.T
        wanted = (groups[a] != groups[b]) & ~(sets[a] & sets[b])
        a, b = a[wanted], b[wanted]
        bits = np.bitwise_count(codes[a] ^ codes[b]).sum(axis=1, dtype=np.int64)
        for i, j, differing in zip(a[bits <= NEAR], b[bits <= NEAR], bits[bits <= NEAR], strict=True):
            pair = (int(i), int(j))
            if pair not in exact:
                near[pair] = Duplicate("near", int(differing), pictures[pair[0]], pictures[pair[1]])
    return [
        found[pair]
        for found in (exact, near)
        for pair in sorted(found, key=lambda p: (pictures[p[0]].path, pictures[p[1]].path))
    ]


def _agreeing(codes: UInt8[np.ndarray, "n bytes"]) -> Iterator[Int64[np.ndarray, "pairs 2"]]:
    """Index pairs (first < second) that agree in one band of bits; a pair may come several times.

    Instead of n squared comparisons these are few: whoever differs in at most `NEAR` bits is among them.
    """
    bits = np.unpackbits(codes, axis=1)
    for left, right in pairwise(_EDGES):
        weights = 1 << np.arange(right - left, dtype=np.int64)
        keys = bits[:, left:right].astype(np.int64) @ weights
        order = np.argsort(keys, kind="stable")  # stable: first < second below
        keys = keys[order]
        left_of_pair = np.arange(len(keys))
        for distance in range(1, len(keys)):
            left_of_pair = left_of_pair[left_of_pair < len(keys) - distance]
            left_of_pair = left_of_pair[keys[left_of_pair] == keys[left_of_pair + distance]]
            if not len(left_of_pair):
                break
            yield np.stack([order[left_of_pair], order[left_of_pair + distance]], axis=1)


def _numbers(labels: Sequence[str]) -> Int64[np.ndarray, "n"]:
    known: dict[str, int] = {}
    return np.array([known.setdefault(label, len(known)) for label in labels], dtype=np.int64)
